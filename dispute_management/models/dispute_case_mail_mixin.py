import logging
from collections import namedtuple
from email.message import Message

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize, email_normalize_all, html2plaintext, html_sanitize

from ..tools.mail_intake import MAX_TEXT, drop_quotes, find_numbers, get_forwarded, is_automatic, is_forged
from ..tools.plain_text import clean_text

_logger = logging.getLogger(__name__)

#: More of a mail than this is not looked at: characters of its body as it came.
MAX_BODY = 200_000

#: Who wrote: the colleague or the customer's contact, or neither and why.
Sender = namedtuple("Sender", "user partner contact note", defaults=(None, None, None, None))


class DisputeCaseMailMixin(models.AbstractModel):
    """The mail door: a message to a team's address becomes a case.

    Only what is certain is filled in: a sender who is one known customer, and invoices of
    that customer named by number. Whatever is not, is left to a clerk: a case for triage.
    """

    _name = "dispute.case.mail.mixin"
    _description = "Dispute Mail Gateway"
    _inherit = ["mail.thread.cc"]

    email_from = fields.Char(
        string="Sender",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The address that the case was mailed from.",
    )

    # Routes

    @api.model
    def _check_mail_routes(self, message, message_dict, routes):
        """Let no automatic mail, loop or forged sender make a case it should not.

        :param message: email.message.EmailMessage
        :param routes: as `message_route` returns them
        :return: the routes to follow
        """
        checked, opens_case = [], False
        for route in routes or ():
            model, thread_id, custom_values, user_id, alias = route
            if model == "dispute.information.request":
                if self._is_answer(thread_id, message, message_dict):
                    checked.append(route)
            elif model != "dispute.case":
                checked.append(route)
            elif thread_id:
                if is_automatic(message.items(), message_dict.get("subject")):
                    # An out-of-office note answers nobody: the clock must tell it from an answer.
                    message_dict["message_type"] = "auto_comment"
                checked.append((model, self._get_merge_target_id(thread_id), *route[2:]))
            elif self._is_mail_ignored(message, message_dict):
                _logger.info(
                    "No dispute from automatic mail %s of %s",
                    message_dict.get("message_id"),
                    message_dict.get("email_from"),
                )
            elif not opens_case:
                # A mail to two teams is one case all the same.
                opens_case = True
                if is_forged(message.items()):
                    custom_values = {**(custom_values or {}), "is_forged": True}
                    user_id = self.env.uid
                checked.append((model, thread_id, custom_values, user_id, alias))
        return checked

    @api.model
    def _is_answer(self, request_id, message, message_dict):
        """:return: whether a reply to a question is one; a machine's or a forger's is only noted"""
        if not (self._is_mail_ignored(message, message_dict) or is_forged(message.items())):
            return True
        self.env["dispute.information.request"].browse(request_id)._message_log(
            body=self.env._(
                "Not taken as an answer, since a machine sent it or its sender is forged: %(subject)s (%(sender)s)",
                subject=message_dict.get("subject"),
                sender=message_dict.get("email_from"),
            )
        )
        return False

    @api.model
    def _is_mail_ignored(self, message, message_dict):
        sender = email_normalize(message_dict.get("email_from")) or ""
        # Addresses of our own: what comes from there, we sent.
        own = sender and self.env["mail.alias.domain"].sudo()._find_aliases([sender])
        return bool(own) or is_automatic(message.items(), message_dict.get("subject"))

    @api.model
    def _get_merge_target_id(self, case_id):
        """:return: id of the case that goes on with this one"""
        # Whoever writes does not choose: their words belong where the work goes on.
        case = self.env["dispute.case"].sudo().browse(case_id)
        while case.merged_into_id:
            case = case.merged_into_id
        return case.id

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        return Domain("email_from", "=", email_from_normalized)

    def _notify_get_reply_to(self, default=None, author_id=False):
        # The addresses of a team are no secret to who writes on its cases.
        addresses = self.team_id.sudo()._notify_get_reply_to(default=default, author_id=author_id)
        reply_to = {case.id: addresses.get(case.team_id.id) for case in self}
        others = self.filtered(lambda case: not case.team_id)
        if others:
            reply_to.update(super(DisputeCaseMailMixin, others)._notify_get_reply_to(default, author_id))
        return reply_to

    # Mail in

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a case of a mail; see the class for what is filled in.

        Called by Odoo's gateway as superuser, for the user who wrote if it was one.
        """
        values = dict(custom_values or {})
        forged = values.pop("is_forged", False)
        # What an alias gives by default is typed by hand: it writes no facts.
        values = {name: values[name] for name in values.keys() - self._get_fact_fields(creating=True)}
        team = self.env["dispute.team"].browse(values.get("team_id") or ())
        this = self.with_company(team.company_id or self.env.company)
        text = this._get_mail_text(msg_dict)
        notes = this._drop_refused_files(msg_dict)
        sender = Sender(note=self.env._("The mail servers report a forged sender.")) if forged else None
        sender = sender or this._get_mail_sender(msg_dict, team.company_id, text)
        if sender.user:
            # What colleagues say when they forward is for colleagues.
            msg_dict["is_internal"] = True
        elif not sender.partner:
            msg_dict["author_id"] = False
        claim, remarks = this._prepare_mail_claim(sender, team.company_id, msg_dict.get("subject"), text)
        notes += [note for note in (sender.note, *remarks) if note]
        values |= this._prepare_mail_values(msg_dict, sender, text)
        try:
            with self.env.cr.savepoint():
                case = super(DisputeCaseMailMixin, this).message_new(msg_dict, values | claim)
        except UserError as error:
            # What can't be claimed is for a clerk to see, never a mail lost.
            notes.append(str(error))
            claim.pop("line_ids", None)
            case = super(DisputeCaseMailMixin, this).message_new(msg_dict, values | claim)
        if notes:
            body = Markup("<br/>").join(notes)
            case._message_log(body=Markup("%s<br/>%s") % (self.env._("From the mail:"), body))
        return case

    def message_update(self, msg_dict, update_vals=None):
        notes = self._drop_refused_files(msg_dict)
        if notes:
            self._message_log(body=Markup("<br/>").join(notes))
        return super().message_update(msg_dict, update_vals)

    @api.model
    def _prepare_mail_values(self, msg_dict, sender, text):
        """:return: values of a case that any mail gives; override to add fields"""
        subject = clean_text(msg_dict.get("subject") or "", 500)
        words = [get_forwarded(text)] if sender.user else [subject, text]
        values = {
            "source": "mail",
            "company_id": self.env.company.id,
            "email_from": email_normalize(msg_dict.get("email_from")) or False,
            "description": "\n\n".join(filter(None, words)),
        }
        if sender.user and sender.user.has_group("dispute_management.group_dispute_user"):
            values["user_id"] = sender.user.id
        if sender.partner:
            values |= {"partner_id": sender.partner.id, "contact_id": sender.contact.id}
        return values

    @api.model
    def _get_mail_text(self, msg_dict):
        """:return: the body as plain text, cut where it is endless"""
        body = str(msg_dict.get("body") or "")
        if len(body) > MAX_BODY:
            body = body[:MAX_BODY]
            msg_dict["body"] = html_sanitize(body)
        text = html2plaintext(html_sanitize(body), include_references=False)
        return clean_text(text, MAX_TEXT, multiline=True)

    @api.model
    def _drop_refused_files(self, msg_dict):
        """Keep only the files that a case takes.

        :return: a note for each that was dropped
        """
        rules = self.env["dispute.file.rules"]
        kept, notes = [], []
        for file in msg_dict.get("attachments") or ():
            name, content = file[0], file[1]
            if isinstance(content, Message):
                content = content.as_bytes()
            elif isinstance(content, str):
                content = content.encode("utf-8", "replace")
            error = rules._get_files_error([(name, len(content or b""), content or b"")])
            if not error and len(kept) >= rules._get_limits()["max_files"]:
                error = self.env._("%s: more files than a case takes.", name)
            if error:
                notes.append(self.env._("A file was left out: %s", error))
            else:
                kept.append(file)
        if "attachments" in msg_dict:
            msg_dict["attachments"] = kept
        return notes

    # Who and what

    @api.model
    def _get_mail_sender(self, msg_dict, company, text):
        """Find who wrote by their address: a colleague, else one known customer.

        :param company: res.company of the team, empty for all
        :return: `Sender`
        """
        address = email_normalize(msg_dict.get("email_from"))
        if not address:
            return Sender(note=self.env._("The mail names no sender."))
        user = self.env.user
        if user.active and user._is_internal() and user.email_normalized == address:
            contact = self._get_forwarded_contact(user, text)
            return Sender(user=user, partner=contact.commercial_partner_id, contact=contact)
        found = self.env["res.partner"].search(
            Domain("email_normalized", "=", address)
            & Domain("company_id", "in", [False, *(company or self.env.company).ids])
        )
        customers = found.commercial_partner_id
        if not customers:
            return Sender(note=self.env._("Nobody we know writes from %s.", address))
        if len(customers) > 1:
            return Sender(note=self.env._("Several customers write from %s.", address))
        contact = customers if customers in found else found[0]
        return Sender(partner=customers, contact=contact)

    @api.model
    def _get_forwarded_contact(self, user, text):
        """:return: the one contact that a mail forwarded by a colleague is from, if they may read it"""
        lines = get_forwarded(text).splitlines()[:5]
        addresses = next(filter(None, map(email_normalize_all, lines)), [])
        partners = self.env["res.partner"].with_user(user)
        if not addresses or not partners.has_access("read"):
            return self.env["res.partner"]
        # Searched as the colleague; what follows works for the gateway.
        found = partners.search(Domain("email_normalized", "=", addresses[0]), limit=2)
        return found.sudo() if len(found) == 1 else self.env["res.partner"]

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
