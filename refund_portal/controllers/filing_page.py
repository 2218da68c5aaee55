import time
from urllib.parse import urlencode

from odoo.http import request

from odoo.addons.dispute_management.tools.plain_text import clean_text

from ..tools.draft import make_draft, read_draft
from .request_limit import get_flood_message, is_flood

#: The fields of the form from top to bottom, where their names don't depend on the documents.
_FIELDS = ("description", "customer_wish", "files", "contact_id", "contact_method", "contact_phone")


class FilingPage:
    """The form, whichever door it was opened by: two steps, the problem first, then what it needs.

    Doors check the documents; everything here trusts those and nothing that was typed.
    """

    # ------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------

    def _show_form(self, documents, url, back_url, args, is_preview=False):
        """Answer a GET: the reasons to choose from, or the form for the chosen one.

        :param documents: `FiledDocuments`, sudoed
        :param str url: the page's address without the chosen reason
        :param str back_url: where whoever gives up goes
        :param args: what the address says: ``reason_id``
        """
        # sudo: the form trusts the documents that the door has checked.
        form_sudo = request.env["dispute.portal.form"].sudo()
        draft = None if is_preview else read_draft(request.session.get("dispute_draft"), url, time.time())
        values = form_sudo._get_default_values(documents)
        reason_id = clean_text(args.get("reason_id"), 20)
        if draft is not None:
            values, _uploads = form_sudo._parse(documents, {**draft, "reason_id": reason_id}, {})
        values["reason_id"] = reason_id
        reason = form_sudo._get_chosen_reason(documents, values["reason_id"])
        if reason and draft is not None:
            request.session.pop("dispute_draft", None)
        return self._render_form(
            documents, url, back_url, values, is_preview=is_preview, is_draft=draft is not None
        )

    def _render_form(
        self, documents, url, back_url, values, errors=None, had_files=False, is_preview=False, is_draft=False
    ):
        """:return: response with the step that is next"""
        # sudo: reads what the form offers for documents that the door has checked.
        form_sudo = request.env["dispute.portal.form"].sudo()
        errors = errors or {}
        reasons = form_sudo._get_reasons(documents)
        reason = form_sudo._get_chosen_reason(documents, values["reason_id"])
        if not reason and len(reasons) == 1:
            reason = reasons
        cannot_file = form_sudo._get_cannot_file_reason(documents)
        maximums = {} if cannot_file and not errors else form_sudo._get_disputable_amounts(documents)
        page_values = self._prepare_filing_layout(documents)
        page_values.update(
            {
                "documents": documents,
                "url": url,
                "back_url": back_url,
                "is_preview": is_preview,
                "is_draft": is_draft,
                "reasons": reasons,
                "reason": reason,
                "reason_url": f"{url}{'&' if '?' in url else '?'}reason_id=",
                "values": values,
                "errors": errors,
                "focus": self._get_focus(documents, errors, form_sudo),
                "had_files": had_files,
                "cannot_dispute": cannot_file,
                "maximums": maximums,
                "terms_url": self._get_terms_url(documents),
                "form_key": request.env["dispute.portal.filing"].sudo()._new_key(documents),
                **self._prepare_reason_values(documents, reason, maximums, form_sudo),
            }
        )
        status = 200 if not errors else 429 if errors.get("form") == get_flood_message() else 422
        return self._respond_filing("portal_dispute_filing", page_values, status)

    def _prepare_reason_values(self, documents, reason, maximums, form_sudo):
        """:return: what the form asks for the chosen reason, and the verdict to expect"""
        company = documents.company
        verdict = None
        if reason and maximums:
            # sudo: the terms are applied to documents that the door has checked.
            verdict = request.env["dispute.portal.verdict"].sudo()._foresee(documents, reason, maximums)
        return {
            "verdict": verdict,
            "ways": form_sudo._get_ways(documents),
            "lines": form_sudo._get_lines(documents),
            "evidence_types": form_sudo._get_evidence_types(reason),
            "asked_types": form_sudo._get_evidence_types(reason).filtered(form_sudo._is_evidence_asked),
            "wishes": form_sudo._get_wishes(company),
            "contacts": form_sudo._get_contacts(documents),
            "limits": request.env["dispute.file.rules"]._get_limits(),
            "intro": company.dispute_portal_intro,
            "format_input": lambda amount: form_sudo._format_amount_input(documents, amount),
        }

    def _get_focus(self, documents, errors, form_sudo):
        """:return: the first field with an error, which takes the focus"""
        names = [
            "reason_id",
            "claim_by",
            *map(documents.get_amount_name, documents.all),
            *(f"line_{line.id}_amount" for line in form_sudo._get_lines(documents)),
            *(name for name in errors if name.startswith("extra_")),
            *_FIELDS[:2],
            *(name for name in errors if name.startswith("evidence_")),
            *_FIELDS[2:],
            "customer_reference",
        ]
        return next((name for name in names if name in errors), None)

    def _get_terms_url(self, documents):
        company = documents.company
        return company._get_published_refund_terms() and company._get_dispute_terms_url(company)

    def _prepare_filing_layout(self, documents):
        """:return: values of the page around the form; override for doors without login"""
        cases = request.env["dispute.case"]
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "invoice_dispute",
            "title": request.env._("File a dispute"),
            "is_link": False,
            "disputes": cases._search_readable_on_documents(documents),
        }

    def _respond_filing(self, template, values, status=200):
        response = request.render(f"refund_portal.{template}", values, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    def _submit_form(self, documents, url, back_url):
        """Answer a POST: make the case, or show the form again with everything that was typed."""
        # sudo: the form trusts the documents that the door has checked and nothing that was typed.
        form_sudo = request.env["dispute.portal.form"].sudo()
        filing_sudo = request.env["dispute.portal.filing"].sudo()
        # The body alone counts: route arguments mix in the query string and the files.
        posted = request.httprequest.form
        values, uploads = form_sudo._parse(documents, posted, request.httprequest.files)
        had_files = any(uploads.values())
        if posted.get("do") == "reason":
            # Nothing is changed: the text goes along to the other reason.
            request.session["dispute_draft"] = make_draft(url, posted, time.time())
            return request.redirect(url)
        key = clean_text(posted.get("form_key"), 200)
        refusal = self._get_request_error(filing_sudo, documents, posted, key)
        if refusal:
            return self._render_form(documents, url, back_url, values, {"form": refusal}, had_files)
        filing_sudo._lock(documents)
        sent = filing_sudo._find_by_key(key)
        if sent:
            return self._confirm(documents, sent, "again")
        vals, errors = form_sudo._validate(documents, values, uploads)
        if all(name == "form" or "amount" in name for name in errors):
            # What was claimed a moment ago is no longer disputable: these errors, too, may be the form sent twice.
            sent = filing_sudo._find_resent(documents, vals)
        if sent:
            return self._confirm(documents, sent, "again")
        if not errors:
            case, refusal = filing_sudo._file(documents, vals, uploads, key)
            if case:
                return self._confirm(documents, case, "new")
            errors = {"form": refusal}
        if "reason_id" in errors:
            # The reasons are shown again; what was typed waits for the next one.
            request.session["dispute_draft"] = make_draft(url, posted, time.time())
        return self._render_form(documents, url, back_url, values, errors, had_files)

    def _get_request_error(self, filing_sudo, documents, posted, key):
        """:return: what is wrong with the request itself, whatever was typed; None when nothing is"""
        if is_flood("filing"):
            return get_flood_message()
        if not request.validate_csrf(posted.get("csrf_token")) or not filing_sudo._is_key_valid(
            documents, key
        ):
            return request.env._(
                "This page was out of date. Please check what you entered and send it again."
            )
        return None

    def _confirm(self, documents, case, filed):
        return request.redirect(f"/my/disputes/{case.id}?filed={filed}")

    def _ask_login(self, url):
        """Keep what was typed by somebody whose login has ended, and ask them to log in again."""
        posted = request.httprequest.form
        if posted and not is_flood("filing"):
            request.session["dispute_draft"] = make_draft(url, posted, time.time())
        reason_id = clean_text(posted.get("reason_id"), 20)
        if reason_id:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode({'reason_id': reason_id})}"
        return request.redirect_query("/web/login", {"redirect": url})
