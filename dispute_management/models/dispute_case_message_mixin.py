from odoo import api, fields, models
from odoo.fields import Domain


class DisputeCaseMessageMixin(models.AbstractModel):
    """What is said on a case: who reads it, and what an answer means for the clock."""

    _name = "dispute.case.message.mixin"
    _description = "Dispute Messages"

    date_first_response = fields.Datetime(
        string="First Response",
        readonly=True,
        copy=False,
        help="The first message of a person to the customer; automatic mail is none.",
    )

    def mail_allowed_qweb_expressions(self):
        """What administrators of disputes may put into mails: what their customers read anyway."""
        return (
            *super().mail_allowed_qweb_expressions(),
            *(
                f"object.{name}"
                for name in (
                    "amount_disputed",
                    "amount_open",
                    "company_id.name",
                    "contact_id.name",
                    "customer_reference",
                    "date_opened",
                    "description",
                    "reason_id.public_name",
                )
            ),
        )

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id"]

    def _message_post_after_hook(self, message, msg_vals):
        res = super()._message_post_after_hook(message, msg_vals)
        # A mail that a machine of ours sent is none of these types.
        if (
            message.message_type in ("comment", "email")
            and not message.is_internal
            and message.subtype_id == self.env.ref("mail.mt_comment")
        ):
            self._hear_author(message)
        return res

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        # A new case is followed by whoever opened it; when they own it too there is nothing
        # to add, and Odoo would ask the database so once a case.
        is_new = followers_existing_policy == "update"
        if is_new and updated_values.get("user_id") == self.env.uid and self._follows_what_they_open():
            return True
        return super()._message_auto_subscribe(updated_values, followers_existing_policy)

    @api.model
    def _follows_what_they_open(self):
        """:return: whether Odoo made the user a follower of the case they just opened, with
        all subtypes that an owner gets, and nothing else of a case has followers to take over
        """
        user = self.env.user
        relations = self.env["mail.message.subtype"]._get_auto_subscription_subtypes(self._name)[-1]
        return (
            user.active
            and not user.share
            and not self.env.context.get("mail_create_nosubscribe")
            and not relations
        )

    def _hear_author(self, message):
        """What somebody said on this case means an answer to whoever waited for one."""
        # Who wrote is asked of the message itself; customers can't read our users.
        author = message.sudo().author_id.with_context(active_test=False)
        if author == self.env.ref("base.partner_root"):
            # What the system says by itself is no word of a person.
            return
        if any(user._is_internal() for user in author.user_ids):
            self._meet_first_response(message.date)
            self._take_up_answer()
        elif author and not self._is_claim_itself(message):
            customer = author.commercial_partner_id == self.sudo().partner_id
            self._note_answer_of("customer" if customer else "third_party")

    def _is_claim_itself(self, message):
        """:return: whether the message is what the case was made of, and so no answer"""
        if self.env.context.get("dispute_claim"):
            return True
        if self.sudo().source != "mail" or message.message_type != "email":
            return False
        # The gateway posts the mail that made the case as its first one.
        domain = Domain("model", "=", self._name) & Domain("res_id", "=", self.id)
        mails = self.env["mail.message"].sudo().search(domain & Domain("message_type", "=", "email"), limit=2)
        return mails == message.sudo()

    def _note_answer_of(self, who):
        """Note that somebody answered: it is our turn, and their word waits to be read.

        For those who have said something on a case; they need no right to change it.

        :param who: one of the values of `waiting_on`
        """
        # Customers and colleagues who answer may not write on the case.
        cases = self.sudo().filtered(lambda case: not case.is_closed)
        cases.filtered(lambda case: case.waiting_on == who)._change_turn("us")
        if who != "third_party":
            ours = cases.filtered(lambda case: case.waiting_on == "us" and case.answered_by != who)
            ours._write_facts({"answered_by": who})

    def _take_up_answer(self):
        """Note that one of us went on with what was answered."""
        # A colleague who writes to the customer need not be one who may change the case.
        self.sudo().filtered("answered_by")._write_facts({"answered_by": False})

    def _note_activity_done(self):
        """Something planned on these cases was done: by their owner, or as a colleague's answer."""
        user = self.env.user
        # Whoever held the activity; their right to do so was checked with it.
        cases = self.sudo()
        own = cases.filtered(lambda case: user in case.user_id | case.coordinator_id)
        own._take_up_answer()
        # Others may have been asked too: it is our turn once all of them are done.
        asked = set()
        for activity in self.env["mail.activity"].sudo().search(self._get_activity_domain(self.ids)):
            case = cases.browse(activity.res_id)
            if activity.user_id not in case.user_id | case.coordinator_id:
                asked.add(case.id)
        (cases - own).filtered(lambda case: case.id not in asked)._note_answer_of("colleague")

    def _creation_message(self):
        self.ensure_one()
        return self.env._("Dispute opened")

    # Actions

    def action_take_up_answer(self):
        """Say that an answer was read: these cases wait for their next step again."""
        self.check_access("write")
        self._take_up_answer()
