from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..tools import risk

#: How often it is learnt anew, and how many cases are told a commit.
LEARN_EVERY = timedelta(hours=23)
TELL_BATCH = 500


class DisputeRisk(models.Model):
    """What the closed cases of a company tell about the risk of those that are open.

    It says nothing until there are cases enough and it told what happened to the newest of them
    better than the base rate; what it learnt, and how well, is for the administrator to see.
    """

    _name = "dispute.risk"
    _description = "Dispute Early Warning"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    date_learnt = fields.Datetime(string="Learnt on", readonly=True)
    state = fields.Selection(
        [
            ("few", "Too few closed cases"),
            ("no_better", "No better than the base rate"),
            ("reliable", "Warns"),
        ],
        readonly=True,
        help="Too few: it takes 100 cases closed within two years, 10 of which went wrong and 10 well. Warns: it told"
        " what happened to the newest fifth of them better than the base rate, by more than chance.",
    )
    cases = fields.Integer(string="Closed Cases", readonly=True, help="Of the last two years.")
    happened = fields.Integer(
        string="Broken or Escalated",
        readonly=True,
        help="Cases with a broken promise, or raised to a level other than by a rule on the risk.",
    )
    base_rate = fields.Float(readonly=True, digits=(16, 4))
    weight = fields.Float(
        readonly=True,
        digits=(16, 2),
        help="How much the facts of a case count. Less than 1 where several of them say the same.",
    )
    held_back = fields.Integer(readonly=True, help="The newest fifth, foretold from the older ones.")
    brier = fields.Float(
        string="Brier Score",
        readonly=True,
        digits=(16, 4),
        help="Mean of (foretold - happened)² of the cases held back; less is better.",
    )
    base_brier = fields.Float(
        string="Score of the Base Rate",
        readonly=True,
        digits=(16, 4),
        help="The same score, had every case been told the base rate.",
    )
    bounds = fields.Json(readonly=True, help="Bounds of the bands of amounts.")
    told_after_id = fields.Integer(readonly=True, help="Up to which case this run has come.")
    frequency_ids = fields.One2many("dispute.risk.frequency", "risk_id", readonly=True)
    bin_ids = fields.One2many("dispute.risk.bin", "risk_id", readonly=True)

    _company_uniq = models.Constraint("UNIQUE(company_id)", "A company's cases are learnt from once.")

    # Cron

    @api.model
    def _cron_refresh(self, batch=TELL_BATCH):
        """Learn from closed cases once a day, and tell the risk of those that are open.

        Committed company by company and batch by batch; stopped anywhere, the next run goes on
        there, and a second one changes nothing.

        :param batch: cases a commit
        """
        cron = self.env["ir.cron"]
        long_ago = fields.Datetime.now() - LEARN_EVERY
        for known in self._get_all():
            if not known.date_learnt or known.date_learnt < long_ago:
                known._learn()
                if not cron._commit_progress(1):
                    return
            if not known._tell_all(batch):
                return

    @api.model
    def _get_all(self):
        """:return: dispute.risk of all companies that have cases"""
        companies = {company for (company,) in self.env["dispute.case"]._read_group([], ["company_id"])}
        every = self.search([])
        new = [company for company in companies if company not in every.company_id]
        return every | self.create([{"company_id": company.id} for company in new])

    # Learning

    def _learn(self):
        """Replace what was learnt by what the cases closed until now tell."""
        self.ensure_one()
        examples, bounds = self.env["dispute.risk.facts"]._get_examples(self.company_id)
        model, judgement = risk.train(examples)
        state = "reliable" if judgement.is_better else "no_better"
        self.write(
            {
                "date_learnt": fields.Datetime.now(),
                "state": state if risk.has_enough(model) else "few",
                "cases": model.cases,
                "happened": model.happened,
                "base_rate": model.base_rate if model.cases else 0,
                "weight": model.weight,
                "held_back": judgement.cases,
                "brier": judgement.brier,
                "base_brier": judgement.base_brier,
                "bounds": bounds,
                "told_after_id": 0,
                "frequency_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "variable": variable,
                                "value": value,
                                "cases": cases,
                                "happened": happened,
                                "lift": model.get_lift((variable, value)),
                            }
                        )
                        for (variable, value), (cases, happened) in sorted(model.frequencies.items())
                    ),
                ],
                "bin_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "lower": part.lower,
                                "upper": part.upper,
                                "cases": part.cases,
                                "predicted": part.predicted,
                                "happened": part.happened,
                            }
                        )
                        for part in judgement.bins
                    ),
                ],
            }
        )

    def _get_model(self):
        """:return: `risk.Model` of this company, as it was learnt"""
        self.ensure_one()
        frequencies = {(row.variable, row.value): (row.cases, row.happened) for row in self.frequency_ids}
        return risk.Model(self.cases, self.happened, frequencies, self.weight)

    # Telling

    def _tell_all(self, batch):
        """Tell the risk of the company's open cases, in committed batches.

        :return: whether it came to the end
        """
        self.ensure_one()
        cron = self.env["ir.cron"]
        model = self._get_model() if self.state == "reliable" else None
        while cases := self._get_untold(batch):
            self.told_after_id = cases[-1].id
            # Whoever works on a case comes first: it is told in the next hour.
            free = cases.try_lock_for_update(allow_referencing=True)
            self._tell(free, model)
            if not cron._commit_progress(len(cases)):
                return False
            self.env.invalidate_all()
        self.told_after_id = 0
        return bool(cron._commit_progress())

    def _get_untold(self, batch):
        """:return: dispute.case that this run has still to look at, by id"""
        asked = Domain("risk", "!=", 0)
        if self.state == "reliable":
            asked |= Domain("is_closed", "=", False)
        return (
            self.env["dispute.case"]
            .with_context(active_test=False)
            .search(
                asked & Domain("company_id", "=", self.company_id.id) & Domain("id", ">", self.told_after_id),
                order="id",
                limit=batch,
            )
        )

    def _tell(self, cases, model):
        """Write the risk of cases where it changed.

        :param model: `risk.Model`; None has nothing to say
        """
        self.ensure_one()
        asked = cases.filtered(lambda case: not case.is_closed) if model else cases.browse()
        known = self.env["dispute.risk.facts"]._get_known(self.company_id, asked, self.bounds or [])
        risks = {
            case_id: 100 if happened else risk.to_percent(model.predict(values))
            for case_id, (values, happened) in known.items()
        }
        cases._set_risks({case: risks.get(case.id, 0) for case in cases})
