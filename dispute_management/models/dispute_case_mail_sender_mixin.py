from collections import namedtuple
from email.message import EmailMessage

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import email_normalize, email_normalize_all, html2plaintext, html_sanitize

from ..tools.mail_intake import MAX_TEXT, drop_quotes, find_numbers, get_forwarded
from ..tools.plain_text import clean_text

#: Who wrote: the colleague or the customer's contact, or neither and why.
Sender = namedtuple("Sender", "user partner contact note", defaults=(None, None, None, None))


class DisputeCaseMailSenderMixin(models.AbstractModel):
    """Who sent a mail, and which of their invoices it names; nothing that is not certain."""

    _name = "dispute.case.mail.sender.mixin"
    _description = "Dispute Mail Senders"

    @api.model
    def _get_mail_sender(self, msg_dict, company, text):
        """Find who wrote by their address: a colleague, else one known customer.

        :param company: res.company of the team, empty for all
        :return: `Sender`
        """
        address = email_normalize(msg_dict.get("email_from"))
        if not address:
            return Sender(note=self.env._("The mail names no sender."))
        user = self._get_mail_colleague(msg_dict)
        if user:
            contact = self._get_forwarded_contact(user, self._get_forwarded_text(msg_dict, text))
            return Sender(user=user, partner=contact.commercial_partner_id, contact=contact)
        found = self._find_partners_by_address(self.env["res.partner"], address, company)
        customers = found.commercial_partner_id
        if not customers:
            return Sender(note=self.env._("Nobody we know writes from %s.", address))
        if len(customers) > 1:
            return Sender(note=self.env._("Several customers write from %s.", address))
        contact = customers if customers in found else found[0]
        return Sender(partner=customers, contact=contact)

    @api.model
    def _get_mail_colleague(self, msg_dict):
        """:return: the user who wrote, for whom Odoo's gateway works then; empty for anybody else"""
        user = self.env.user
        is_theirs = user.email_normalized == email_normalize(msg_dict.get("email_from"))
        return user if user.active and user._is_internal() and is_theirs else user.browse()

    @api.model
    def _find_partners_by_address(self, partners, address, company=None):
        """:param partners: res.partner, in whose environment they are looked for
        :param address: a normalized address
        :param company: res.company whose partners count, empty for all
        :return: the partners who write from it, though it be not the first of their addresses
        """
        domain = Domain.TRUE
        if company:
            domain = Domain("company_id", "=", False) | Domain("company_id", "child_of", company.ids)
        found = partners.search(domain & Domain("email_normalized", "=", address))
        if found:
            return found
        pattern = address.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        found = partners.search(domain & Domain("email", "=ilike", f"%{pattern}%"))
        return found.filtered(lambda partner: address in email_normalize_all(partner.email))

    @api.model
    def _get_forwarded_text(self, msg_dict, text):
        """:return: the mail that a colleague forwards, in theirs or attached to it, with its header"""
        for file in msg_dict.get("attachments") or ():
            if isinstance(file[1], EmailMessage):
                return self._get_attached_text(file[1])
        return get_forwarded(text)

    @api.model
    def _get_attached_text(self, message):
        header = [f"{name}: {message[name]}" for name in ("From", "Date", "Subject") if message[name]]
        body = message.get_body(("plain", "html"))
        content = body.get_content() if body else ""
        if body and body.get_content_subtype() == "html":
            content = html2plaintext(html_sanitize(content), include_references=False)
        return clean_text("\n".join([*header, "", content[:MAX_TEXT]]), MAX_TEXT, multiline=True)

    @api.model
    def _get_forwarded_contact(self, user, forwarded):
        """:return: the contact that a mail forwarded by a colleague is from, if they may read it and
        it is of one customer only
        """
        lines = forwarded.splitlines()[:5]
        addresses = next(filter(None, map(email_normalize_all, lines)), [])
        partners = self.env["res.partner"].with_user(user).sudo(False)
        if not addresses or not partners.has_access("read"):
            return self.env["res.partner"]
        # Searched as the colleague; what follows works for the gateway.
        found = self._find_partners_by_address(partners, addresses[0]).sudo()
        return found[:1] if len(found.commercial_partner_id) == 1 else self.env["res.partner"]

    @api.model
    def _prepare_mail_claim(self, sender, company, subject, text):
        """The documents a mail is about, as far as they are certain.

        :return: ``(values of the case, list of notes)``
        """
        if not (sender.user or sender.partner):
            return {}, []
        moves = self._find_mail_invoices(sender, company, subject or "", text)
        if not moves:
            return {}, [self.env._("No invoice of theirs is named.")]
        # What may be claimed follows from the ledger, whoever writes.
        moves = moves.sudo()
        reasons = moves._get_cannot_dispute_reasons()
        notes = list(reasons.values())
        moves -= moves.browse([move.id for move in reasons])
        partners = moves.commercial_partner_id
        if len(partners) > 1:
            return {}, [*notes, self.env._("It names invoices of several customers.")]
        if sender.partner and partners and partners != sender.partner:
            return {}, [*notes, self.env._("The invoice it names is of another customer.")]
        values = {"partner_id": partners.id} if partners else {}
        if len(moves.company_id) > 1 or len(moves.currency_id) > 1:
            return values, [*notes, self.env._("It names invoices of several companies or currencies.")]
        if moves:
            values["company_id"] = moves.company_id.id
            values["contact_id"] = (sender.contact or moves[0].partner_id).id
            disputable = moves._dispute_get_disputable_amounts()
            values["line_ids"] = [
                Command.create({"move_id": move.id, "amount": move._dispute_propose(amount)})
                for move, amount in disputable.items()
            ]
        return values, notes

    @api.model
    def _find_mail_invoices(self, sender, company, subject, text):
        """Find invoices by number among those of the customer, or those a colleague may read.

        What the sender wrote counts; what they quote, only when they name none themselves.

        :return: account.move
        """
        moves = self.env["account.move"]
        domain = Domain("move_type", "=", "out_invoice") & Domain("state", "=", "posted")
        if company:
            domain &= Domain("company_id", "child_of", company.ids)
        if sender.user:
            moves = moves.with_user(sender.user).with_context(allowed_company_ids=sender.user.company_ids.ids)
            if not moves.has_access("read"):
                return moves
        else:
            domain &= Domain("commercial_partner_id", "=", sender.partner.id)
        for body in (drop_quotes(text), text):
            numbers = find_numbers(subject) + find_numbers(body)
            found = moves.search(domain & Domain("name", "in", numbers), order="invoice_date, id", limit=50)
            if found:
                return found
        return moves
