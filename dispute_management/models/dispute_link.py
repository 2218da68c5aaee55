import hashlib
import secrets

from odoo import api, fields, models

TOKEN_BYTES = 32
#: Longer than any token of ours: not worth looking for.
MAX_TOKEN_LENGTH = 100


class DisputeLink(models.Model):
    """A login-free link: opens one record for one purpose until it expires or is revoked.

    Only the hash of a token is kept: who reads the database can open nothing with it.
    """

    _name = "dispute.link"
    _description = "Dispute Link"
    _order = "id desc"

    purpose = fields.Selection(
        [("answer", "Answer a question"), ("settlement", "Read and answer a statement")],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    email = fields.Char(string="Sent to", readonly=True)
    token_hash = fields.Char(required=True, readonly=True, copy=False, groups="base.group_no_one")
    date_expiry = fields.Datetime(string="Expires", required=True, readonly=True)
    is_revoked = fields.Boolean(string="Revoked", readonly=True)
    date_used = fields.Datetime(string="Used", readonly=True, help="When something was last done by it.")

    _token_uniq = models.UniqueIndex("(token_hash)", "A token is used once.")
    _record_idx = models.Index("(res_model, res_id) WHERE is_revoked IS NOT TRUE")

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _is_token(self, token):
        return isinstance(token, str) and token.isascii() and len(token) <= MAX_TOKEN_LENGTH

    @api.model
    def _issue(self, purpose, records, date_expiry, emails=None):
        """Make a link for each record.

        The token is told here only and can't be found out again.

        :param purpose: one of the values of `purpose`
        :param records: of one model, each with a company
        :param date_expiry: naive UTC datetime
        :param emails: ``{record: address}`` that the links are meant for
        :return: ``{record: token}``
        """
        tokens = {record: secrets.token_urlsafe(TOKEN_BYTES) for record in records}
        # Links are made by the suite for whoever may send one; nobody writes them.
        self.sudo().create(
            [
                {
                    "purpose": purpose,
                    "res_model": record._name,
                    "res_id": record.id,
                    "company_id": record.company_id.id,
                    "email": (emails or {}).get(record),
                    "token_hash": self._hash(token),
                    "date_expiry": date_expiry,
                }
                for record, token in tokens.items()
            ]
        )
        return tokens

    @api.model
    def _find(self, purpose, token):
        """The link of a token, if it still opens something for this purpose.

        :param token: whatever came over the wire
        :return: dispute.link, as superuser; empty when the token opens nothing (any more)
        """
        if not self._is_token(token):
            return self.browse()
        # Whoever has the token may open what it is for; its hash is searched, so that the time
        # a search takes tells nothing of the tokens there are.
        link = self.sudo().search([("token_hash", "=", self._hash(token)), ("purpose", "=", purpose)])
        return link.filtered(lambda found: not found.is_revoked and found.date_expiry > fields.Datetime.now())

    @api.model
    def _find_spent(self, purpose, token):
        """The link of a token that once opened something: no guess, and never a way in.

        :param token: whatever came over the wire
        :return: dispute.link, as superuser
        """
        if not self._is_token(token):
            return self.browse()
        # Only to tell a link that is over from one that never was.
        return self.sudo().search([("token_hash", "=", self._hash(token)), ("purpose", "=", purpose)])

    def _note_use(self):
        """Note that something was done by these links."""
        self.date_used = fields.Datetime.now()

    @api.model
    def _revoke(self, records):
        """Let the links to these records open nothing any more."""
        # Who ends what a link was for ends the link; nobody writes links.
        links = self.sudo().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("is_revoked", "=", False),
            ]
        )
        links.is_revoked = True

    def _get_record(self):
        """:return: the one record that this link opens"""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).exists()

    @api.autovacuum
    def _gc_links(self):
        """Forget links that have opened nothing for a year."""
        long_ago = fields.Datetime.subtract(fields.Datetime.now(), years=1)
        links = self.search([("date_expiry", "<", long_ago)], limit=1000)
        links.unlink()
        return len(links), len(links) == 1000
