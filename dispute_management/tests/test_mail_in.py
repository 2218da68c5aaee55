import base64
from email.message import EmailMessage

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tests.common import MailCommon

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestMailIn(DisputeCommon, MailCommon):
    """A mail to a team's address, from whoever may write one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": "ours.example.com"})
        cls.company.alias_domain_id = cls.domain
        cls.team.with_user(cls.administrator).alias_name = "disputes"
        cls.address = "disputes@ours.example.com"
        cls.partner_a.email = "buyer@customer.example.com"
        cls.partner_b.email = "other@elsewhere.example.com"
        cls.clerk.email = "clerk@ours.example.com"
        cls.outsider.email = "colleague@ours.example.com"
        cls.invoice = cls._create_invoice_of(100)
        cls.count = 0

    def _mail(
        self,
        sender=None,
        subject="",
        body="",
        headers=None,
        files=(),
        message_id=None,
        html=False,
        to=None,
        model=None,
    ):
        """Have the gateway process a mail.

        :return: the dispute.case it made
        """
        type(self).count += 1
        message = EmailMessage()
        message["From"] = sender or self.partner_a.email
        message["To"] = to or self.address
        message["Subject"] = subject
        message["Message-Id"] = message_id or f"<{self.count}.{id(self)}@customer.example.com>"
        for name, value in (headers or {}).items():
            message[name] = value
        message.set_content(body or "Hello", subtype="html" if html else "plain")
        for name, content in files:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        before = self.env["dispute.case"].sudo().search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].sudo().message_process(model, message.as_bytes())
            self.flush_tracking()
        return self.env["dispute.case"].sudo().search([]) - before

    def _notes(self, case):
        return " ".join(case.sudo().message_ids.mapped("body"))

    def assertTriage(self, case, partner=None):
        self.assertEqual(len(case), 1)
        self.assertTrue(case.is_triage)
        self.assertEqual(case.partner_id, partner or self.env["res.partner"])
        self.assertFalse(case.line_ids)
        self.assertEqual(case.stage_id.kind, "new")
        self.assertTrue(case.user_id)
        self.assertIn(case, self.env["dispute.case"].sudo().search([("is_triage", "=", True)]))

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

    # Once

    def test_the_same_message_twice(self):
        self.assertTrue(self._mail(subject=self.invoice.name, message_id="<one@customer.example.com>"))
        self.assertFalse(self._mail(subject=self.invoice.name, message_id="<one@customer.example.com>"))

    def test_two_teams_are_one_case(self):
        self.team.copy({"name": "Second"}).with_user(self.administrator).alias_name = "second"
        to = f"{self.address}, second@ours.example.com"
        self.assertEqual(len(self._mail(subject=self.invoice.name, to=to)), 1)

    def test_automatic_mail_makes_no_case(self):
        for headers in (
            {"Auto-Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"X-Autoreply": "yes"},
            {"Return-Path": "<>"},
        ):
            with self.subTest(headers):
                self.assertFalse(self._mail(subject=self.invoice.name, headers=headers))
        self.assertFalse(self._mail(subject="Out of office: I am away"))
        # Our own address is a loop.
        self.assertFalse(self._mail(self.address, self.invoice.name))
        self.assertTrue(self._mail(subject=self.invoice.name, headers={"Auto-Submitted": "no"}))

    def test_a_flood_from_one_sender_ends(self):
        self.env["ir.config_parameter"].sudo().set_param("mail.gateway.loop.threshold", 2)
        self.assertTrue(self._mail(subject="1"))
        self.assertTrue(self._mail(subject="2"))
        self.assertFalse(self._mail(subject="3"))
        self.assertTrue(self._mail(self.partner_b.email, subject="4"))

    def test_replies_thread(self):
        case = self._mail(subject=self.invoice.name)
        with self.mock_mail_gateway():
            message = case.with_user(self.leader).message_post(
                body="Which item?", subtype_xmlid="mail.mt_comment", partner_ids=self.partner_a.ids
            )
        self.assertIn("disputes@ours.example.com", message.reply_to)
        reply = {"In-Reply-To": message.message_id, "References": message.message_id}
        self.assertFalse(self._mail(body="The red one", headers=reply))
        self.assertIn("The red one", self._notes(case))
        self.assertFalse(self._mail(body="I am away", headers={**reply, "Auto-Submitted": "auto-replied"}))
        files = [("virus.exe", b"MZ\x90"), ("photo.pdf", b"%PDF-1.4 x")]
        self.assertFalse(self._mail(body="See", headers=reply, files=files))
        names = self._files(case).mapped("name")
        self.assertEqual(names, ["photo.pdf"])
        self.assertIn("virus.exe is a program", self._notes(case))

    def test_reply_to_a_merged_case_goes_on(self):
        case = self._mail(subject=self.invoice.name)
        target = self._create_case({self._create_invoice_of(50): 50})
        case.with_user(self.leader)._merge_into(target)
        message = case.message_post(body="Late word", subtype_xmlid="mail.mt_comment")
        self._mail(body="Thanks a lot", headers={"In-Reply-To": message.message_id})
        self.assertIn("Thanks a lot", self._notes(target))
        self.assertNotIn("Thanks a lot", self._notes(case))

    # Files and hostile content

    def _files(self, case):
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(Domain("res_model", "=", "dispute.case") & Domain("res_id", "=", case.id))
        )

    def test_files_are_kept_but_for_programs(self):
        self.env["ir.config_parameter"].set_param("dispute_management.max_file_mb", "1")
        files = [
            ("photo.pdf", b"%PDF-1.4 x"),
            ("run.exe", b"MZ\x90\x00"),
            ("photo.png", b"#!/bin/sh\nrm"),
            ("big.bin2", b"x" * (1024 * 1024 + 1)),
        ]
        case = self._mail(subject=self.invoice.name, files=files)
        self.assertEqual(self._files(case).mapped("name"), ["photo.pdf"])
        self.assertEqual(base64.b64decode(self._files(case).datas), b"%PDF-1.4 x")
        for name in ("run.exe", "photo.png", "big.bin2"):
            self.assertIn(name, self._notes(case))
        many = [(f"{number}.txt", b"x") for number in range(15)]
        self.assertEqual(len(self._files(self._mail(subject="Many", files=many))), 10)

    def test_hostile_html_is_plain_text(self):
        body = (
            "<p>Broken</p><script>alert(1)</script><img src=x onerror=alert(2)>"
            "<style>p{color:red}</style><a href='javascript:alert(3)'>here</a>"
        )
        case = self._mail(subject="<b>x</b>", body=body, html=True)
        self.assertIn("Broken", case.description)
        for word in ("alert", "<script", "<img", "color:red", "javascript"):
            self.assertNotIn(word, case.description)
        for word in ("<script", "onerror", "javascript:"):
            self.assertNotIn(word, self._notes(case))

    def test_endless_mail_is_cut(self):
        case = self._mail(subject="x" * 5000, body="word " * 100_000)
        self.assertLess(len(case.description), 21_000)
        self.assertLess(len(self._notes(case)), 250_000)
        self._mail(subject="Null", body="<p>" * 3000 + "deep", html=True)

    # Triage

    def test_clerk_completes_a_case_for_triage(self):
        case = self._mail("stranger@nowhere.example.com", "Help").with_user(self.clerk)
        self.assertTriage(case)
        with self.assertRaisesRegex(UserError, "Name the customer"):
            case.stage_id = self._stage("checking")
        currency = self.setup_other_currency("EUR")
        invoice = self._create_invoice_of(100, currency_id=currency.id)
        case.line_ids = [Command.create({"move_id": invoice.id, "amount": 60})]
        self.assertEqual(case.partner_id, self.partner_a)
        self.assertEqual(case.contact_id, self.partner_a)
        self.assertEqual(case.currency_id, currency)
        self.assertEqual(case.amount_disputed, 60)
        self.assertFalse(case.is_triage)
        self.assertTrue(invoice.dispute_hold)
        case.stage_id = self._stage("checking")
        self.assertEqual(case.stage_id, self._stage("checking"))
        with self.assertRaisesRegex(ValidationError, "A case holds documents of one customer"):
            theirs = self._create_invoice_of(100, partner=self.partner_b)
            case.line_ids = [Command.create({"move_id": theirs.id, "amount": 60})]

    def test_only_who_may_completes_it(self):
        case = self._mail("stranger@nowhere.example.com", "Help")
        line = {"case_id": case.id, "move_id": self.invoice.id, "amount": 60}
        for user in (self.viewer, self.colleague, self.outsider):
            with self.subTest(user.login), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env["dispute.line"].with_user(user).create(line)
        self.assertTriage(case)

    def test_triage_follows_its_document_to_another_company(self):
        data = self.setup_other_company()
        team = self.env.ref("dispute_management.dispute_team_receivables")
        team.sudo().alias_name = "all"
        case = self._mail("stranger@nowhere.example.com", "Help", to="all@ours.example.com")
        self.env.user.company_ids |= data["company"]
        invoice = self._create_invoice_one_line(
            price_unit=50,
            partner_id=self.partner_a.id,
            journal_id=data["default_journal_sale"].id,
            company_id=data["company"].id,
            post=True,
        )
        case.line_ids = [Command.create({"move_id": invoice.id, "amount": 50})]
        self.assertEqual(case.company_id, data["company"])
        self.assertEqual(case.line_ids.company_id, data["company"])
        self.assertEqual(case.stage_history_ids.company_id, data["company"])

    # The address

    def test_address_does_not_write_facts(self):
        self.team.alias_id.sudo().alias_defaults = {
            "team_id": self.team.id,
            "is_valid": True,
            "priority": "2",
        }
        case = self._mail(subject=self.invoice.name)
        self.assertFalse(case.is_valid)
        self.assertEqual(case.priority, "2")

    def test_administrator_gives_a_team_its_address(self):
        team = (
            self.env["dispute.team"]
            .with_user(self.administrator)
            .create({"name": "New", "alias_name": "new"})
        )
        self.assertEqual(team.alias_id.alias_model_id.model, "dispute.case")
        self.assertEqual(self._mail(to="new@ours.example.com", subject="x").team_id, team)
        for user in (self.leader, self.clerk, self.viewer):
            with self.subTest(user.login), self.assertRaises(AccessError), self.env.cr.savepoint():
                team.with_user(user).alias_name = "mine"
