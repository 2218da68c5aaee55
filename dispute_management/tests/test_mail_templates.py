from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestMailTemplates(DisputeCommon):
    """Administrators of disputes reword its mails; code in them stays with template editors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        editors = cls.env.ref("mail.group_mail_template_editor")
        # As where an administrator of Odoo keeps dynamic mails to its editors.
        cls.env.ref("base.group_user").sudo().implied_ids -= editors
        assert not cls.administrator.has_group("mail.group_mail_template_editor")
        cls.templates = cls.env["mail.template"].with_user(cls.administrator)
        cls.offer = cls.templates.browse(cls.env.ref("dispute_management.mail_template_dispute_offer").id)
        cls.case = cls._create_case({cls._create_invoice_of(100): 100})

    def test_every_shipped_mail_can_be_reworded(self):
        for template in self.templates.search([("model", "=", "dispute.case")]):
            with self.subTest(template.name):
                template.write(
                    {
                        "subject": f"News: {template.subject}",
                        "body_html": str(template.body_html) + "<p>Yours, the accountants</p>",
                    }
                )
                self.assertIn("accountants", template.body_html)

    def test_parts_of_other_mails_and_copies(self):
        mail = self.templates.create(
            {
                "name": "Second offer",
                "model_id": self.env["ir.model"]._get_id("dispute.case"),
                "subject": "{{ object.name }} of {{ object.contact_id.name }}",
                "body_html": '<p t-if="object.customer_reference">'
                'Yours: <t t-out="object.customer_reference"/></p>',
            }
        )
        self.assertIn(self.case.name, mail._render_field("subject", self.case.ids)[self.case.id])
        self.offer.copy({"name": "Third offer"}).body_html = str(self.offer.body_html) + "<p>Last</p>"

    def test_new_code_is_refused(self):
        code = '<p><t t-out="object.env.user.sudo().login"/></p>'
        for vals in (
            {"body_html": code},
            {"subject": "{{ object.env.user.login }}"},
            {"body_html": '<p t-if="object.env">x</p>'},
            {"email_from": "{{ object.user_id.sudo().login }}"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.offer.write(vals)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            # What a client may claim to be known
            self.offer.with_context(
                dispute_known_code=[["t-out", "object.env.user.sudo().login"]]
            ).body_html = code
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.offer.with_context(lang="en_US").update_field_translations(
                "subject", {"en_US": "{{ object.env.user.login }}"}
            )
        self.assertNotIn("env", f"{self.offer.subject}{self.offer.body_html}")

    def test_mails_of_others(self):
        model_id = self.env["ir.model"]._get_id("res.partner")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.templates.create(
                {"name": "x", "model_id": model_id, "body_html": '<p t-if="object.user_id">x</p>'}
            )
        for user in (self.clerk, self.leader):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.offer.with_user(user).subject = "Mine"
