from odoo import api, fields, models


class DisputeResolution(models.Model):
    """How a case ended, and whether the customer was right."""

    _name = "dispute.resolution"
    _description = "Dispute Resolution"
    _inherit = ["mail.thread", "dispute.code.mixin"]

    stage_kind = fields.Selection(
        [
            ("resolved", "Resolved"),
            ("rejected", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Closes as",
        required=True,
        default="resolved",
    )
    is_decided = fields.Boolean(
        default=True, tracking=True, help="The case was decided on its merits; counts in validity."
    )
    is_valid = fields.Boolean(string="Customer was right", tracking=True)
    cleared_by = fields.Selection(
        [
            ("payment", "A payment"),
            ("credit", "A credit note made in accounting"),
            ("entry", "Another entry"),
        ],
        string="Closes what is cleared by",
        tracking=True,
        help="A dispute of which nothing is open any more, since accounting cleared its invoice,"
        " closes by itself with the first resolution of this kind.",
    )
    write_off_account_id = fields.Many2one(
        "account.account",
        company_dependent=True,
        check_company=True,
        tracking=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost', 'income', 'income_other'))]",
        help="Where write-offs with this resolution are booked. Empty: the company's account.",
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "A resolution with this code exists already."
    )

    @api.model
    def _get_clearing(self, way, company):
        """:return: the resolution with which cases close that were cleared from outside

        :param way: a value of `cleared_by`
        :param company: res.company of the cases
        """
        return self.search([("cleared_by", "=", way)])._get_first_of(company)
