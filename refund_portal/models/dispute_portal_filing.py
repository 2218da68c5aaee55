import uuid
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.fields import Datetime
from odoo.tools import consteq, hmac

from odoo.addons.dispute_management.tools.file_rules import clean_file_name

RESEND_WINDOW = timedelta(hours=1)


class DisputePortalFiling(models.AbstractModel):
    """One form makes one case: keys, the lock on the invoice, and the filing itself.

    Called with superuser rights by a route that has checked the invoice, with values that
    ``dispute.portal.form`` has found without error.
    """

    _name = "dispute.portal.filing"
    _description = "Filing of a Dispute on the Customer Portal"

    @api.model
    def _new_key(self, invoice):
        """:return: a key for one form of the current user on this invoice"""
        nonce = uuid.uuid4().hex
        return f"{nonce}.{self._sign_nonce(invoice, nonce)}"

    @api.model
    def _is_key_valid(self, invoice, key):
        """:return: whether we issued ``key`` to the current user for this invoice"""
        nonce, dot, signature = key.partition(".")
        return bool(dot) and key.isascii() and consteq(signature, self._sign_nonce(invoice, nonce))

    @api.model
    def _sign_nonce(self, invoice, nonce):
        return hmac(self.env(su=True), "refund_portal.dispute_form", (self.env.uid, invoice.id, nonce))

    @api.model
    def _lock(self, invoice):
        """Let one form at a time file on this invoice.

        Whoever comes second has the request started over, and then sees the case that the first has made.
        """
        if not invoice.try_lock_for_update(allow_referencing=True):
            raise ConcurrencyError("another form is being filed on this invoice")

    @api.model
    def _find_by_key(self, key):
        """:return: the case that the form with this key has made already, or an empty recordset"""
        return self.env["dispute.case"].search([("portal_form_key", "=", key)], limit=1)

    @api.model
    def _find_resent(self, invoice, vals):
        """Find the case that the same values have made within the hour, by the same user.

        After the browser's back button the page may carry a new key with the old text.

        :return: the case, or an empty recordset
        """
        candidates = self.env["dispute.case"].search(
            [
                ("create_uid", "=", self.env.uid),
                ("source", "=", "portal"),
                ("line_ids.move_id", "=", invoice.id),
                ("reason_id", "=", vals["reason_id"]),
                ("create_date", ">=", Datetime.now() - RESEND_WINDOW),
                ("is_closed", "=", False),
            ]
        )
        amount = vals["line_ids"][0][2]["amount"]
        return candidates.filtered(
            lambda case: (
                case.description == vals["description"]
                and not case.currency_id.compare_amounts(case.amount_disputed, amount)
            )
        )[:1]

    @api.model
    def _file(self, invoice, vals, uploads, key):
        """Create the case with its files, all or nothing.

        :return: (case, message): the message says why the case was refused, and then nothing is written
        """
        Case = self.env["dispute.case"].with_company(invoice.company_id)
        try:
            with self.env.cr.savepoint():
                case = Case.create({**vals, "portal_form_key": key})
                # Our answers go to who filed by mail too; they may read the case, so nothing leaks.
                case.message_subscribe(partner_ids=case.contact_id.ids)
                self._attach(case, uploads)
        except LockError as error:
            raise ConcurrencyError(str(error)) from error
        except UserError as error:
            return self.env["dispute.case"], str(error)
        return case, None

    @api.model
    def _attach(self, case, uploads):
        """Post the files as the customer's first message, so that both sides see them in the conversation."""
        attachments = []
        for upload in uploads:
            upload.seek(0)
            attachments.append((clean_file_name(upload.filename), upload.read()))
        if attachments:
            # Evidence stays as it was sent: no resizing of pictures.
            case.with_context(image_no_postprocess=True, dispute_claim=True).message_post(
                body=self.env._("Files sent with the dispute"),
                attachments=attachments,
                author_id=self.env.user.partner_id.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
