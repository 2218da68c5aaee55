from odoo.tests import tagged

from .common import DisputeCommon

SUITE = ("dispute_management", "refund_portal", "dispute_reports")


@tagged("post_install", "-at_install")
class TestAdminSettings(DisputeCommon):
    """What an administrator of disputes sets up needs neither Settings rights nor developer mode."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._create_user("settings_administrator", "group_dispute_administrator")

    def _get_configuration(self):
        """:return: the entries of the configuration menu"""
        menu = self.env.ref("dispute_management.menu_dispute_configuration")
        return self.env["ir.ui.menu"].search([("id", "child_of", menu.ids), ("action", "!=", False)])

    def test_every_list_is_shown_and_can_be_added_to(self):
        self.assertFalse(self.administrator.has_group("base.group_system"))
        self.assertFalse(self.administrator.has_group("base.group_no_one"))
        menus = self._get_configuration().filtered(
            lambda menu: (
                menu.action._name == "ir.actions.act_window"
                and menu.action.res_model != "res.config.settings"
            )
        )
        self.assertGreater(len(menus), 10)
        shown = self.env["ir.ui.menu"].with_user(self.administrator)._visible_menu_ids(debug=False)
        self.assertFalse(menus.filtered(lambda menu: menu.id not in shown).mapped("complete_name"))
        for menu in menus:
            model = self.env[menu.action.res_model].with_user(self.administrator)
            model.get_views([(False, "list"), (False, "form")])
            for operation in ("create", "write"):
                with self.subTest(menu=menu.complete_name, operation=operation):
                    self.assertTrue(model.has_access(operation))

    def test_no_field_is_for_developers_only(self):
        views = self.env["ir.model.data"].search([("module", "in", SUITE), ("model", "=", "ir.ui.view")])
        hidden = (
            self.env["ir.ui.view"]
            .browse(views.mapped("res_id"))
            .filtered(lambda view: "group_no_one" in view.arch_db)
        )
        self.assertFalse(hidden.mapped("xml_id"))
