from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _get_dispute_year(self, day):
        """:return: the numbers for the year of a day; made if there are none yet"""
        self.ensure_one()
        years = self.date_range_ids.filtered(lambda year: year.date_from <= day <= year.date_to)
        if years:
            return years[0]
        # Who makes the same year at the same instant waits here, and is then sent back by
        # PostgreSQL to try again; Odoo does, and finds the year made.
        self.env.cr.execute(SQL("UPDATE ir_sequence SET number_next = number_next WHERE id = %s", self.id))
        return self._create_date_range_seq(day)

    @api.model
    def _cron_dispute_years(self):
        """Make the numbers of this year and of the next before the first case needs them."""
        this_year = fields.Date.today().year
        sequences = self.search(Domain("code", "=", "dispute.case") & Domain("use_date_range", "=", True))
        for sequence in sequences:
            for year in (this_year, this_year + 1):
                sequence._get_dispute_year(date(year, 1, 1))
