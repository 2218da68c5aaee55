from odoo import fields, models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        leaving = self.filtered("active") if vals.get("active", True) is False else self.browse()
        res = super().write(vals)
        if leaving:
            leaving._dispute_hand_over()
        return res

    def action_archive(self):
        # Odoo deletes what people who leave had planned: on disputes it goes to others before.
        self.filtered("active")._dispute_hand_over()
        return super().action_archive()

    def _dispute_hand_over(self):
        """Give the open disputes of people who leave, and their to-dos on disputes, to others."""
        # Who manages users need not be one who handles disputes.
        cases = self.env["dispute.case"].sudo().with_context(active_test=False)
        is_open = Domain("is_closed", "=", False)
        cases.search(is_open & Domain("coordinator_id", "in", self.ids)).write({"coordinator_id": False})
        cases.search(is_open & Domain("user_id", "in", self.ids))._assign(without=self)
        todos = (
            self.env["mail.activity"]
            .sudo()
            .search(Domain("res_model", "=", cases._name) & Domain("user_id", "in", self.ids))
        )
        by_owner = cases.browse(todos.mapped("res_id")).grouped("user_id")
        for owner, owned in by_owner.items():
            if owner and owner not in self:
                theirs = todos.filtered(lambda todo, owned=owned: todo.res_id in owned.ids)
                theirs.with_context(mail_activity_quick_update=True).write({"user_id": owner.id})

    def _get_dispute_workers(self, company):
        """:return: those of these people who can own a dispute of a company, in their order"""
        if not self:
            return self
        group = self.env.ref("dispute_management.group_dispute_user")
        # Who may what, and where, is read by few.
        able = self.sudo().search(
            Domain("id", "in", self.ids)
            & Domain("all_group_ids", "in", group.ids)
            & Domain("company_ids", "in", company.ids)
        )
        return self.filtered(lambda user: user.id in able._ids)

    def _get_present(self):
        """:return: those of these people who are not on leave now, in their order"""
        if not self:
            return self
        now = fields.Datetime.now()
        # Who is away is kept with resources, which few may read.
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                Domain("resource_id.user_id", "in", self.ids)
                & Domain("date_from", "<=", now)
                & Domain("date_to", ">=", now)
                & Domain("time_type", "=", "leave")
            )
        )
        return self.filtered(lambda user: user.id not in leaves.resource_id.user_id._ids)
