from odoo import fields, models

#: How a company asks its customers, branches included.
OFFER_SETTINGS = [
    "dispute_offer_days",
    "dispute_offer_reminder_days",
    "dispute_deemed_acceptance",
    "dispute_reopen_days",
]


class DisputeCompanyOfferMixin(models.AbstractModel):
    """A company's settings about offers to customers and refusals."""

    _name = "dispute.company.offer.mixin"
    _description = "Dispute Offers of a Company"

    dispute_offer_days = fields.Integer(
        string="Dispute Offers hold for",
        default=14,
        tracking=True,
        help="Days, unless the offer says otherwise.",
    )
    dispute_offer_reminder_days = fields.Integer(
        string="Remind of Dispute Offers every",
        default=5,
        tracking=True,
        help="Days, while an offer is not answered; 0: never.",
    )
    dispute_deemed_acceptance = fields.Boolean(
        string="No Answer accepts Dispute Offers",
        tracking=True,
        help="Offers made from now on say that they count as accepted when nobody answers in time."
        " Ask your lawyer whether your terms allow it.",
    )
    dispute_reopen_days = fields.Integer(
        string="Refusals can be reopened for",
        default=30,
        tracking=True,
        help="Days in which the customer can ask, by the link in our letter, to look again; 0: not by link.",
    )

    def _get_company_root_delegated_field_names(self):
        # Branches ask as their company does.
        return [*super()._get_company_root_delegated_field_names(), *OFFER_SETTINGS]
