from email.message import EmailMessage

from odoo.tests import tagged

from .mail_in_common import MailInCommon


@tagged("post_install", "-at_install")
class TestMailInSender(MailInCommon):
    """Senders and invoices as people write them, and mails about a case that there is already."""

    # Addresses

    def test_addresses_as_mail_programs_write_them(self):
        for sender in (
            "BUYER@Customer.Example.COM",
            '"Buyer, Ann (AP)" <buyer@customer.example.com>',
            "=?utf-8?q?B=C3=BCyer?= <Buyer@customer.example.com>",
            " buyer@customer.example.com ",
        ):
            with self.subTest(sender):
                self.assertEqual(self._mail(sender, "Unhappy").partner_id, self.partner_a)

    def test_second_address_of_a_customer(self):
        self.partner_a.email = "buyer@customer.example.com; ap@customer.example.com"
        case = self._mail("ap@customer.example.com", self.invoice.name)
        self.assertEqual((case.partner_id, case.line_ids.move_id), (self.partner_a, self.invoice))
        message = case.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertEqual(message.author_id, self.partner_a)
        self.assertTriage(self._mail("p@customer.example.com", self.invoice.name))

    def test_two_contacts_of_one_customer_share_an_address(self):
        shared = {"parent_id": self.partner_a.id, "email": "ap@customer.example.com"}
        contacts = self.env["res.partner"].create([{"name": name, **shared} for name in ("Ann", "Bob")])
        case = self._mail("ap@customer.example.com", self.invoice.name)
        self.assertEqual(case.partner_id, self.partner_a)
        self.assertIn(case.contact_id, contacts)
        self.assertEqual(case.line_ids.move_id, self.invoice)

    def test_customer_of_one_company_writes_to_a_team_of_all(self):
        other = self.setup_other_company()["company"]
        team = self.env.ref("dispute_management.dispute_team_receivables")
        team.sudo().alias_name = "all"
        partner = self.env["res.partner"].create(
            {"name": "Elsewhere", "email": "elsewhere@example.com", "company_id": other.id}
        )
        case = self._mail(partner.email, "Unhappy", to="all@ours.example.com")
        self.assertEqual((case.partner_id, case.company_id), (partner, other))

    # Numbers

    def test_numbers_as_mail_programs_write_them(self):
        number = self.invoice.name
        for body in (
            f"<p>Rechnung&nbsp;<b>{number}</b> ist falsch</p>",
            f"<table><tr><td>No.</td><td>{number}</td></tr></table>",
            f"<p>See {number.replace('/', '_')}.pdf</p>",
            f"<p>{number.replace('/', '–')} – wrong price</p>",
            f"<p>Invoice #{number}&#8203;</p>",
            f"<a href='https://x.example.com/'>{number}</a>",
        ):
            with self.subTest(body):
                case = self._mail(subject="Wrong", body=body, html=True)
                self.assertEqual(case.line_ids.move_id, self.invoice)
                case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)

    # Forwarded

    def test_forwarded_in_any_language(self):
        number = self.invoice.name
        for subject, header in (
            ("FW: wrong", "From: Ann <{}>\nSent: Monday\nTo: us\nSubject: wrong"),
            ("WG: falsch", "Von: Ann <{}>\nGesendet: Montag\nAn: uns\nBetreff: falsch"),
            ("TR : faux", "De : Ann <{}>\nEnvoyé : lundi\nÀ : nous\nObjet : faux"),
            ("RV: mal", "De: Ann <{}>\nEnviado el: lunes\nPara: nosotros\nAsunto: mal"),
            ("VB: fel", "Från: Ann <{}>\nSkickat: måndag\nTill: oss\nÄmne: fel"),
            ("PD: źle", "Od: Ann <{}>\nWysłano: poniedziałek\nDo: nas\nTemat: źle"),
            ("İLT: yanlış", "Kimden: Ann <{}>\nGönderilen: pazartesi\nKime: bize\nKonu: yanlış"),
            ("转发: 错", "发件人：Ann <{}>\n发送时间：星期一\n收件人：我们\n主题：错"),
            ("Fwd: errato", "---------- Messaggio inoltrato ----------\nDa: Ann <{}>\nData: lunedì\n"),
        ):
            with self.subTest(subject):
                body = f"Them again!\n\n{header.format(self.partner_a.email)}\n\n{number} is broken"
                case = self._mail(self.clerk.email, subject, body)
                self.assertEqual(case.contact_id, self.partner_a)
                self.assertEqual(case.line_ids.move_id, self.invoice)
                self.assertEqual(case.user_id, self.clerk)
                self.assertIn("is broken", case.description)
                self.assertNotIn("Them again", case.description)
                case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)

    def test_forwarded_as_an_attachment(self):
        theirs = EmailMessage()
        theirs["From"] = f"Ann <{self.partner_a.email}>"
        theirs["Subject"] = "Wrong"
        theirs.set_content(f"<p>{self.invoice.name} is broken</p>", subtype="html")
        mail = EmailMessage()
        mail["From"] = self.clerk.email
        mail["To"] = self.address
        mail["Subject"] = "FW: Wrong"
        mail["Message-Id"] = "<attached@ours.example.com>"
        mail.set_content("Them again!")
        mail.add_attachment(theirs, filename="wrong.eml")
        with self.mock_mail_gateway():
            self.env["mail.thread"].sudo().message_process(None, mail.as_bytes())
        case = self.env["dispute.case"].sudo().search([], limit=1)
        self.assertEqual(case.email_from, self.clerk.email)
        self.assertEqual((case.contact_id, case.user_id), (self.partner_a, self.clerk))
        self.assertEqual(case.line_ids.move_id, self.invoice)
        self.assertIn("is broken", case.description)
        self.assertNotIn("Them again", case.description)

    # About a case that there is

    def test_our_number_leads_to_the_case(self):
        case = self._create_case({self.invoice: 60})
        case.with_user(self.clerk)._change_turn("customer")
        self.assertFalse(self._mail(subject=f"Your case {case.name}", body="The red one"))
        self.assertIn("The red one", self._notes(case))
        self.assertEqual((case.waiting_on, case.answered_by), ("us", "customer"))

    def test_their_own_reference_leads_to_the_case(self):
        case = self._create_case({self.invoice: 60}, customer_reference="DN-4711")
        self.assertFalse(self._mail(subject="Reminder", body="What about dn-4711?"))
        self.assertIn("What about", self._notes(case))
        second = self._create_invoice_of(40)
        other = self._mail(subject="DN-4711", body=f"Also {second.name} is wrong")
        self.assertEqual(other.line_ids.move_id, second, "Another invoice is another matter.")

    def test_a_number_of_others_leads_nowhere(self):
        theirs = self._create_case({self._create_invoice_of(9, self.partner_b): 9}, customer_reference="X-1")
        for sender in (None, "stranger@nowhere.example.com"):
            with self.subTest(sender):
                case = self._mail(sender, f"{theirs.name} X-1", "Tell me more")
                self.assertEqual(len(case), 1)
        headers = {"Authentication-Results": "mx; dmarc=fail"}
        self.assertTriage(self._mail(self.partner_b.email, theirs.name, "Tell me more", headers=headers))
        self.assertNotIn("Tell me more", self._notes(theirs))

    def test_a_closed_case_is_not_gone_on_with(self):
        case = self._create_case({self.invoice: 60})
        case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        again = self._mail(subject=f"{case.name} {self.invoice.name}")
        self.assertEqual(again.line_ids.move_id, self.invoice)

    def test_what_a_colleague_adds_to_a_case_stays_inside(self):
        case = self._create_case({self.invoice: 60})
        case.message_subscribe(partner_ids=self.partner_a.ids)
        self.assertFalse(self._mail(self.clerk.email, f"Fwd: {case.name}", "They phoned again"))
        message = case.message_ids.filtered(lambda message: "They phoned" in message.body)
        self.assertTrue(message.subtype_id.internal)
        self.assertNotIn("They phoned", str(self._mails))
        self.assertTrue(self._mail(self.outsider.email, f"Fwd: {case.name}", "Not theirs to read"))

    def test_mail_that_is_no_dispute_is_archived(self):
        case = self._mail("pills@nobody.example.com", "Cheap pills")
        self.assertTriage(case)
        case.with_user(self.leader).action_archive()
        self.assertFalse(case.active)
