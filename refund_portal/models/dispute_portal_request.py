from datetime import timedelta

from odoo import api, fields, models

SECONDS = 600


class DisputePortalRequest(models.Model):
    """What was sent to the portal lately, and by whom: counted for all workers together, then forgotten."""

    _name = "dispute.portal.request"
    _description = "Request to the Dispute Portal"

    kind = fields.Char(required=True, readonly=True)
    sender = fields.Char(required=True, readonly=True, help="A user, or an address.")

    _sender_index = models.Index("(sender, kind, create_date)")

    @api.autovacuum
    def _forget(self):
        before = fields.Datetime.now() - timedelta(seconds=SECONDS)
        # Kept for nobody to read.
        self.sudo().search([("create_date", "<=", before)], limit=100_000).unlink()

    @api.model
    def _take(self, kind, limits):
        """Count one more request, unless somebody sent too many lately.

        It is noted at once, in a transaction of its own: other workers must know, whatever becomes of this one.
        Notes are only added, so nobody waits for another's.

        :param str kind: what is sent
        :param dict limits: by sender, how many of a kind they may send within `SECONDS`
        :return: whether this one is allowed
        """
        with self.env.registry.cursor() as cr:
            # sudo: nobody reads or writes their own limit.
            notes = self.with_env(self.env(cr=cr)).sudo()
            since = fields.Datetime.now() - timedelta(seconds=SECONDS)
            sent = dict(
                notes._read_group(
                    [("kind", "=", kind), ("sender", "in", list(limits)), ("create_date", ">", since)],
                    ["sender"],
                    ["__count"],
                )
            )
            if any(sent.get(sender, 0) >= limit for sender, limit in limits.items()):
                return False
            notes.create([{"kind": kind, "sender": sender} for sender in limits])
        return True
