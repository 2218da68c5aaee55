from odoo import api, models

from ..tools.mail_intake import is_automatic, is_forged


class MailThread(models.AbstractModel):
    """The gateway asks the dispute whether a mail may make or reach one."""

    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        routes = super().message_route(
            message, message_dict, model=model, thread_id=thread_id, custom_values=custom_values
        )
        disputes = self.env["dispute.case"]
        if disputes._is_delivered(message_dict["message_id"], routes):
            return []
        return disputes._check_mail_routes(message, message_dict, routes)

    def _message_parse_post_process(self, message, message_dict, routes):
        values = super()._message_parse_post_process(message, message_dict, routes)
        to_disputes = routes and all(route[0] == "dispute.case" for route in routes)
        if to_disputes and is_forged(message.items()):
            # On a dispute nobody speaks for a customer who can't be them.
            values["author_id"] = False
        if to_disputes and is_automatic(message.items(), message_dict.get("subject")):
            # Out of office is no answer: whoever's turn it is, it stays theirs.
            values["message_type"] = "auto_comment"
        return values
