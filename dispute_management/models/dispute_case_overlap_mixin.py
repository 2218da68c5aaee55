from collections import defaultdict, namedtuple

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

#: A customer disputes unusually often with at least so many cases in twelve months, when
#: their cases per invoice are at least so many times those of all customers together.
FREQUENT_CASES = 3
FREQUENT_FACTOR = 2

#: How many cases of one kind are named.
MAX_NAMED = 10

#: A claim to look for overlaps of: what is, or would be, disputed, and by whom.
OverlapClaim = namedtuple("OverlapClaim", "case partner company moves move_lines payments reference")

#: Something to know about a claim. ``kind`` is one of ``open_line, open_document, earlier,
#: reference, frequent``; ``cases`` are those it is about, for the ``%s`` in ``message``.
Overlap = namedtuple("Overlap", "kind cases message")


class DisputeCaseOverlapMixin(models.AbstractModel):
    """What else there is about the same: open cases, earlier ones, references, habits."""

    _name = "dispute.case.overlap.mixin"
    _description = "Dispute Overlaps"

    overlap_info = fields.Html(
        string="Good to Know",
        compute="_compute_overlap_info",
        sanitize=False,  # made of escaped text and own links
        groups="dispute_management.group_dispute_viewer",
    )

    @api.depends(
        "partner_id",
        "customer_reference",
        "is_closed",
        "line_ids.move_id",
        "line_ids.move_line_id",
        "line_ids.payment_id",
    )
    def _compute_overlap_info(self):
        pending = self.filtered(lambda case: not case.is_closed)
        (self - pending).overlap_info = False
        claims = [
            OverlapClaim(
                case=case._origin,
                partner=case.partner_id,
                company=case.company_id,
                moves=case.line_ids.move_id._origin,
                move_lines=case.line_ids.move_line_id._origin,
                payments=case.line_ids.payment_id._origin,
                reference=case.customer_reference,
            )
            for case in pending
        ]
        for case, overlaps in zip(pending, self._find_overlaps(claims), strict=True):
            case.overlap_info = self._format_overlaps(overlaps)

    @api.model
    def _get_overlaps(self, moves, move_lines=None, customer_reference=None):
        """What to know before disputing invoices, as far as the user may read it.

        :param moves: account.move of one customer
        :param move_lines: account.move.line that would be disputed of them
        :param customer_reference: the customer's number of the claim
        :return: list of `Overlap`
        """
        claim = OverlapClaim(
            case=self.browse(),
            partner=moves.commercial_partner_id[:1],
            company=moves.company_id[:1],
            moves=moves,
            move_lines=move_lines or self.env["account.move.line"],
            payments=self.env["account.payment"],
            reference=customer_reference,
        )
        return self._find_overlaps([claim])[0]

    @api.model
    def _find_overlaps(self, claims):
        """Like `_get_overlaps` for many claims, in as many queries as for one.

        :param claims: list of `OverlapClaim`
        :return: one list of `Overlap` a claim
        """
        others = self._get_overlap_lines(claims)
        references = self._get_same_references(claims)
        frequent = self._get_frequent_customers(claims)
        found = []
        for claim in claims:
            documents = (*claim.moves, *claim.payments)
            lines = self.env["dispute.line"].union(*(others[document] for document in documents))
            lines = lines.filtered(
                lambda line, claim=claim: line.case_id != claim.case and not line.case_id.merged_into_id
            )
            pending = lines.filtered(lambda line: not line.case_id.is_closed)
            on_line = pending.filtered(
                lambda line, claim=claim: line.move_line_id and line.move_line_id in claim.move_lines
            ).case_id
            earlier = (lines - pending).case_id - pending.case_id
            same = references[claim.partner.id, self._get_reference_key(claim.reference)] - claim.case
            messages = {
                "open_line": (on_line, self.env._("In dispute already, the same invoice line: %s")),
                "open_document": (
                    pending.case_id - on_line,
                    self.env._("In dispute already, on the same document: %s"),
                ),
                "earlier": (earlier, self.env._("Disputed before: %s")),
                "reference": (same, self.env._("The same reference of this customer: %s")),
            }
            overlaps = [Overlap(kind, cases, text) for kind, (cases, text) in messages.items() if cases]
            if often := frequent.get((claim.company, claim.partner)):
                overlaps.append(Overlap("frequent", self.browse(), often))
            found.append(overlaps)
        return found

    @api.model
    def _get_overlap_lines(self, claims):
        """:return: ``{document: dispute.line on it}``"""
        move_ids = {move.id for claim in claims for move in claim.moves}
        payment_ids = {payment.id for claim in claims for payment in claim.payments}
        by_document = defaultdict(self.env["dispute.line"].browse)
        if not (move_ids or payment_ids):
            return by_document
        domain = Domain("move_id", "in", list(move_ids)) | Domain("payment_id", "in", list(payment_ids))
        for line in self.env["dispute.line"].search(domain):
            by_document[line.move_id or line.payment_id] |= line
        return by_document

    @api.model
    def _get_same_references(self, claims):
        """:return: ``{(customer's id, reference): cases}``"""
        wanted = {
            (claim.partner.id, self._get_reference_key(claim.reference))
            for claim in claims
            if claim.partner and self._get_reference_key(claim.reference)
        }
        cases = defaultdict(self.browse)
        if not wanted:
            return cases
        escaped = {key.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") for _id, key in wanted}
        domain = Domain("partner_id", "in", list({partner_id for partner_id, _key in wanted}))
        domain &= Domain("merged_into_id", "=", False)
        domain &= Domain.OR(Domain("customer_reference", "=ilike", key) for key in escaped)
        for case in self.search(domain):
            cases[case.partner_id.id, self._get_reference_key(case.customer_reference)] |= case
        return cases

    @api.model
    def _get_reference_key(self, reference):
        return (reference or "").strip().lower()

    @api.model
    def _get_frequent_customers(self, claims):
        """Customers who dispute unusually often: see `FREQUENT_CASES` and `FREQUENT_FACTOR`.

        :return: ``{(company, partner): sentence}``
        """
        since = fields.Date.context_today(self) - relativedelta(months=12)
        partners = self.env["res.partner"].union(*(claim.partner for claim in claims))
        counts = self._read_group(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "in", [claim.company.id for claim in claims])
            & Domain("date_opened", ">=", since)
            & Domain("merged_into_id", "=", False),
            ["company_id", "partner_id"],
            ["__count"],
        )
        counts = {(company, partner): count for company, partner, count in counts if count >= FREQUENT_CASES}
        if not counts:
            return {}
        companies = [company.id for company, _partner in counts]
        all_cases = dict(
            self._read_group(
                Domain("company_id", "in", companies)
                & Domain("date_opened", ">=", since)
                & Domain("merged_into_id", "=", False),
                ["company_id"],
                ["__count"],
            )
        )
        invoices = (
            Domain("company_id", "in", companies)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("invoice_date", ">=", since)
        )
        moves = self.env["account.move"]
        all_invoices = dict(moves._read_group(invoices, ["company_id"], ["__count"]))
        theirs = Domain("commercial_partner_id", "in", [partner.id for _company, partner in counts])
        groups = moves._read_group(invoices & theirs, ["company_id", "commercial_partner_id"], ["__count"])
        their_invoices = {(company, partner): count for company, partner, count in groups}
        frequent = {}
        for (company, partner), count in counts.items():
            invoiced = their_invoices.get((company, partner), 0)
            rate = count / max(1, invoiced)
            average = all_cases[company] / max(1, all_invoices.get(company, 0))
            if rate >= FREQUENT_FACTOR * average:
                frequent[company, partner] = self.env._(
                    "%(customer)s disputes often: %(count)s cases on %(invoices)s invoices in 12 months,"
                    " %(factor)s times as many as all customers.",
                    customer=partner.name,
                    count=count,
                    invoices=invoiced,
                    factor=round(rate / average, 1),
                )
        return frequent

    @api.model
    def _format_overlaps(self, overlaps):
        """:return: overlaps as a list with links, or False when there are none"""
        rows = []
        for overlap in overlaps:
            message = Markup.escape(overlap.message)
            if overlap.cases:
                names = [case._get_overlap_link() for case in overlap.cases[:MAX_NAMED]]
                if len(overlap.cases) > MAX_NAMED:
                    names.append(Markup.escape("…"))
                message %= Markup(", ").join(names)
            rows.append(Markup("<li>%s</li>") % message)
        return Markup("<ul class='mb-0'>%s</ul>") % Markup().join(rows) if rows else False

    def _get_overlap_link(self):
        """:return: this case's number as a link, with where it stands or how it ended"""
        self.ensure_one()
        state = self.resolution_id.name or self.stage_id.name
        return Markup("%s (%s)") % (self._get_html_link(title=self.name), state)
