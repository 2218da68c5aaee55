import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .mail_in_common import MailInCommon


@tagged("post_install", "-at_install")
class TestMailInThread(MailInCommon):
    """A mail makes one case; replies, files, hostile content, triage and the address itself."""

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
