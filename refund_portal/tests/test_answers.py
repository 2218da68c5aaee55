from odoo.fields import Command
from odoo.tests import tagged

from .answer_common import AnswerCommon


@tagged("post_install", "-at_install")
class TestAnswers(AnswerCommon):
    """What a customer does on the case page moves the case, its clock and the owner's to-do."""

    def setUp(self):
        super().setUp()
        self._login(self.anna)

    # ------------------------------------------------------------
    # What is asked
    # ------------------------------------------------------------

    def test_supply_what_is_asked(self):
        case = self.case
        case._move_to_stage(self._stage("waiting_customer"))
        paused = case.sla_status_ids.filtered("date_paused")
        self.assertTrue(paused, "the customer's turn stops the clock")
        missing = case._get_portal_missing().filtered("is_required")
        page = self._get_page(self._get_case_url())
        self.assertIn(missing.type_id.name, page.xpath("//form[@id='dispute_supply_form']")[0].text_content())
        response = self._act(
            "supply",
            text="Here is our order.",
            files=[
                (f"evidence_{missing.id}", "order.pdf", b"%PDF-1.4 order"),
                ("files", "note.txt", b"note"),
            ],
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn("our turn again", self._get_done())
        self.assertEqual(self._get_done(), "", "confirmed once")
        self.assertRecordValues(case, [{"waiting_on": "us", "answered_by": "customer"}])
        self.assertFalse(case.sla_status_ids.filtered("date_paused"), "the clock goes on")
        self.assertEqual(missing.attachment_ids.mapped("name"), ["order.pdf"])
        self.assertTrue(missing.is_there)
        self.assertIn("The customer answered", self._get_todos(self.owner))
        message = case._get_portal_messages()[0]
        self.assertEqual(message.author_id, self.anna.partner_id)
        self.assertEqual(set(message.attachment_ids.mapped("name")), {"order.pdf", "note.txt"})
        self.assertEqual(len(self._get_confirmations(self.anna)), 1)
        self.assertEqual(case._get_portal_steps()[1], {"name": "Checking", "state": "current"})

    def test_an_offer_in_words_asks_for_no_evidence(self):
        """Where one of us moved the case by hand, and wrote what is offered."""
        self.assertTrue(self.case._get_portal_missing())
        self.case._move_to_stage(self._stage("offer"))
        page = self._get_page(self._get_case_url())
        form = page.xpath("//form[@id='dispute_supply_form']")[0]
        self.assertTrue(form.xpath(".//textarea[@name='text']"))
        self.assertFalse(form.xpath(".//input[starts-with(@name, 'evidence_')]"))

    def test_a_question_to_the_customer_is_answered_here(self):
        question = self._ask(self.anna.partner_id)
        self.assertEqual((question.whom, self.case.waiting_on), ("customer", "customer"))
        page = self._get_page(self._get_case_url())
        shown = page.xpath("//section[@aria-labelledby='dispute_supply']")[0].text_content()
        self.assertIn("Which of the chairs?", shown)
        self._act("supply", text="The red ones", files=[("files", "red.pdf", b"%PDF-1.4 red")])
        self.assertRecordValues(
            question, [{"state": "answered", "answer": "The red ones", "answered_by": self.anna.name}]
        )
        self.assertEqual(question.item_ids.attachment_ids.mapped("name"), ["red.pdf"])
        self.assertEqual(self.case.waiting_on, "us")
        page = self._get_page(self._get_case_url())
        self.assertFalse(page.xpath("//section[@aria-labelledby='dispute_supply']"))

    def test_a_question_to_somebody_else_is_not_shown(self):
        customers = self._ask(self.anna.partner_id)
        others = self._ask(self.env["res.partner"].create({"name": "Carrier", "email": "c@example.com"}))
        self.assertEqual((others.whom, self.case.waiting_on), ("third_party", "third_party"))
        others.body = "Did this customer lie?"
        page = self._get_page(self._get_case_url())
        self.assertNotIn("lie", page.text_content())
        self._act("supply", text="The red ones")
        self.assertEqual((customers.state, others.state), ("answered", "open"))
        self.assertEqual(self.case.waiting_on, "third_party")

    def _ask(self, partner):
        before = self.case.request_ids
        wizard = (
            self.env["information.request.send"]
            .with_user(self.owner)
            .create(
                {
                    "case_id": self.case.id,
                    "name": "Chairs",
                    "body": "Which of the chairs?",
                    "item_ids": [Command.create({"name": "Picture", "kind": "file"})],
                    "recipient_ids": [Command.create({"partner_id": partner.id})],
                }
            )
        )
        wizard.action_ask()
        return self.case.request_ids - before

    def test_same_sent_twice_is_one(self):
        self.case._move_to_stage(self._stage("waiting_customer"))
        for _ in range(2):
            self._act("supply", text="Yes.", files=[("files", "a.txt", b"a")])
        # The first one made it our turn: the second is a message like any other, and the same.
        self._act("write", text="Yes.", files=[("files", "a.txt", b"a")])
        messages = self.case._get_portal_messages().filtered(
            lambda message: message.author_id == self.anna.partner_id
        )
        self.assertEqual(len(messages), 1)
        self.assertEqual(self._get_todos(self.owner).count("The customer answered"), 1)

    def test_fields_of_the_stage_are_asked(self):
        stage = self._stage("waiting_customer")
        self.env["dispute.stage.requirement"].create(
            [
                {"stage_id": stage.id, "kind": "field", "field_name": name}
                for name in ("customer_reference", "customer_wish", "cause_id")
            ]
        )
        self.case._move_to_stage(stage)
        page = self._get_page(self._get_case_url())
        names = page.xpath("//form[@id='dispute_supply_form']//*[self::input or self::select]/@name")
        self.assertIn("customer_reference", names)
        self.assertNotIn("cause_id", names, "what is ours to fill in is not asked of customers")
        response = self._act("supply", customer_reference="C-1", customer_wish="nonsense")
        self.assertEqual(response.status_code, 422)
        self.assertIn("C-1", response.text, "nothing typed is lost")
        self._act("supply", customer_reference="C-1", customer_wish="refund", cause_id="1")
        self.assertRecordValues(self.case, [{"customer_reference": "C-1", "customer_wish": "refund"}])

    def test_extra_fields_are_asked(self):
        self.reason.write(
            {
                "asks_customer": True,
                "case_properties_definition": [{"name": "batch_no", "type": "char", "string": "Batch"}],
            }
        )
        self.case._move_to_stage(self._stage("waiting_customer"))
        self._act("supply", **{f"extra_{self.reason.id}_batch_no": "LOT 9"})
        self.assertEqual(self.case.reason_properties["batch_no"], "LOT 9")
        self.assertFalse(self.case._get_portal_asked()["extra"])

    def test_evidence_later(self):
        response = self._act("write", text="", files=[("files", "photo.png", b"\x89PNG\r\n\x1a\n...")])
        self.assertEqual(response.status_code, 303)
        self.assertIn("received what you sent", self._get_done())
        self.assertIn("The customer sent files", self._get_todos(self.owner))
        self.assertIn("photo.png", " ".join(self._get_timeline()))

    def test_what_is_wrong_is_told(self):
        self.case._move_to_stage(self._stage("waiting_customer"))
        other = self._create_case(self.other_invoice)
        for data, files, words in [
            ({"text": " "}, [], "Write a few words"),
            ({"text": "x" * 5001}, [], "less than 5000"),
            ({"text": "kept"}, [("files", "setup.exe", b"MZ")], "is a program"),
            ({"text": ""}, [(f"evidence_{other.evidence_ids[:1].id}", "a.txt", b"a")], "Write a few words"),
        ]:
            with self.subTest(words=words):
                response = self._act("supply", files=files, **data)
                self.assertEqual(response.status_code, 422)
                self.assertIn(words, response.text)
                self.assertIn("kept" if data["text"] == "kept" else "", response.text)
        self.assertEqual(self.case.waiting_on, "customer")
        self.assertFalse(other.evidence_ids.attachment_ids)

    # ------------------------------------------------------------
    # Withdrawing
    # ------------------------------------------------------------

    def test_withdraw(self):
        self.assertEqual(self._act("withdraw").status_code, 422, "asked whether they are sure")
        self.assertFalse(self.case.is_closed)
        self._act("withdraw", sure="1", text="Found the delivery.")
        self.assertIn("You withdrew", self._get_done())
        self.assertRecordValues(
            self.case,
            [
                {
                    "is_closed": True,
                    "stage_kind": "withdrawn",
                    "resolution_id": self.env.ref("dispute_management.dispute_resolution_wdn").id,
                    "is_valid": False,
                }
            ],
        )
        self.assertFalse(self._get_todos(self.owner), "nothing is left to do")
        self.assertEqual(len(self._get_confirmations(self.anna)), 1)
        self._act("withdraw", sure="1")
        self.assertIn("done already", self._get_done())
        self._login(self.bert)
        self.assertIn("Anna of Acme Dispute withdrawn Found the delivery.", " ".join(self._get_timeline()))

    def test_withdraw_takes_an_offer_along(self):
        offer = self._offer()
        self._act("withdraw", sure="1")
        self.assertTrue(self.case.is_closed)
        self.assertNotEqual(offer.state, "proposed")

    def test_withdraw_too_late(self):
        offer = self._offer()
        offer.sudo()._set_state("accepted")
        self.assertNotIn("withdraw", self.case._get_portal_acts())
        self._act("withdraw", sure="1")
        self.assertFalse(self.case.is_closed)

    # ------------------------------------------------------------
    # Rating
    # ------------------------------------------------------------

    def test_rate(self):
        self._act("rate", rate="1")
        self.assertFalse(self.case.rating_ids.filtered("consumed"), "an open case can't be rated")
        self.case._close(self.env.ref("dispute_management.dispute_resolution_wdn"), cause=self.case.cause_id)
        for rate in ("", "0", "6", "1.5", "x"):
            self.assertEqual(self._act("rate", rate=rate).status_code, 422)
        self._act("rate", rate="1", text="Took too long.")
        self.assertIn("Thank you", self._get_done())
        rating = self.case.rating_ids.filtered("consumed")
        self.assertRecordValues(
            rating, [{"rating": 1, "feedback": "Took too long.", "partner_id": self.anna.partner_id.id}]
        )
        self.assertIn("Low rating: 1 of 5", self._get_todos(self.leader))
        self._act("rate", rate="5")
        self.assertEqual(self.case.rating_ids.filtered("consumed"), rating, "rated once")
        self._login(self.bert)
        self._act("rate", rate="5")
        self.assertEqual(len(self.case.rating_ids.filtered("consumed")), 2, "each contact once")
        self.assertEqual(len(self._get_todos(self.leader)), 1, "a good score is nothing to do")
