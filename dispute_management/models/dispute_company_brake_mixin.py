from odoo import fields, models

#: When automatic refunds are held back, branches included.
BRAKE_SETTINGS = ["dispute_brake_days", "dispute_brake_customer_count", "dispute_brake_user_count"]


class DisputeCompanyBrakeMixin(models.AbstractModel):
    """How many refunds are usual in a company: the brake on those that run by themselves."""

    _name = "dispute.company.brake.mixin"
    _description = "Dispute Refund Brake of a Company"

    dispute_brake_days = fields.Integer(
        string="Days in which Dispute Refunds are counted", default=30, tracking=True
    )
    dispute_brake_customer_count = fields.Integer(
        string="Usual Number of Refunds of a Customer",
        default=3,
        tracking=True,
        help="More are held back and reviewed; 0: any number.",
    )
    dispute_brake_user_count = fields.Integer(
        string="Usual Number of Refunds by a User",
        default=20,
        tracking=True,
        help="More on cases that one user registered are held back and reviewed; 0: any number.",
    )

    def _get_company_root_delegated_field_names(self):
        # Branches refund by the rules of their company.
        return [*super()._get_company_root_delegated_field_names(), *BRAKE_SETTINGS]
