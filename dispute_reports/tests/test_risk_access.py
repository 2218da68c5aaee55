from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .learning_common import LearningCommon

_READERS = dict.fromkeys(("viewer", "approver", "clerk", "leader", "administrator", "outsider"), "r")

#: What each kind of user may do, as in the table of Dispute Management: c(reate), r(ead), w(rite), u(nlink).
#: Whom a row does not name may do nothing. An outsider reads by rule what is theirs to do.
ACCESS = {
    "dispute.risk": {"administrator": "r"},
    "dispute.risk.bin": {"administrator": "r"},
    "dispute.risk.frequency": {"administrator": "r"},
    "dispute.watch.signal": _READERS,
    "dispute.corrective.action": {**_READERS, "leader": "crw", "administrator": "crwu"},
}
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}

FIELDS = ("risk", "risk_reasons", "is_risk_alert", "date_risk", "watch_signal_ids")


@tagged("post_install", "-at_install")
class TestRiskAccess(LearningCommon):
    """The risk of a case is for those who handle disputes, how it was learnt for their administrator."""

    def test_every_model_and_kind_of_user(self):
        cast = {
            name: getattr(self, name)
            for name in ("viewer", "approver", "clerk", "leader", "administrator", "outsider")
        }
        cast["customer"] = new_test_user(self.env, "risk_portal", groups="base.group_portal")
        cast["public"] = self.env.ref("base.public_user")
        for model, granted in ACCESS.items():
            for name, user in cast.items():
                records = self.env[model].with_user(user)
                found = "".join(
                    letter for letter, operation in OPERATIONS.items() if records.has_access(operation)
                )
                with self.subTest(model=model, user=name):
                    self.assertEqual(found, granted.get(name, ""))

    def test_who_reads_the_risk(self):
        self.case.sudo()._set_risks({self.case.sudo(): 83})
        self.case.with_user(self.clerk).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.outsider.id, summary="Was it broken?"
        )
        customer = new_test_user(self.env, "risk_customer", groups="base.group_portal")
        customer.partner_id.parent_id = self.partner_a
        for user in (self.viewer, self.approver, self.clerk, self.leader, self.administrator):
            with self.subTest(user.login):
                self.assertEqual(self.case.with_user(user).read(list(FIELDS))[0]["risk"], 83)
        for user in (self.outsider, customer):
            case = self.case.with_user(user)
            self.assertEqual(case.search([]), self.case)
            for name in FIELDS:
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(AccessError):
                        case.read([name])
                    with self.assertRaises(AccessError):
                        case.search([(name, "!=", False)])
            with self.assertRaises(AccessError):
                case.search([], order="risk")
            self.assertNotIn("risk", case.fields_get())

    def test_nobody_writes_it(self):
        for user in (self.clerk, self.leader, self.administrator):
            for name in ("risk", "date_risk", "watch_signal_ids"):
                # Which error it is depends on what the core looks at first.
                with self.subTest(user=user.login, field=name), self.assertRaises(Exception):  # noqa: B017
                    self.case.with_user(user).write({name: False})

    def test_a_company_s_learning_is_its_own(self):
        other = self.setup_other_company(name="Other company")["company"]
        own, foreign = (
            self.env["dispute.risk"]
            .sudo()
            .create([{"company_id": self.company.id}, {"company_id": other.id}])
        )
        for known in (own, foreign):
            known.frequency_ids.create({"risk_id": known.id, "variable": "reason", "value": "1"})
            known.bin_ids.create({"risk_id": known.id})
        for model in ("dispute.risk", "dispute.risk.frequency", "dispute.risk.bin"):
            with self.subTest(model):
                found = self.env[model].with_user(self.administrator).search([])
                self.assertEqual(found.company_id, self.company)
