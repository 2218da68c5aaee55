from lxml import etree, html

from odoo import api, models
from odoo.tools.rendering_tools import parse_inline_template


class MailTemplate(models.Model):
    """Mails of disputes are reworded by who administers disputes.

    Odoo lets only its template editors save a mail with code in it, since code does what its
    sender may do. The words around the code need no such right: code that mails of disputes have
    already stays, moves or goes; new code is refused as Odoo refuses it.
    """

    _inherit = "mail.template"

    @api.model_create_multi
    def create(self, vals_list):
        return super(MailTemplate, self._with_known_code()).create(vals_list).with_env(self.env)

    def write(self, vals):
        return super(MailTemplate, self._with_known_code()).write(vals)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        return super(MailTemplate, self._with_known_code())._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    def _with_known_code(self):
        """:return: these templates, that know the code which mails of disputes have before a change"""
        user = self.env.user
        if (
            self.env.su
            or user.has_group("mail.group_mail_template_editor")
            or not user.has_group("dispute_management.group_dispute_administrator")
        ):
            return self
        # Code is compared, shown to nobody.
        known = self.sudo().with_context(active_test=False).search([("model", "=", "dispute.case")])
        return self.with_context(dispute_known_code=known._get_code())

    def _check_access_right_dynamic_template(self):
        # A client's context can hold no set.
        known = self.env.context.get("dispute_known_code")
        if not isinstance(known, frozenset):
            return super()._check_access_right_dynamic_template()
        reworded = self.filtered(lambda item: item.model == "dispute.case" and item._get_code() <= known)
        return super(MailTemplate, self - reworded)._check_access_right_dynamic_template()

    def _get_code(self):
        """:return: frozenset of what is evaluated when these templates are rendered, but for what
        Odoo lets everybody use
        """
        code = set()
        # As Odoo's own check reads them: code is compared, shown to nobody.
        for template in self.sudo():
            allowed = self.env[template.model].mail_allowed_qweb_expressions() if template.model else ()
            for name, field in template._fields.items():
                engine = getattr(field, "render_engine", "inline_template")
                if not template[name] or not isinstance(template[name], str):
                    continue
                if engine != "inline_template":
                    found = self._get_qweb_code(template[name])
                elif "{{" in template[name]:
                    found = {
                        ("{{", part[1].strip()) for part in parse_inline_template(template[name]) if part[1]
                    }
                else:
                    continue
                code |= {item for item in found if not (item[0] in ("{{", "t-out") and item[1] in allowed)}
        return frozenset(code)

    @api.model
    def _get_qweb_code(self, body):
        """:return: set of ``(directive, value)``"""
        root = html.fragment_fromstring(str(body), create_parent="div")
        return {
            (name, value.strip())
            for node in root.iter(etree.Element)
            for name, value in node.attrib.items()
            if name.startswith("t-")
        }
