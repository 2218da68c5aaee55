import re

from odoo import api, models

from odoo.addons.dispute_management.tools.plain_text import clean_text

from ..tools.extra_field import MAX_TEXT_LENGTH, ExtraFieldError, parse_extra_field

_KEY = re.compile(r"extra_[0-9]{1,10}_[0-9a-z_]{1,64}")
#: More fields than this no form of ours has.
_MAX_FIELDS = 300


class DisputePortalForm(models.AbstractModel):
    """The extra fields of the chosen reason: of what else is posted, nothing is looked at."""

    _inherit = "dispute.portal.form"

    @api.model
    def _get_extra_key(self, reason, definition):
        """:return: name of the input for an extra field of a reason"""
        return f"extra_{reason.id}_{definition['name']}"

    @api.model
    def _get_default_values(self, documents):
        return {**super()._get_default_values(documents), "extra": {}}

    @api.model
    def _parse(self, documents, form, files):
        values, uploads = super()._parse(documents, form, files)
        keys = [key for key in form if _KEY.fullmatch(key)][:_MAX_FIELDS]
        values["extra"] = {
            # One over the limit, to tell a text that is too long from one that just fits.
            key: clean_text(form.get(key), MAX_TEXT_LENGTH + 1, multiline=True)
            for key in keys
        }
        return values, uploads

    @api.model
    def _validate(self, documents, values, uploads):
        vals, errors = super()._validate(documents, values, uploads)
        reason = self.env["dispute.reason"].browse(vals["reason_id"] or ())
        definitions = reason._get_portal_fields() if reason else ()
        filled, extra_errors = self._read_extra(reason, definitions, values["extra"])
        if filled:
            vals["reason_properties"] = filled
        return vals, errors | extra_errors

    @api.model
    def _read_extra(self, reason, definitions, form):
        """Read what was typed in extra fields of a reason.

        :param definitions: of the fields that are asked for
        :param form: mapping of posted text
        :return: (values by name, ``{key: message}`` of what is wrong)
        """
        filled, errors = {}, {}
        for definition in definitions:
            key = self._get_extra_key(reason, definition)
            # One over the limit, to tell a text that is too long from one that just fits.
            typed = clean_text(form.get(key), MAX_TEXT_LENGTH + 1, multiline=True)
            try:
                filled[definition["name"]] = parse_extra_field(definition, typed, self._get_marks()[0])
            except ExtraFieldError as error:
                errors[key] = self._get_extra_message(error.code)
        return filled, errors

    @api.model
    def _get_extra_message(self, code):
        return {
            "long": self.env._("Please keep this shorter, or attach it as a file."),
            "number": self.env._("Enter a number, in figures."),
            "date": self.env._("Enter a date."),
            "choice": self.env._("Choose one of the options offered."),
        }[code]
