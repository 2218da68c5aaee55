"""The disputes of a ledger: opened, settled and closed on their days."""

from collections import defaultdict
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo.fields import Command

# What our own document settles: resolution -> kind of the settlement.
SETTLEMENTS = {"CRF": "credit_note", "WOF": "write_off"}
CAUSE = "dispute_management.dispute_cause_unk"


class Disputes:
    """Opens and closes cases of the past with the methods that users call."""

    def __init__(self, env):
        self._env = env
        self._zone = ZoneInfo(env.company.resource_calendar_id.tz or "UTC")
        self._reason_ids = self._get_ids("dispute.reason")
        self._resolution_ids = self._get_ids("dispute.resolution")
        self._cause_id = env.ref(CAUSE).id

    def open(self, rows, moves):
        """Open the cases of some rows.

        :return: ``{line of the row: dispute.case}``
        """
        cases = self._env["dispute.case"].create(
            [
                {
                    "source": "import",
                    "reason_id": self._reason_ids[row.reason],
                    "date_opened": self._get_moment(row.opened),
                    "line_ids": [
                        Command.create({"move_id": moves[row.line].id, "amount": float(row.amount)})
                    ],
                }
                for row in rows
            ]
        )
        return {row.line: case for row, case in zip(rows, cases, strict=True)}

    def settle(self, rows, cases):
        """Credit or write off what the ledger says, on the day on which the case closed."""
        by_day = defaultdict(list)
        for row in rows:
            if row.resolution in SETTLEMENTS:
                by_day[row.closed].append(row)
        for day, settled_rows in sorted(by_day.items()):
            settlements = self._env["dispute.settlement"].create(
                [self._prepare_settlement(row, cases[row.line]) for row in settled_rows]
            )
            # What a ledger tells was approved in its time.
            settlements._set_state("approved")
            settlements._execute(date=day, at=self._get_moment(day))

    def _prepare_settlement(self, row, case):
        return {
            "case_id": case.id,
            "resolution_id": self._resolution_ids[row.resolution],
            "line_ids": [
                Command.create(
                    {
                        "dispute_line_id": line.id,
                        "kind": SETTLEMENTS[row.resolution],
                        "amount": line.amount,
                    }
                )
                for line in case.line_ids
            ],
        }

    def close(self, rows, cases):
        """Close the cases of some rows, those of one day and end together."""
        groups = defaultdict(list)
        for row in rows:
            if row.closed and not cases[row.line].is_closed:
                groups[row.closed, row.resolution].append(cases[row.line].id)
        Case, Resolution = self._env["dispute.case"], self._env["dispute.resolution"]
        cause = self._env["dispute.cause"].browse(self._cause_id)
        for (day, code), case_ids in sorted(groups.items()):
            Case.browse(case_ids)._close(
                Resolution.browse(self._resolution_ids[code]), cause=cause, at=self._get_moment(day)
            )

    def _get_moment(self, day):
        """Noon of a day where the company works, as naive UTC; never in the future."""
        noon = datetime.combine(day, time(12), tzinfo=self._zone)
        return min(noon, datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None, microsecond=0)

    def _get_ids(self, model):
        records = (
            self._env[model]
            .with_context(active_test=False)
            .search([("company_id", "in", [False, self._env.company.id])], order="company_id desc")
        )
        return {record.code: record.id for record in records}
