import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..tools.mail_intake import drop_quotes, find_numbers, is_automatic, is_forged

_logger = logging.getLogger(__name__)


class DisputeCaseMailRouteMixin(models.AbstractModel):
    """Where a mail goes: to the case that it speaks of, to a new one, or nowhere."""

    _name = "dispute.case.mail.route.mixin"
    _description = "Dispute Mail Routes"
    _inherit = ["dispute.case.mail.sender.mixin"]

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
                else:
                    # As the gateway works: with all rights, for the user who wrote.
                    thread_id = self.with_user(user_id).sudo()._find_mail_case(message_dict, custom_values).id
                checked.append((model, thread_id, custom_values, user_id, alias))
        return checked

    @api.model
    def _is_delivered(self, message_id, routes):
        """Whether another transaction took the same message since this one began.

        Odoo looks in its own transaction only, so that a mail which two servers deliver at the
        same moment would make two cases.
        """
        if not any(route[0] in ("dispute.case", "dispute.information.request") for route in routes or ()):
            return False
        # Whoever has it at this moment is waited for; the lock goes with their transaction.
        self.env.execute_query(SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", message_id))
        # What they committed is seen by a transaction that begins now.
        with self.env.registry.cursor() as cr:
            cr.execute(SQL("SELECT 1 FROM mail_message WHERE message_id = %s LIMIT 1", message_id))
            delivered = bool(cr.rowcount)
        if delivered:
            _logger.info("Mail %s was delivered twice at once", message_id)
        return delivered

    @api.model
    def _is_answer(self, request_id, message, message_dict):
        """:return: whether a reply to a question is one; a machine's or a forger's is only told"""
        if not (self._is_mail_ignored(message, message_dict) or is_forged(message.items())):
            return True
        self.env["dispute.information.request"].browse(request_id)._tell_owners(
            self.env._(
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

    @api.model
    def _find_mail_case(self, msg_dict, custom_values):
        """Find the open case that a new mail names: by our number, or by the customer's own.

        A mail about other invoices of theirs is another matter, whatever it refers to.

        :param custom_values: what the team's address gives a new case
        :return: dispute.case, empty where none or several are named
        """
        text = self._get_mail_text(msg_dict)
        team = self.env["dispute.team"].browse((custom_values or {}).get("team_id") or ())
        sender = self._get_mail_sender(msg_dict, team.company_id, text)
        subject = msg_dict.get("subject") or ""
        numbers = find_numbers(subject) + find_numbers(drop_quotes(text))
        cases = self.browse()
        if not (numbers and (sender.user or sender.partner)):
            return cases
        domain = Domain("is_closed", "=", False)
        if team.company_id:
            domain &= Domain("company_id", "child_of", team.company_id.ids)
        if sender.partner:
            domain &= Domain("partner_id", "=", sender.partner.id)
        if sender.user:
            # What a colleague may not read, they can't add to by naming it.
            cases = cases.with_user(sender.user).sudo(False)
            if not cases.has_access("read"):
                return self.browse()
        found = cases.search(domain & Domain("name", "in", numbers), limit=2)
        if not found and sender.partner:
            found = cases.search(domain & Domain("customer_reference", "in", numbers), limit=2)
        if len(found) != 1:
            return self.browse()
        invoices = self._find_mail_invoices(sender, team.company_id, subject, text)
        case = self.browse(found.id)
        return self.browse() if invoices and not invoices & case.line_ids.move_id else case
