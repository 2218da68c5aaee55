from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .dispute_amount_mixin import AMOUNT_PARTS

#: Where the cases that accounting touched wait for the end of the transaction.
TOUCHED = "dispute_management.accounting"

#: Which parts of a claim tell that it was cleared in which way.
PARTS_OF_WAY = {
    "payment": ("amount_paid_after",),
    "credit": ("amount_credited", "amount_refunded", "amount_rebilled"),
    "entry": ("amount_applied", "amount_written_off"),
}


class DisputeCaseFollowMixin(models.AbstractModel):
    """Cases follow what accounting does behind their back: they say so, close and reopen.

    One thing done in accounting is many events; what they come to together is looked at
    once, when the transaction ends.
    """

    _name = "dispute.case.follow.mixin"
    _description = "Dispute Following Accounting"

    draft_info = fields.Char(
        compute="_compute_draft_info",
        compute_sudo=True,
        help="Invoices back in draft, on which the amounts stay as they were.",
    )

    @api.depends("line_ids.move_id.state", "line_ids.move_id.name")
    def _compute_draft_info(self):
        for case in self:
            drafts = case.line_ids.move_id.filtered(lambda move: move.state == "draft")
            case.draft_info = (
                self.env._(
                    "%s is back in draft: the amounts stay as they were until it is posted or cancelled.",
                    ", ".join(drafts.mapped("display_name")),
                )
                if drafts
                else False
            )

    def _hold_documents(self):
        super()._hold_documents()
        # What is claimed now is no short payment to offer a case of any more.
        self.sudo().line_ids.move_id.filtered("dispute_short_payment")._dispute_note_paid()

    def _note_accounting(self, events=()):
        """Remember what these cases came to before accounting changed it, once a transaction.

        :param events: sentences on what happened in accounting
        """
        precommit = self.env.cr.precommit
        if TOUCHED not in precommit.data:
            precommit.data[TOUCHED] = {}
            # Whoever keeps the books need not know of disputes.
            precommit.add(self.env["dispute.case"].sudo()._follow_accounting)
        touched = precommit.data[TOUCHED]
        for case in self:
            before = touched.setdefault(case.id, ({name: case[name] for name in AMOUNT_PARTS}, []))
            before[1].extend(event for event in events if event not in before[1])

    def _forget_accounting(self):
        """What was booked for these cases by themselves is no news to them."""
        touched = self.env.cr.precommit.data.get(TOUCHED, {})
        for case_id in self.ids:
            touched.pop(case_id, None)

    @api.model
    def _follow_accounting(self):
        """Look at what accounting came to for the cases that it touched in this transaction.

        For superuser code: whoever keeps the books need not know of disputes. Imports of the
        past tell themselves what closed when (`dispute_past` in the context).
        """
        touched = self.env.cr.precommit.data.pop(TOUCHED, {})
        # Accounting that was rolled back may have taken new cases with it.
        cases = self.browse(touched).exists()
        if not self.env.context.get("dispute_past"):
            cases._tell_accounting(touched)
            cases._follow_clearing()
        cases.line_ids.move_id._dispute_follow_share()

    def _tell_accounting(self, touched):
        """Note on cases what accounting did to them.

        :param touched: ``{case id: (amounts before, sentences)}``
        """
        if self.env.context.get("tracking_disable"):
            return
        bodies = {}
        for case in self:
            before, events = touched[case.id]
            changed = [
                self.env._(
                    "%(part)s: %(before)s → %(after)s",
                    part=case._fields[name]._description_string(self.env),
                    before=case.currency_id.format(before[name]),
                    after=case.currency_id.format(case[name]),
                )
                for name in AMOUNT_PARTS
                if case.currency_id.compare_amounts(before[name], case[name])
            ]
            if changed or case.draft_info:
                title = self.env._("Changed in accounting")
                rows = Markup().join(Markup("<li>%s</li>") % text for text in (*events, *changed))
                bodies[case.id] = Markup("%s<ul>%s</ul>") % (title, rows)
        if bodies:
            self.browse(bodies)._message_log_batch(bodies=bodies)

    def _follow_clearing(self):
        """Close the cases of which nothing is open any more, reopen those that owe again."""
        frozen = self.filtered("draft_info")
        cases = (self - frozen).filtered("line_ids")
        cleared = cases.filtered(
            lambda case: (
                not case.is_closed
                and case.amount_disputed
                and case.currency_id.is_zero(case.amount_open)
                and "processing" not in case.settlement_ids.mapped("state")
            )
        )
        for (company, way), group in cleared.grouped(lambda case: (case.company_id, case._get_way())).items():
            resolution = self.env["dispute.resolution"]._get_clearing(way, company)
            if resolution:
                group._close_cleared(resolution)
        owing = cases.filtered(
            lambda case: case.stage_kind == "resolved" and not case.currency_id.is_zero(case.amount_open)
        )
        for pipeline, group in owing.grouped("pipeline_id").items():
            stage = pipeline._get_stage("assessing") or pipeline.stage_ids[:1]
            notes = {
                case.id: self.env._(
                    "Reopened: %s of the claim is open again.", case.currency_id.format(case.amount_open)
                )
                for case in group
            }
            group._message_log_batch(bodies=notes)
            group._move_or_tell(stage)

    def _get_way(self):
        """:return: how most of this claim was cleared, a value of `cleared_by`"""
        self.ensure_one()
        return max(PARTS_OF_WAY, key=lambda way: sum(self[name] for name in PARTS_OF_WAY[way]))

    def _close_cleared(self, resolution):
        """Close cases that were cleared from outside; one that can't be closed asks its owner.

        :param resolution: dispute.resolution
        """
        unknown = self.env.ref("dispute_management.dispute_cause_unk", raise_if_not_found=False)
        for cause, cases in self.grouped(lambda case: case.cause_id or unknown).items():
            cases.write({"resolution_id": resolution.id, "cause_id": cause and cause.id})
        note = self.env._("Nothing is open any more: closed by itself as %s.", resolution.name)
        for pipeline, cases in self.grouped("pipeline_id").items():
            stage = pipeline._get_stage(resolution.stage_kind)
            barred = cases.filtered(
                lambda case, stage=stage: not stage or case._get_cannot_enter_reason(stage)
            )
            closing = cases - barred
            try:
                with self.env.cr.savepoint():
                    closing._message_log_batch(bodies=dict.fromkeys(closing.ids, note))
                    closing._move_to_stage(stage)
            except UserError:
                # Whatever a stage can't do must not keep anybody from keeping the books.
                barred = cases
            barred.resolution_id = False
            barred._ask_to_close(resolution)

    def _ask_to_close(self, resolution):
        """Ask the owners of cleared cases that rules keep open, once a case."""
        activity_type = self.env.ref("mail.mail_activity_data_warning")
        asked = self.activity_ids.filtered(
            lambda activity: activity.automated and activity.activity_type_id == activity_type
        )
        missing = self - self.browse(asked.mapped("res_id"))
        model_id = self.env["ir.model"]._get_id("dispute.case")
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": case.id,
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "user_id": (case.user_id or self.env.user).id,
                    "summary": self.env._("Nothing is open any more: close it"),
                    "note": self.env._(
                        "It was cleared in accounting and could not be closed by itself as %s.",
                        resolution.name,
                    ),
                }
                for case in missing
            ]
        )
