import uuid
from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.fields import Command, Datetime
from odoo.tools import consteq, hmac

from odoo.addons.dispute_management.tools.file_rules import clean_file_name

RESEND_WINDOW = timedelta(hours=1)


class DisputePortalFiling(models.AbstractModel):
    """One form makes one case: keys, the lock on its documents, and the filing itself.

    Called with superuser rights by a route that has checked the documents, with values that
    ``dispute.portal.form`` has found without error.
    """

    _name = "dispute.portal.filing"
    _description = "Filing of a Dispute on the Customer Portal"

    @api.model
    def _new_key(self, documents):
        """:return: a key for one form of the current user about these documents"""
        nonce = uuid.uuid4().hex
        return f"{nonce}.{self._sign_nonce(documents, nonce)}"

    @api.model
    def _is_key_valid(self, documents, key):
        """:return: whether we issued ``key`` to the current user for these documents"""
        nonce, dot, signature = key.partition(".")
        return bool(dot) and key.isascii() and consteq(signature, self._sign_nonce(documents, nonce))

    @api.model
    def _sign_nonce(self, documents, nonce):
        return hmac(self.env(su=True), "refund_portal.dispute_form", (self.env.uid, documents.key, nonce))

    @api.model
    def _lock(self, documents):
        """Let one form at a time file about these documents.

        Whoever comes second has the request started over, and then sees the case that the first has made.
        """
        for records in (documents.moves.sorted("id"), documents.payments.sorted("id")):
            if records and len(records.try_lock_for_update(allow_referencing=True)) < len(records):
                raise ConcurrencyError("another form is being filed about these documents")

    @api.model
    def _find_by_key(self, key):
        """:return: the case that the form with this key has made already, or an empty recordset"""
        # Archived ones too: a key makes one case, whatever has become of it.
        cases = self.env["dispute.case"].with_context(active_test=False)
        return cases.search([("portal_form_key", "=", key)], limit=1)

    @api.model
    def _find_resent(self, documents, vals):
        """Find the case that the same values have made within the hour, by the same user.

        After the browser's back button the page may carry a new key with the old text.

        :return: the case, or an empty recordset
        """
        candidates = self.env["dispute.case"].search(
            [
                ("create_uid", "=", self._get_filing_env(documents).uid),
                ("source", "=", "portal"),
                ("line_ids.move_id" if documents.moves else "line_ids.payment_id", "=", documents.first.id),
                ("reason_id", "=", vals["reason_id"]),
                ("portal_link_id", "=", documents.link.id),
                ("create_date", ">=", Datetime.now() - RESEND_WINDOW),
                ("is_closed", "=", False),
            ]
        )
        claimed = self._get_claimed(command[2] for command in vals["line_ids"])
        return candidates.filtered(
            lambda case: (
                case.description == vals["description"]
                and claimed
                == self._get_claimed(
                    {
                        "move_id": line.move_id.id,
                        "payment_id": line.payment_id.id,
                        "move_line_id": line.move_line_id.id,
                        "amount": line.amount,
                    }
                    for line in case.line_ids
                )
            )
        )[:1]

    @api.model
    def _get_claimed(self, claims):
        return sorted(
            (
                claim.get("move_id") or 0,
                claim.get("payment_id") or 0,
                claim.get("move_line_id") or 0,
                round(claim["amount"], 6),
            )
            for claim in claims
        )

    @api.model
    def _file(self, documents, vals, uploads, key):
        """Create the case with its files, all or nothing.

        :param uploads: ``{evidence type id, or 0: [uploads]}``
        :return: (case, message): the message says why the case was refused, and then nothing is written
        """
        Case = self.env["dispute.case"].with_env(self._get_filing_env(documents))
        Case = Case.with_company(documents.company)
        try:
            with self.env.cr.savepoint():
                case = Case.create({**vals, "portal_form_key": key, "portal_link_id": documents.link.id})
                # Our answers go to who filed by mail too; they may read the case, so nothing leaks.
                case.message_subscribe(partner_ids=case.contact_id.ids)
                self._attach(case, uploads)
                # The terms that were shown are the terms that judge.
                case._keep_judgement()
        except LockError as error:
            raise ConcurrencyError(str(error)) from error
        except UserError as error:
            return self.env["dispute.case"], str(error)
        return case, None

    @api.model
    def _get_filing_env(self, documents):
        """:return: env of who files: the user, or Odoo itself for who is not logged in and can't send mail"""
        return self.env(user=SUPERUSER_ID) if documents.link else self.env

    @api.model
    def _attach(self, case, uploads):
        """Post the files as the customer's first message, so that both sides see them in the conversation.

        What was asked for as evidence is on the evidence list of the case as well.
        """
        types, attachments = [], []
        for type_id, chosen in uploads.items():
            for upload in chosen:
                upload.seek(0)
                types.append(type_id)
                attachments.append((clean_file_name(upload.filename), upload.read()))
        if not attachments:
            return
        # Evidence stays as it was sent: no resizing of pictures. A page or drawing is kept as text, for nobody's
        # browser to run: by a link it is Odoo itself that files, whom Odoo's own check lets keep it.
        context = {"image_no_postprocess": True, "attachments_mime_plainxml": True, "dispute_claim": True}
        message = case.with_context(**context).message_post(
            body=self.env._("Files sent with the dispute"),
            attachments=attachments,
            author_id=self._get_author(case).id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        supplied = {}
        for type_id, attachment in zip(types, message.attachment_ids.sorted("id"), strict=True):
            supplied[type_id] = supplied.get(type_id, attachment.browse()) | attachment
        for item in case.evidence_ids.filtered(lambda item: item.type_id.id in supplied):
            files = supplied[item.type_id.id]
            item.attachment_ids = [Command.link(attachment.id) for attachment in files]

    @api.model
    def _get_author(self, case):
        """:return: res.partner who filed: the user, or by link the contact of the invoice"""
        return case.contact_id if case.portal_link_id else self.env.user.partner_id
