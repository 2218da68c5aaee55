from collections import defaultdict

from odoo import api, models
from odoo.fields import Command


class DisputeWizardMixin(models.AbstractModel):
    """A wizard that tells nothing of records that its user may not read.

    What it shows is worked out above the rules, from the records that it is given; and a client
    may give it any, in the values of a form as in the context.
    """

    _name = "dispute.wizard.mixin"
    _description = "Wizard for Disputes"

    #: Besides all of this suite: what wizards show something of.
    _guarded_models = ("account.move", "account.move.line", "account.payment", "payment.transaction")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        self._check_given([values])
        return values

    @api.model_create_multi
    def create(self, vals_list):
        self._check_given(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_given([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        self._check_given([values])
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_given(self, vals_list):
        """:raise AccessError: when values name records that the user may not read"""
        given = defaultdict(set)
        for model, key in (pair for vals in vals_list for pair in self._get_given(vals)):
            # Records that are not saved yet are nobody's.
            if isinstance(key, int) and (model.startswith("dispute.") or model in self._guarded_models):
                given[model].add(key)
        for model, ids in given.items():
            self.env[model].browse(ids).check_access("read")

    @api.model
    def _get_given(self, vals):
        """:return: model and id of each record that values name, those in the lines of a form included"""
        for name, value in vals.items():
            field = self._fields.get(name)
            if value and field and field.relational:
                records = self.env[field.comodel_name]
                # A client that shows more of a record than its name gives it with its values.
                one = value.get("id") if isinstance(value, dict) else value
                for command in [one] if field.type == "many2one" else value:
                    yield from self._get_commanded(records, command)

    @api.model
    def _get_commanded(self, records, command):
        if not isinstance(command, (list, tuple)):
            yield records._name, command
        elif command[0] in (Command.CREATE, Command.UPDATE):
            if hasattr(records, "_get_given"):
                yield from records._get_given(command[2])
        elif command[0] == Command.LINK:
            yield records._name, command[1]
        elif command[0] == Command.SET:
            yield from ((records._name, key) for key in command[2])
