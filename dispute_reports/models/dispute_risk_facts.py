from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import risk

#: Closed cases older than this, or more than so many, are not learnt from.
LEARN_DAYS = 730
LEARN_CASES = 50_000
#: A customer who opened so many cases in the year before, or more, disputes often.
CUSTOMER_BANDS = (1, 2, 5)


class DisputeRiskFacts(models.AbstractModel):
    """What the risk of cases is learnt from and told by, read in one statement for all of them.

    Only what is known when a case is opened: on a closed case, everything else tells how it
    went. Escalating may raise the priority and hand a case to another team, so the first ones
    count, as the history of changes has them.
    """

    _name = "dispute.risk.facts"
    _description = "Facts of Dispute Risk"

    @api.model
    def _get_examples(self, company):
        """The closed cases of a company to learn from, merged ones left out.

        :return: ``(list of risk.Example in the order of closing, bounds of amounts)``
        """
        since = fields.Datetime.now() - timedelta(days=LEARN_DAYS)
        chosen = SQL(
            """SELECT dispute.id
                 FROM dispute_case dispute
                 LEFT JOIN dispute_resolution resolution ON resolution.id = dispute.resolution_id
                WHERE dispute.company_id = %s AND dispute.is_closed AND dispute.date_closed >= %s
                  AND resolution.code IS DISTINCT FROM 'MRG'
             ORDER BY dispute.date_closed DESC, dispute.id DESC LIMIT %s""",
            company.id,
            since,
            LEARN_CASES,
        )
        rows = self._get_rows(company, chosen)
        rows.sort(key=lambda row: (row["date_closed"], row["id"]))
        bounds = risk.get_bounds([row["amount"] for row in rows])
        return [risk.Example(self._get_values(row, bounds), row["happened"]) for row in rows], bounds

    @api.model
    def _get_known(self, company, cases, bounds):
        """What is known of cases of a company, in one statement.

        :param bounds: of amounts, as they were learnt
        :return: ``{case id: (values for risk.Model, whether it has happened already)}``
        """
        if not cases:
            return {}
        rows = self._get_rows(company, SQL("SELECT unnest(%s) AS id", cases.ids))
        return {row["id"]: (self._get_values(row, bounds), row["happened"]) for row in rows}

    # === ROWS ===

    @api.model
    def _get_rows(self, company, chosen: SQL):
        """:param chosen: a query for the ids of cases
        :return: list of dicts, of columns and what they are called
        """
        columns = self._get_columns(company) | {
            "id": SQL("dispute.id"),
            "date_closed": SQL("dispute.date_closed"),
            "amount": SQL("COALESCE(dispute.amount_disputed_company, 0)::float8"),
            "happened": self._sql_happened(),
        }
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT %s
                     FROM (%s) chosen
                     JOIN dispute_case dispute ON dispute.id = chosen.id
                LEFT JOIN res_partner partner ON partner.id = dispute.partner_id""",
                SQL(", ").join(columns.values()),
                chosen,
            )
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]

    @api.model
    def _get_columns(self, company):
        """:return: ``{variable: SQL of its value, or of an array of several}``; override to add some"""
        zone = company.resource_calendar_id.tz or "UTC"
        opened = SQL("(dispute.date_opened AT TIME ZONE 'UTC' AT TIME ZONE %s)", zone)
        return {
            "reason": SQL("dispute.reason_id"),
            "team": self._sql_first("team_id", SQL("NULLIF(value.old_value_integer, 0)")),
            "priority": self._sql_first("priority", self._sql_selection_key("priority")),
            "source": SQL("dispute.source"),
            "wish": SQL("dispute.customer_wish"),
            "country": SQL("partner.country_id"),
            "tag": SQL(
                """ARRAY(SELECT tag.category_id FROM res_partner_res_partner_category_rel tag
                         WHERE tag.partner_id = partner.id)"""
            ),
            "customer": self._sql_earlier_cases(),
            "month": SQL("EXTRACT(MONTH FROM %s)::int", opened),
            "weekday": SQL("EXTRACT(ISODOW FROM %s)::int", opened),
        }

    @api.model
    def _get_values(self, row, bounds):
        """:return: pairs of a variable and its value as text, without those that are not known"""
        values = {("amount", str(risk.get_band(row["amount"], bounds)))}
        for variable in row.keys() - {"id", "date_closed", "amount", "happened"}:
            value = row[variable]
            found = value if isinstance(value, list) else [value]
            values |= {(variable, str(each)) for each in found if each is not None}
        return tuple(sorted(values))

    # === COLUMNS ===

    @api.model
    def _sql_happened(self) -> SQL:
        """Whether a promise was broken, or the case was raised to a level.

        What the risk itself set off is left out: a warning must not prove itself right.
        """
        return SQL(
            """(EXISTS (
                SELECT FROM dispute_sla_status status
                 WHERE status.case_id = dispute.id AND status.is_cancelled IS NOT TRUE
                   AND (status.is_late
                        OR (status.date_reached IS NULL AND status.date_paused IS NULL
                            AND status.deadline < %s))
            ) OR EXISTS (
                SELECT FROM dispute_escalation_log log
                  LEFT JOIN dispute_escalation_rule rule ON rule.id = log.rule_id
                 WHERE log.case_id = dispute.id AND log.tier_id IS NOT NULL
                   AND log.is_failed IS NOT TRUE AND rule.trigger IS DISTINCT FROM 'risk'
            ))""",
            fields.Datetime.now(),
        )

    @api.model
    def _sql_first(self, name, old_value: SQL) -> SQL:
        """A field as it was before it was first changed.

        :param old_value: what the row `value` of the history says that it was
        """
        return SQL(
            """COALESCE((
                SELECT ARRAY[%(old_value)s]
                  FROM mail_message message
                  JOIN mail_tracking_value value ON value.mail_message_id = message.id
                 WHERE message.model = 'dispute.case' AND message.res_id = dispute.id
                   AND value.field_id = %(field)s
              ORDER BY value.id LIMIT 1
            ), ARRAY[%(now)s])""",
            old_value=old_value,
            field=self.env["ir.model.fields"]._get("dispute.case", name).id,
            now=SQL.identifier("dispute", name),
        )

    @api.model
    def _sql_selection_key(self, name) -> SQL:
        """The key of the word in the history, in whatever language it was written."""
        return SQL(
            """(SELECT choice.value FROM ir_model_fields_selection choice
                 WHERE choice.field_id = %s
                   AND EXISTS (SELECT FROM jsonb_each_text(choice.name) word
                                WHERE word.value = value.old_value_char)
                 LIMIT 1)""",
            self.env["ir.model.fields"]._get("dispute.case", name).id,
        )

    @api.model
    def _sql_earlier_cases(self) -> SQL:
        """How many cases the customer had opened in the year before, in bands."""
        return SQL(
            """CASE WHEN dispute.partner_id IS NOT NULL THEN (
                SELECT (%(floors)s)[width_bucket(COUNT(*), %(bands)s) + 1]
                  FROM (
                    SELECT FROM dispute_case earlier
                     WHERE earlier.partner_id = dispute.partner_id
                       AND earlier.company_id = dispute.company_id
                       AND earlier.merged_into_id IS NULL
                       AND (earlier.date_opened, earlier.id) < (dispute.date_opened, dispute.id)
                       AND earlier.date_opened >= dispute.date_opened - INTERVAL '12 months'
                     LIMIT %(most)s
                  ) found
            ) END""",
            floors=[0, *CUSTOMER_BANDS],
            bands=list(CUSTOMER_BANDS),
            most=CUSTOMER_BANDS[-1],
        )
