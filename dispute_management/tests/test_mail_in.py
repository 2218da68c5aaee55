from odoo.tests import new_test_user, tagged

from .mail_in_common import MailInCommon


@tagged("post_install", "-at_install")
class TestMailIn(MailInCommon):
    """A mail to a team's address: whose it is, what it is about, who owns the case."""

    # Who and what

    def test_customer_names_an_invoice(self):
        for subject, body in (
            (f"Wrong: {self.invoice.name}", "See there"),
            ("Wrong", f"Your invoice {self.invoice.name.lower()}, please."),
        ):
            with self.subTest(subject):
                case = self._mail('"Buyer" <BUYER@customer.example.com>', subject, body)
                self.assertEqual(case.partner_id, self.partner_a)
                self.assertEqual(case.contact_id, self.partner_a)
                self.assertEqual(case.line_ids.move_id, self.invoice)
                self.assertEqual(case.amount_disputed, 100)
                self.assertEqual(case.reason_id, self.reason)
                self.assertEqual((case.source, case.team_id), ("mail", self.team))
                self.assertEqual(case.user_id, self.leader)
                self.assertEqual(case.email_from, "buyer@customer.example.com")
                self.assertFalse(case.is_triage)
                self.assertNotIn(case, case.search([("is_triage", "=", True)]))
                self.assertTrue(self.invoice.dispute_hold)
                self.assertTrue(case.date_deadline)
                self.assertIn(subject, case.description)
                message = case.message_ids.filtered(lambda message: message.message_type == "email")
                self.assertEqual(message.author_id, self.partner_a)
                case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)

    def test_contact_of_a_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "email": "ann@customer.example.com", "parent_id": self.partner_a.id}
        )
        case = self._mail(contact.email, self.invoice.name)
        self.assertEqual((case.partner_id, case.contact_id), (self.partner_a, contact))

    def test_customer_with_a_login(self):
        portal = new_test_user(
            self.env, "mail_portal", groups="base.group_portal", email="p@customer.example.com"
        )
        portal.partner_id.parent_id = self.partner_a
        case = self._mail("p@customer.example.com", self.invoice.name)
        self.assertEqual((case.partner_id, case.contact_id), (self.partner_a, portal.partner_id))
        self.assertEqual(case.line_ids.move_id, self.invoice)
        self.assertEqual(case.user_id, self.leader)
        files = [("run.exe", b"MZ\x90\x00")]
        self.assertFalse(self._files(self._mail("p@customer.example.com", "File", files=files)))

    def test_mailbox_without_an_address_of_ours(self):
        """A fetched mailbox may name the model itself."""
        to = "claims@legacy.example.com"
        case = self._mail(subject=self.invoice.name, to=to, model="dispute.case")
        self.assertEqual(case.line_ids.move_id, self.invoice)
        headers = {"Auto-Submitted": "auto-replied"}
        self.assertFalse(self._mail(subject="Away", to=to, model="dispute.case", headers=headers))

    def test_several_invoices_make_one_case(self):
        second = self._create_invoice_of(40)
        case = self._mail(subject="Two", body=f"{self.invoice.name} and {second.name}")
        self.assertEqual(case.line_ids.move_id, self.invoice | second)
        self.assertEqual(case.amount_disputed, 140)

    def test_own_words_come_before_quotes(self):
        second = self._create_invoice_of(40)
        case = self._mail(body=f"{self.invoice.name} is wrong\n> as for {second.name}")
        self.assertEqual(case.line_ids.move_id, self.invoice)
        case = self._mail(body=f"This is wrong\n> as for {second.name}")
        self.assertEqual(case.line_ids.move_id, second)

    def test_invoices_of_others_are_not_found(self):
        theirs = self._create_invoice_of(100, partner=self.partner_b)
        case = self._mail(subject=theirs.name)
        self.assertTriage(case, self.partner_a)
        self.assertFalse(theirs.dispute_line_ids)
        self.assertNotIn(self.partner_b.name, self._notes(case))

    def test_drafts_and_bills_are_not_found(self):
        draft = self._create_invoice_one_line(price_unit=5, partner_id=self.partner_a.id)
        draft.name = "INV/DRAFT/1"
        bill = self.init_invoice("in_invoice", partner=self.partner_a, amounts=[50], post=True)
        self.assertTriage(self._mail(subject=f"{draft.name} {bill.name}"), self.partner_a)

    def test_nothing_left_to_dispute(self):
        self._create_case({self.invoice: 100})
        case = self._mail(subject=self.invoice.name)
        self.assertTriage(case, self.partner_a)
        self.assertIn("Nothing is left to dispute", self._notes(case))

    def test_what_is_left_is_claimed(self):
        self._create_case({self.invoice: 70})
        self.assertEqual(self._mail(subject=self.invoice.name).amount_disputed, 30)

    def test_a_known_customer_without_a_number(self):
        case = self._mail(subject="I am unhappy")
        self.assertTriage(case, self.partner_a)
        self.assertEqual(case.contact_id, self.partner_a)

    # Unknown, ambiguous, forged

    def test_unknown_sender(self):
        case = self._mail("stranger@nowhere.example.com", self.invoice.name, "Tell me")
        self.assertTriage(case)
        self.assertFalse(case.contact_id)
        self.assertFalse(self.invoice.dispute_line_ids)
        self.assertFalse(self.env["res.partner"].search([("email", "ilike", "nowhere.example")]))
        # Nothing goes back, now or with the next message.
        self.assertNotIn("stranger@nowhere.example.com", str(self._mails))
        self.assertFalse(self._new_mails.filtered(lambda mail: "nowhere.example" in (mail.email_to or "")))
        with self.mock_mail_gateway():
            case.with_user(self.leader).message_post(body="Secret", subtype_xmlid="mail.mt_comment")
        self.assertNotIn("nowhere.example.com", str([mail["email_to"] for mail in self._mails]))
        self.assertFalse(case.message_partner_ids.filtered("partner_share"))

    def test_ambiguous_sender(self):
        self.partner_b.email = self.partner_a.email
        case = self._mail(subject=self.invoice.name)
        self.assertTriage(case)
        message = case.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertFalse(message.author_id)

    def test_forged_sender(self):
        case = self._mail(
            subject=self.invoice.name, headers={"Authentication-Results": "mx; spf=fail; dmarc=fail"}
        )
        self.assertTriage(case)
        message = case.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertFalse(message.author_id)
        case = self._mail(
            self.clerk.email, self.invoice.name, headers={"Authentication-Results": "mx; dmarc=fail"}
        )
        self.assertTriage(case)
        self.assertNotEqual(case.user_id, self.clerk)
        headers = {"Authentication-Results": "mx; spf=pass; dmarc=pass"}
        self.assertFalse(self._mail(subject=self.invoice.name, headers=headers).is_triage)

    def test_contact_of_another_company(self):
        other = self.setup_other_company()["company"]
        self.partner_a.company_id = False
        self.env["res.partner"].create(
            {"name": "Elsewhere", "email": "elsewhere@example.com", "company_id": other.id}
        )
        self.assertTriage(self._mail("elsewhere@example.com"))

    # Colleagues

    def test_colleague_forwards(self):
        self.partner_b.email = "b@example.com"
        case = self._mail(
            self.clerk.email,
            "Fwd: wrong",
            f"---- Forwarded Message ----\nFrom: x@y.example\n{self.invoice.name}",
        )
        self.assertEqual(case.partner_id, self.partner_a)
        self.assertEqual(case.line_ids.move_id, self.invoice)
        self.assertEqual(case.user_id, self.clerk)

    def test_what_a_colleague_adds_stays_inside(self):
        body = f"Them again!\n---- Forwarded Message ----\nFrom: x@y.example\n{self.invoice.name} is broken"
        case = self._mail(self.clerk.email, "Fwd: see", body)
        # Customers read the description, and messages that are no notes.
        self.assertIn("is broken", case.description)
        self.assertNotIn("Them again", case.description)
        message = case.message_ids.filtered(lambda message: "Them again" in message.body)
        self.assertTrue(message.subtype_id.internal)
        self.assertNotIn("Them again", str(self._mails))
        case = self._mail(self.clerk.email, "They phoned", self.invoice.name)
        self.assertFalse(case.description)

    def test_colleague_forwards_a_contact(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "email": "ann@customer.example.com", "parent_id": self.partner_a.id}
        )
        forwarded = f"Begin forwarded message:\n\nFrom: Ann <{contact.email}>\n\n"
        case = self._mail(self.clerk.email, "Fwd", forwarded + self.invoice.name)
        self.assertEqual((case.contact_id, case.line_ids.move_id), (contact, self.invoice))
        case = self._mail(self.clerk.email, "Fwd", forwarded + "no number")
        self.assertTriage(case, self.partner_a)
        self.assertEqual(case.contact_id, contact)
        theirs = self._create_invoice_of(100, partner=self.partner_b)
        case = self._mail(self.clerk.email, "Fwd", forwarded + theirs.name)
        self.assertTriage(case, self.partner_a)
        self.assertIn("of another customer", self._notes(case))

    def test_colleague_without_right_to_the_invoice(self):
        case = self._mail(self.outsider.email, "Fwd", self.invoice.name)
        self.assertTriage(case)
        # Who can't work on disputes can't own one.
        self.assertEqual(case.user_id, self.leader)
        with self.with_user(self.outsider.login):
            self.assertFalse(self.env["dispute.case"].search([]))

    def test_colleague_names_invoices_of_two_customers(self):
        theirs = self._create_invoice_of(100, partner=self.partner_b)
        case = self._mail(self.clerk.email, "Fwd", f"{self.invoice.name} {theirs.name}")
        self.assertTriage(case)
        self.assertEqual(case.user_id, self.clerk)
