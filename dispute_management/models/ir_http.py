from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _serve_fallback(cls):
        # No file has such an address, and the database, which Odoo asks for it, takes none.
        if "\x00" in request.httprequest.path:
            return None
        return super()._serve_fallback()
