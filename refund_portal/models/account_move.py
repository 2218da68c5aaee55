from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AccountMove(models.Model):
    """Login-free links by which one invoice, and nothing else, can be disputed."""

    _inherit = "account.move"

    dispute_is_link_revoked = fields.Boolean(
        string="No Dispute Links",
        copy=False,
        readonly=True,
        help="Links to dispute this invoice without login were revoked, and no new ones are made.",
    )

    def _get_cannot_link_reason(self):
        """:return: why this invoice can't be disputed by link, or False"""
        self.ensure_one()
        company = self.company_id
        if not (company.dispute_portal_file and company.dispute_portal_link):
            return self.env._("Disputes can't be filed without login here.")
        if self.dispute_is_link_revoked:
            return self.env._("Links for this invoice were revoked.")
        return self._get_cannot_dispute_reason()

    def _get_dispute_filing_url(self):
        """For mail templates: a link by which whoever gets the mail can dispute this invoice without login.

        It opens this invoice only, and until it expires or is revoked. Each call makes a link:

            <a t-att-href="object._get_dispute_filing_url()">Something wrong? Tell us.</a>

        :return: absolute address; the invoice's own page where no link can be made
        """
        self.ensure_one()
        # Whoever may send a mail about the invoice may put a link to it there.
        invoice = self.sudo()
        if invoice._get_cannot_link_reason():
            return f"{self.get_base_url()}{self.get_portal_url()}"
        return f"{self.get_base_url()}/dispute/file/{invoice._issue_dispute_filing_token()}"

    def _issue_dispute_filing_token(self):
        """:return: token of a new link for this invoice, told here only"""
        self.ensure_one()
        expiry = fields.Datetime.now() + timedelta(days=self.company_id.dispute_portal_link_days)
        link = self.env["dispute.link"]
        return link._issue("filing", self, expiry, {self: self.partner_id.email})[self]

    def action_revoke_dispute_links(self):
        """Let the links to dispute these invoices open nothing any more, and make no new ones.

        :raise AccessError: for who may not work on disputes
        """
        self.env["dispute.case"].check_access("create")
        self.check_access("read")
        self.env["dispute.link"]._revoke(self)
        # Noted for who works on disputes, who need not write invoices.
        self.sudo().dispute_is_link_revoked = True

    def action_allow_dispute_links(self):
        """Let new links be made again.

        :raise AccessError: for who may not work on disputes
        """
        self.env["dispute.case"].check_access("create")
        self.check_access("read")
        # See above.
        self.sudo().dispute_is_link_revoked = False

    def action_preview_dispute_form(self):
        """:return: action that shows the filing page as the customer of this invoice reads it"""
        self.ensure_one()
        url = f"/my/invoices/{self.id}/dispute?preview=1"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    @api.model
    def _action_preview_newest_dispute_form(self, company):
        """:raise UserError: when there is no invoice to show the page with"""
        newest = self.search(
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("company_id", "=", company.id),
            order="date desc, id desc",
            limit=20,
        )
        disputable = newest - self.union(*newest._get_cannot_dispute_reasons())
        if not newest:
            raise UserError(self.env._("Post a customer invoice first: the page is shown with one."))
        return (disputable or newest)[0].action_preview_dispute_form()
