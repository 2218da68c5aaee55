class DemoCast:
    """Who and what the demo is about, found by XML id, in one company.

    :param env: superuser environment
    :param company: res.company whose demo it is
    """

    def __init__(self, env, company):
        self.company = company
        # The past is told in silence: nobody is subscribed or written to meanwhile.
        self._env = env(
            context={
                "allowed_company_ids": company.ids,
                "lang": "en_US",
                "dispute_past": True,
                "mail_create_nosubscribe": True,
                "mail_post_autofollow_author_skip": True,
                "mail_auto_subscribe_no_notify": True,
                "mail_activity_quick_update": True,
            }
        )

    def get_env(self, name=None):
        """:return: the environment of a person, or the superuser's"""
        return self._env(user=self.get_user(name).id) if name else self._env

    def get_user(self, name):
        """:return: res.users who works in the company"""
        xmlid = "base.user_admin" if name == "admin" else f"demo_user_{name}"
        user = self._ref(xmlid)
        if self.company not in user.company_ids:
            user.company_ids += self.company
        return user

    def get_customer(self, name):
        """:return: res.partner that is invoiced; the portal's customer is Odoo's own"""
        return self._ref("base.partner_demo_portal" if name == "portal" else f"demo_customer_{name}")

    def get_contact(self, name):
        """:return: res.partner who writes for the customer"""
        if name == "portal":
            return self.get_customer(name)
        return self._ref(f"demo_contact_{name}")

    def get_product(self, name):
        """:return: product.product"""
        return self._ref(f"demo_product_{name}")

    def get_record(self, kind, code):
        """:return: a record of the default data, such as a reason by its code"""
        return self._ref(f"dispute_{kind}_{code.lower()}")

    def get_tags(self, names):
        """:return: ids of tags"""
        return [self._ref(f"demo_tag_{name}").id for name in names.split()]

    def get_team(self, name):
        """:return: dispute.team"""
        return self._ref(name)

    def _ref(self, xmlid):
        return self._env.ref(xmlid if "." in xmlid else f"dispute_management.{xmlid}")
