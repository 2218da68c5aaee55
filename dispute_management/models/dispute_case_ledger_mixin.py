from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from .dispute_amount_mixin import AMOUNT_PARTS

#: Where the nightly check stands: the day and the last case it looked at.
CURSOR = "dispute_management.ledger_check"


class DisputeCaseLedgerMixin(models.AbstractModel):
    """The nightly check that what cases say of their money is what the ledger says.

    It tells and never repairs: an amount that differs has a cause that somebody must find.
    """

    _name = "dispute.case.ledger.mixin"
    _description = "Ledger Check of Disputes"

    ledger_gap = fields.Text(
        string="Differs from the ledger",
        readonly=True,
        copy=False,
        groups="dispute_management.group_dispute_viewer",
        help="Amounts that are not what the ledger and the settlements make of the claim.",
    )
    date_ledger_gap = fields.Datetime(
        string="Differs since", readonly=True, copy=False, index="btree_not_null"
    )
    is_ledger_gap_told = fields.Boolean(readonly=True, copy=False)

    @api.model
    def _cron_check_ledger(self, batch=200):
        """Compare the amounts of all cases with the ledger, once a day, in committed batches.

        Where it stands is noted with each batch: stopped anywhere it goes on from there, and
        a second run on the same day looks at nothing again.

        :param batch: cases a commit
        """
        parameters = self.env["ir.config_parameter"]
        today = fields.Date.to_string(fields.Date.context_today(self))
        day, _space, last = parameters.get_param(CURSOR, "").partition(" ")
        last_id = int(last or 0) if day == today else 0
        domain = Domain("line_ids", "!=", False)
        cases = self.with_context(active_test=False)
        while found := cases.search(domain & Domain("id", ">", last_id), limit=batch, order="id"):
            last_id = found[-1].id
            found._check_ledger()
            parameters.set_param(CURSOR, f"{today} {last_id}")
            if not self.env["ir.cron"]._commit_progress(len(found)):
                return
        self._tell_ledger_gaps()

    def _check_ledger(self):
        """Note on which of these cases amounts differ from the ledger, and where they agree again."""
        gaps = self._get_ledger_gaps()
        now = fields.Datetime.now()
        for case in self:
            gap = gaps.get(case, False)
            if gap == case.ledger_gap:
                continue
            vals = {"ledger_gap": gap}
            if not gap:
                vals |= {"date_ledger_gap": False, "is_ledger_gap_told": False}
            elif not case.date_ledger_gap:
                vals["date_ledger_gap"] = now
            case._write_facts(vals)

    def _get_ledger_gaps(self):
        """Compute the parts of these cases anew from the ledger, and compare; nothing is changed.

        :return: ``{case: text}`` of those whose stored amounts differ
        """
        # The ledger counts, whoever looks at the case.
        cases = self.sudo()
        expected = cases.line_ids._get_expected_amounts()
        gaps = {}
        for case in cases:
            texts = []
            for line in case.line_ids:
                texts += line._get_amount_gaps(expected.get(line) or {}, line.display_name)
            sums = {
                name: sum(line[name] for line in case.line_ids)
                for part in AMOUNT_PARTS
                for name in (part, f"{part}_company")
            }
            sums["amount_disputed"] = sum(case.line_ids.mapped("amount"))
            texts += case._get_amount_gaps(sums, self.env._("Sum of the lines"))
            total = sum(case[name] for name in AMOUNT_PARTS)
            if case.currency_id.compare_amounts(total, case.amount_disputed):
                texts.append(
                    self.env._(
                        "The parts add up to %(total)s, the claim is %(claim)s.",
                        total=case.currency_id.format(total),
                        claim=case.currency_id.format(case.amount_disputed),
                    )
                )
            if texts:
                gaps[case] = "\n".join(texts)
        return gaps

    @api.model
    def _tell_ledger_gaps(self):
        """Tell leaders once of the cases whose amounts were found to differ."""
        cases = self.with_context(active_test=False).search(
            Domain("date_ledger_gap", "!=", False) & Domain("is_ledger_gap_told", "=", False)
        )
        by_leader = {}
        for (team, company), of_team in cases._group_by_team().items():
            leader, _why = self._get_fallback_owner(team, company)
            by_leader[leader] = by_leader.get(leader, cases.browse()) | of_team
        for leader, found in by_leader.items():
            links = Markup().join(
                Markup("<li>%s: %s</li>") % (case._get_html_link(), case.ledger_gap) for case in found[:20]
            )
            more = self.env._("… and %s more", len(found) - 20) if len(found) > 20 else ""
            self.env["mail.thread"].message_notify(
                partner_ids=leader.partner_id.ids,
                subject=self.env._("Amounts of %s disputes differ from the ledger", len(found)),
                body=Markup("<p>%s</p><ul>%s</ul><p>%s</p>")
                % (
                    self.env._("Find out why before settling them: nothing was changed."),
                    links,
                    more,
                ),
            )
        cases._write_facts({"is_ledger_gap_told": True})
