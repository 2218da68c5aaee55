from odoo import api, fields, models

#: Variables whose values are records, and of what.
RECORDS = {
    "reason": "dispute.reason",
    "team": "dispute.team",
    "country": "res.country",
    "tag": "res.partner.category",
}
#: Variables whose values are choices of a field of the case.
CHOICES = {"source": "source", "priority": "priority", "wish": "customer_wish"}


class DisputeRiskFrequency(models.Model):
    """How many closed cases had a value, and how many of these went wrong."""

    _name = "dispute.risk.frequency"
    _description = "Dispute Early Warning: Frequency"
    _order = "risk_id, variable, lift desc, id"
    _rec_name = "variable"

    risk_id = fields.Many2one("dispute.risk", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="risk_id.company_id", store=True)
    variable = fields.Char(required=True, readonly=True)
    value = fields.Char(required=True, readonly=True)
    words = fields.Char(string="Cases", compute="_compute_words")
    cases = fields.Integer(string="Closed", readonly=True)
    happened = fields.Integer(string="Broken or Escalated", readonly=True)
    lift = fields.Float(
        string="Times the Base Rate",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Drawn towards 1, the fewer cases there are.",
    )

    @api.depends("variable", "value", "risk_id.bounds")
    def _compute_words(self):
        for known, rows in self.grouped("risk_id").items():
            words = self._get_words([(row.variable, row.value) for row in rows], known)
            for row in rows:
                row.words = words[row.variable, row.value]

    @api.model
    def _get_words(self, keys, known):
        """What values mean, in the user's words, in a statement for each model of records.

        :param keys: pairs of a variable and its value
        :param known: dispute.risk that learnt them
        :return: ``{(variable, value): words}``
        """
        names = {}
        for variable, model in RECORDS.items():
            ids = {int(value) for name, value in keys if name == variable}
            # What has gone since has no name any more.
            records = self.env[model].with_context(active_test=False).browse(ids).exists()
            names |= {(variable, str(record.id)): record.display_name for record in records}
        for variable, field in CHOICES.items():
            choices = self.env["dispute.case"]._fields[field]._description_selection(self.env)
            names |= {(variable, key): label for key, label in choices}
        return {key: self._get_sentence(key, names.get(key, "?"), known) for key in keys}

    @api.model
    def _get_sentence(self, key, name, known):
        """:return: words for a value; override for variables of your own"""
        variable, value = key
        if variable == "customer":
            return {
                "0": self.env._("First dispute of the customer in a year"),
                "1": self.env._("Customer disputed once in the year before"),
                "2": self.env._("Customer disputed before, two to four times in a year"),
            }.get(value) or self.env._("Customer disputes often")
        if variable == "amount":
            return self._get_amount_words(int(value), known)
        if variable == "month":
            month = fields.Date.to_date(f"2024-{int(value):02}-01")
            return self.env._("Opened in %s", self._format_day(month, "LLLL"))
        if variable == "weekday":
            # The first of January 2024 was a Monday.
            day = fields.Date.to_date(f"2024-01-0{value}")
            return self.env._("Opened on a %s", self._format_day(day, "EEEE"))
        return {
            "reason": self.env._("Reason: %s", name),
            "team": self.env._("Team: %s", name),
            "priority": self.env._("Priority: %s", name),
            "source": self.env._("Came by: %s", name),
            "wish": self.env._("Customer wants: %s", name),
            "country": self.env._("Customer from %s", name),
            "tag": self.env._("Customer tagged %s", name),
        }.get(variable, f"{variable}: {name}")

    @api.model
    def _format_day(self, day, pattern):
        return self.env["ir.qweb.field.date"].value_to_html(day, {"format": pattern})

    @api.model
    def _get_amount_words(self, band, known):
        bounds = known.bounds or []
        money = known.company_id.currency_id.format
        if not bounds:
            return self.env._("Any amount")
        if not band:
            return self.env._("Amount below %s", money(bounds[0]))
        if band >= len(bounds):
            return self.env._("Amount from %s", money(bounds[-1]))
        return self.env._(
            "Amount from %(low)s to %(high)s", low=money(bounds[band - 1]), high=money(bounds[band])
        )
