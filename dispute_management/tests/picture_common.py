from unittest.mock import patch

from odoo.tests import common

_PREFIX = "picture: "


class PicturingBrowser(common.ChromeBrowser):
    """A browser that keeps a picture where a tour says ``console.log("picture: name")``.

    They are in the folder of Odoo's option ``screenshots``, for people to look at.
    """

    def _handle_console(self, type, args=None, stackTrace=None, **kw):  # noqa: A002, N803 (Odoo's names)
        text = str(self._from_remoteobject(args[0])) if args else ""
        if text.startswith(_PREFIX):
            self.take_screenshot(f"{text.removeprefix(_PREFIX)}_")
        super()._handle_console(type, args=args, stackTrace=stackTrace, **kw)


class PictureMixin:
    """Tests whose tours keep pictures."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(common, "ChromeBrowser", PicturingBrowser))
