from odoo import api, models


class DisputeReportCompanyMixin(models.AbstractModel):
    """Of which companies the rows of a report are, and what these share.

    To look up row by row what is the same for all takes longer than the figures.
    """

    _name = "dispute.report.company.mixin"
    _description = "Companies in Dispute Reports"

    @api.model
    def _get_row_companies(self):
        """:return: res.company that rows may be of, with what is asked of them here at hand"""
        # Who is above the rules reads rows of all companies.
        companies = self.env.companies
        if self.env.su:
            companies = companies.with_context(active_test=False).search([])
        companies.fetch(["currency_id", "resource_calendar_id"])
        return companies

    @api.model
    def _get_known_companies(self):
        """:return: res.company that all rows are of; empty for who is above the rules and may be shown
        rows of companies that come later
        """
        return self.env["res.company"] if self.env.su else self._get_row_companies()

    @api.model
    def _get_only_currency(self):
        """The currency of all rows that the user may read, where their companies share one.

        :return: res.currency, empty when there may be several
        """
        currencies = self._get_known_companies().currency_id
        return currencies if len(currencies) == 1 else currencies.browse()

    @api.model
    def _get_only_zone(self):
        """:return: name of the time zone in which all companies of rows work, None when there may be several"""
        companies = self._get_known_companies()
        # Calendars are readable by few; where one's own company works is no secret.
        calendars = companies.sudo().resource_calendar_id
        calendars.fetch(["tz"])
        zones = {company.resource_calendar_id.tz or "UTC" for company in companies.sudo()}
        return zones.pop() if len(zones) == 1 else None
