from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.dispute_management.controllers.statement_answer import STATEMENT_ACTS
from odoo.addons.dispute_management.tools.answer_form import MAX_TEXT
from odoo.addons.dispute_management.tools.plain_text import clean_text, parse_id

from .dispute_page import CASE_ROUTE, DisputePage

_STATEMENT_ROUTE = f"{CASE_ROUTE}/statements/<int(max=2147483647):settlement_id>"


class DisputeAnswer(DisputePage):
    """What a customer does on the page of a case; each is a plain form, sent by POST.

    What was done is confirmed after a redirect, so that reloading does nothing twice.
    """

    @http.route()
    def portal_my_dispute(self, case_id, access_token=None, **kwargs):
        if request.httprequest.method != "POST":
            return super().portal_my_dispute(case_id, access_token=access_token, **kwargs)
        case_sudo = self._dispute_check_access(case_id, access_token)
        if not case_sudo:
            return self._send_away(case_id)
        return self._act(case_sudo, self._get_own_token(case_sudo, access_token), kwargs)

    def _act(self, case_sudo, access_token, post):
        acts = {
            "write": self._do_supply,
            "supply": self._do_supply,
            "withdraw": self._do_withdraw,
            "rate": self._do_rate,
        }
        do = post.get("do")
        if do not in acts or do not in self._get_acts(case_sudo):
            return self._answer_late(case_sudo, access_token)
        return self._finish(case_sudo, access_token, do, post, acts[do])

    @http.route([_STATEMENT_ROUTE], type="http", auth="user", website=True, sitemap=False)
    def portal_dispute_statement_act(self, case_id, settlement_id, **post):
        """Accept, decline, ask for another amount, or ask to look at a refusal again."""
        case_sudo, settlement_sudo = self._find_settlement(case_id, settlement_id)
        if not case_sudo:
            return self._send_away(case_id)
        if request.httprequest.method != "POST":
            # Where a form with an error is reloaded.
            return self._go_back(case_sudo, None)
        do = post.get("do")
        if do not in STATEMENT_ACTS or do not in self._get_acts(case_sudo):
            return self._answer_late(case_sudo, None)

        def act(case_sudo, post):
            error = self._answer_statement(settlement_sudo, request.env.user.name, post)
            if not error:
                case_sudo._portal_confirm(self._get_confirmations()[do])
            return {do: error} if error else {}

        return self._finish(case_sudo, None, do, post, act)

    @http.route([f"{_STATEMENT_ROUTE}/sign"], type="jsonrpc", auth="user", website=True)
    def portal_dispute_statement_sign(self, case_id, settlement_id, name=None, signature=None):
        """Accept with a signature, as the signature form of the portal sends it."""
        case_sudo, settlement_sudo = self._find_settlement(case_id, settlement_id)
        if not case_sudo or "accept" not in self._get_acts(case_sudo):
            return {"error": request.env._("This offer can't be accepted any more.")}
        error = self._sign_statement(settlement_sudo, name, signature)
        if error:
            return {"error": error}
        case_sudo._portal_confirm(self._get_confirmations()["accept"])
        request.session["dispute_done"] = (case_sudo.id, "accept")
        return {"force_refresh": True, "redirect_url": f"/my/disputes/{case_sudo.id}"}

    @http.route([f"{CASE_ROUTE}/reminders"], type="http", auth="public", website=True, sitemap=False)
    def portal_dispute_reminders(self, case_id, access_token=None, **post):
        """Where the link in a reminder leads: asks, so that who only opens it stops nothing."""
        case_sudo = self._dispute_check_access(case_id, access_token)
        if not case_sudo:
            return self._send_away(case_id)
        access_token = self._get_own_token(case_sudo, access_token)
        if request.httprequest.method == "POST" and self._get_acts(case_sudo):
            case_sudo._portal_stop_reminders()
        values = {
            "html_data": self._get_html_data(),
            "page_name": "dispute",
            "dispute_case": case_sudo,
            "title": request.env._("Reminders"),
            "access_token": access_token,
            "file_query": f"?access_token={access_token}" if access_token else "",
        }
        return request.render("refund_portal.portal_dispute_reminders", values)

    # ------------------------------------------------------------
    # Doing it
    # ------------------------------------------------------------

    def _find_settlement(self, case_id, settlement_id):
        """:return: (case, settlement), sudoed, if this is what the page asks the user to answer; else (None, None)"""
        case_sudo = self._dispute_check_access(case_id)
        if not case_sudo:
            return None, None
        settlements_sudo = case_sudo.settlement_ids.filtered(
            lambda settlement: (
                settlement.id == settlement_id and settlement.state not in ("draft", "to_approve")
            )
        )
        return (case_sudo, settlements_sudo) if settlements_sudo else (None, None)

    def _finish(self, case_sudo, access_token, do, post, act):
        """Do it; whatever is wrong is told, and nothing typed is lost."""
        try:
            with request.env.cr.savepoint():
                errors = act(case_sudo, post)
        except UserError as error:
            errors = {do: str(error)}
        if errors:
            case_sudo.env.invalidate_all()
            values = self._dispute_get_page_view_values(case_sudo, access_token, post, errors)
            return request.render("refund_portal.portal_my_dispute", values, status=422)
        request.session["dispute_done"] = (case_sudo.id, do)
        return self._go_back(case_sudo, access_token)

    def _answer_late(self, case_sudo, access_token):
        """Show the page as it is now: what was pressed was done already, or can't be done any more."""
        done = request.session.get("dispute_done")
        if not done:
            request.session["dispute_done"] = (case_sudo.id, "late")
        return self._go_back(case_sudo, access_token)

    def _go_back(self, case_sudo, access_token):
        query = f"?access_token={access_token}" if access_token else ""
        return request.redirect(f"/my/disputes/{case_sudo.id}{query}")

    def _get_confirmations(self):
        """:return: ``{act: sentence}`` on what was answered to a statement"""
        return {
            "accept": request.env._("You accepted our offer. We carry it out; you need do nothing else."),
            "decline": request.env._("You declined our offer. We look at it again and come back to you."),
            "counter": request.env._("You asked for another amount. We look at it and come back to you."),
            "reopen": request.env._("You asked us to look at it again. We come back to you."),
        }

    def _do_supply(self, case_sudo, post):
        """:return: ``{field: message}`` of what is wrong"""
        errors = {}
        text = clean_text(post.get("text"), MAX_TEXT + 1, multiline=True)
        if len(text) > MAX_TEXT:
            errors["text"] = request.env._("Please write less than %s characters.", MAX_TEXT)
        missing = (
            case_sudo._get_portal_missing() if post["do"] == "supply" else case_sudo.evidence_ids.browse()
        )
        evidence = {item: self._get_uploads(f"evidence_{item.id}") for item in missing}
        files = self._get_uploads("files")
        uploads = [*files, *sum(evidence.values(), [])]
        problem = request.env["dispute.file.rules"]._get_uploads_error(uploads)
        if problem:
            errors["files"] = problem
        vals = {}
        if post["do"] == "supply":
            vals, problems = self._read_asked(case_sudo, post)
            errors |= problems
        if not errors and not (text or uploads or vals):
            errors["text"] = request.env._("Write a few words, or choose a file.")
        if errors:
            return errors
        case_sudo._portal_supply(
            text,
            self._read_uploads(files),
            {item: self._read_uploads(chosen) for item, chosen in evidence.items() if chosen},
            vals,
        )
        return {}

    def _read_asked(self, case_sudo, post):
        """:return: (values of the case, ``{field: message}``) of the fields that are asked for"""
        asked = case_sudo._get_portal_asked()
        # sudo: reads what the form offers for the case that the route has checked.
        form_sudo = request.env["dispute.portal.form"].sudo()
        wishes = dict(form_sudo._get_wishes(case_sudo.company_id))
        vals, errors = {}, {}
        for name in asked["fields"]:
            value = clean_text(post.get(name), MAX_TEXT, multiline=name == "description")
            if name == "customer_wish" and value not in ("", *wishes):
                errors[name] = request.env._("Choose one of the outcomes offered, or none.")
            elif value:
                vals[name] = value
        extra, extra_errors = form_sudo._read_extra(case_sudo.reason_id, asked["extra"], post)
        extra = {name: value for name, value in extra.items() if value}
        if extra:
            vals["reason_properties"] = {**dict(case_sudo.reason_properties), **extra}
        return vals, errors | extra_errors

    def _get_uploads(self, name):
        return [upload for upload in request.httprequest.files.getlist(name) if upload.filename]

    def _read_uploads(self, uploads):
        """:return: list of (name, content)"""
        return [(upload.filename, upload.read()) for upload in uploads]

    def _do_withdraw(self, case_sudo, post):
        if not post.get("sure"):
            return {"withdraw": request.env._("Tick the box to withdraw the dispute.")}
        case_sudo._portal_withdraw(clean_text(post.get("text"), MAX_TEXT, multiline=True))
        return {}

    def _do_rate(self, case_sudo, post):
        rate = parse_id(clean_text(post.get("rate"), 2))
        if rate not in range(1, 6):
            return {"rate": request.env._("Choose from 1 to 5.")}
        case_sudo._portal_rate(rate, clean_text(post.get("text"), MAX_TEXT, multiline=True))
        return {}
