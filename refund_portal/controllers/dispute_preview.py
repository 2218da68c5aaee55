from odoo.http import request

from .dispute_answer import DisputeAnswer


class DisputePreview(DisputeAnswer):
    """The page of a case as its customer reads it, for our people: the same page, on which nothing can be done.

    What comes in by POST is refused by the page itself, which lets nobody act but the customer.
    """

    def _is_preview(self, case_sudo):
        """:return: whether somebody of ours opens the page of a customer"""
        user = request.env.user
        # sudo: who works here has a company, whoever may read it.
        return user._is_internal() and user.sudo().commercial_partner_id != case_sudo.partner_id

    def _dispute_get_page_view_values(self, case_sudo, access_token, values=None, errors=None, **kwargs):
        if not self._is_preview(case_sudo):
            return super()._dispute_get_page_view_values(case_sudo, access_token, values, errors, **kwargs)
        reader = case_sudo._get_portal_reader()
        lang = reader.lang if not reader._is_public() else case_sudo.contact_id.lang
        request.update_context(lang=lang or request.env.lang)
        # sudo: whoever looks may read the case; the page is made for the customer, with their rights on what it links.
        case_sudo = request.env["dispute.case"].browse(case_sudo.id).with_user(reader).sudo()
        page_values = super()._dispute_get_page_view_values(case_sudo, None)
        # Odoo's conversation shows our people what is internal; the timeline tells what the customer reads.
        return {**page_values, "is_preview": True}
