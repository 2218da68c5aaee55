from odoo.fields import Command, Domain
from odoo.tests import freeze_time

from .common import DisputeCommon


class SlaCommon(DisputeCommon):
    """One promise of eight hours, and short ways to see what becomes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policies = cls.env["dispute.sla.policy"].sudo()
        policies.search([]).active = False
        cls.calendar = cls.company.resource_calendar_id
        cls.calendar.tz = "UTC"  # 8 to 12 and 13 to 17
        cls.policy = cls._create_policy(name="Closing")
        cls.other_team = cls.env["dispute.team"].sudo().create({"name": "Others", "user_id": cls.leader.id})
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})

    @classmethod
    def _create_policy(cls, **values):
        values = {"name": "Policy", "target": "closing", "duration": 8, **values}
        return cls.env["dispute.sla.policy"].sudo().create(values)

    @classmethod
    def _create_calendar(cls, hour_from, hour_to, tz="UTC", days=range(5), **values):
        return cls.env["resource.calendar"].create(
            {
                "name": f"From {hour_from} to {hour_to}",
                "tz": tz,
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {"name": "x", "dayofweek": str(day), "hour_from": hour_from, "hour_to": hour_to}
                    )
                    for day in days
                ],
                **values,
            }
        )

    def _open_case(self, at="2026-06-01 08:00:00", **values):
        with freeze_time(at):
            return self._create_case({self._create_invoice_of(100): 100}, **values)

    def _move(self, case, stage, at):
        with freeze_time(at):
            case.with_user(self.clerk).stage_id = self._stage(stage)

    def _close(self, case, at):
        with freeze_time(at):
            case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)

    def _read_deadline_state(self, case, at):
        """The case's colour by value, by search and by group: they can't differ."""
        Case = self.env["dispute.case"].with_user(self.viewer)
        with freeze_time(at):
            case.invalidate_recordset(["deadline_state"])
            mine = Domain("id", "=", case.id)
            searched = [
                state
                for state in ("on_track", "at_risk", "breached", False)
                if Case.search(mine & Domain("deadline_state", "=", state))
            ]
            [(grouped, count)] = Case._read_group(mine, ["deadline_state"], ["__count"])
            self.assertEqual((searched, grouped, count), ([case.deadline_state], case.deadline_state, 1))
            return case.deadline_state

    def _read_state(self, status, at):
        """The promise's state by value, by search and by group: they can't differ."""
        Status = self.env["dispute.sla.status"].with_user(self.viewer)
        with freeze_time(at):
            status.invalidate_recordset(["state"])
            mine = Domain("id", "=", status.id)
            searched = [
                state
                for state in dict(Status._fields["state"].selection)
                if Status.search(mine & Domain("state", "=", state))
            ]
            [(grouped, count)] = Status._read_group(mine, ["state"], ["__count"])
            self.assertEqual((searched, grouped, count), ([status.state], status.state, 1))
            return status.state
