from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeReason(models.Model):
    """Reason code the customer claims, as opposed to the cause the handler finds."""

    _name = "dispute.reason"
    _description = "Dispute Reason"
    _inherit = ["dispute.code.mixin"]

    public_name = fields.Char(
        translate=True,
        help="What the customer reads and chooses. The name serves where this is empty.",
    )
    is_internal = fields.Boolean(help="Not offered to customers.")
    pipeline_id = fields.Many2one(
        "dispute.pipeline", index="btree_not_null", help="Empty: the first pipeline."
    )
    team_id = fields.Many2one("dispute.team", index="btree_not_null", help="Empty: the company's first team.")
    description = fields.Text(translate=True)
    memo_words = fields.Text(
        string="Words in payments",
        help="Words or phrases between commas by which the memo of a short payment names this reason."
        " Its code counts too.",
    )
    evidence_type_ids = fields.One2many("dispute.evidence.type", "reason_id", copy=True)
    mail_ids = fields.One2many("dispute.reason.mail", "reason_id", string="Mails", copy=True)
    case_properties_definition = fields.PropertiesDefinition(
        string="Extra fields", help="Asked of cases with this reason."
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A reason with this code exists already."
    )

    def _get_customer_name(self):
        """:return: the customer's word for this reason; one of our own goes by a neutral one"""
        self.ensure_one()
        return self.public_name or (not self.is_internal and self.name) or self.env._("Invoice dispute")

    @api.model
    def _get_default_reason(self):
        """:return: the reason of a case about which nothing else is known: OTH, without it the
        last one that customers may choose, or none
        """
        other = self.env.ref("dispute_management.dispute_reason_oth", raise_if_not_found=False)
        # Which one it is, is no secret to those who may not read reasons.
        reasons = self.sudo()
        if not other or not other.sudo().active:
            other = reasons.search(
                [("is_internal", "=", False), ("company_id", "=", False)],
                order="sequence desc, id desc",
                limit=1,
            )
        return self.browse(other.id)

    def _get_mail(self, template):
        """:return: the mail.template that cases with this reason send instead of another, or that one"""
        # Which mail goes out is the administrator's setting, whoever moves the case.
        own = self.sudo().mail_ids.filtered(lambda item: item.template_id == template).own_template_id
        return own.sudo(False) or template

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # Cases of all companies count.
        used = self.env["dispute.case"].sudo().with_context(active_test=False)
        used = used.search([("reason_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._("%s is used by disputes: archive it instead.", used.reason_id.display_name)
            )
        for label, records in self._get_references().items():
            if records:
                # A rule for one reason would hold for all without it.
                raise UserError(
                    self.env._(
                        "%(reason)s is named in %(label)s: %(names)s. Archive it instead, or change them first.",
                        reason=", ".join(self.mapped("display_name")),
                        label=label,
                        names=", ".join(records.mapped("display_name")),
                    )
                )

    def _get_references(self):
        """:return: ``{name of a model: records}`` of what an administrator set up for these reasons"""
        # All that names them counts, also what this administrator may not see.
        pointing = (
            self.env["ir.model.fields"]
            .sudo()
            .search(
                [
                    ("relation", "=", self._name),
                    ("ttype", "in", ("many2one", "many2many")),
                    ("store", "=", True),
                    ("model_id.transient", "=", False),
                    # Part of the reason, and what disputes copied from it
                    ("model", "not in", ("dispute.case", "dispute.evidence.type")),
                ]
            )
        )
        references = {}
        for field in pointing:
            model = self.env[field.model].sudo().with_context(active_test=False)
            if model._auto and field.name in model._fields:
                references[field.model_id.name] = model.search([(field.name, "in", self.ids)])
        return references
