"""Who and what the histories are about: two companies, their people, customers and goods."""

import random
from datetime import timedelta
from math import sin, tau

from odoo import fields
from odoo.fields import Command

from odoo.addons.dispute_management.demo.demo_cast import DemoCast

from scripts.ledger.company import prepare_company

#: Weeks after which the rates of currencies repeat: histories in them are moved by this much only.
YEAR_WEEKS = 52
HISTORY_WEEKS = 4 * YEAR_WEEKS
CLERKS = ("Anna Weber", "Piotr Nowak", "Lucie Martin", "James Doyle", "Sofia Rossi", "Mika Virtanen")
CUSTOMERS = (
    "Alder", "Birchfield", "Corran", "Dunmore", "Elmstead", "Fairholt",
    "Gransden", "Hartwell", "Ingleby", "Kestrel", "Larkhill", "Marlow",
)  # fmt: skip
#: Suffix of a name: price.
PRODUCTS = {
    "chair": 120, "lamp": 40, "paper": 20, "locker": 260, "panel": 80, "worktop": 320, "freight": 60,
    "assembly": 100, "carpet": 220, "shelving": 480, "partition": 640, "maintenance": 900,
}  # fmt: skip


class DataCast(DemoCast):
    """People, customers and goods by name in one company, made when there are none.

    :param env: superuser environment
    :param company: res.company
    :param foreign: the currency in which some customers of the company are invoiced
    """

    def __init__(self, env, company, foreign):
        super().__init__(env, company)
        self._env = self._env(
            context={**self._env.context, "tracking_disable": True, "no_reset_password": True}
        )
        self.foreign = foreign
        self._users = {}
        self._customers = self._make_customers()
        self._products = self._make_products()
        self._make_users()

    def get_user(self, name):
        return self._users["clerk0" if name == "clerk" else name]

    def get_customer(self, name):
        return self._customers[name]

    def get_contact(self, name):
        return self._customers[name].child_ids[:1]

    def get_product(self, name):
        return self._products[name]

    def get_tags(self, names):
        return []

    def get_team(self, name):
        return self._ref("dispute_team_receivables")

    def get_names(self):
        """:return: names of customers, and of clerks"""
        return list(self._customers), [name for name in self._users if name.startswith("clerk")]

    def is_foreign(self, name):
        """:return: whether a customer is invoiced in the other currency: every fourth"""
        return list(self._customers).index(name) % 4 == 3

    def _make_users(self):
        groups = {
            **{f"clerk{index}": (name, "user") for index, name in enumerate(CLERKS)},
            "leader": ("Greta Lindqvist", "leader"),
            "approver": ("Victor Almeida", "approver"),
            "resolver": ("Tomas Beck", None),
        }
        team = self._ref("dispute_team_receivables")
        users = self._env["res.users"].with_context(active_test=False)
        for key, (name, group) in groups.items():
            login = f"data-{key}"
            user = users.search([("login", "=", login)]) or users.create(
                {
                    "name": name,
                    "login": login,
                    "email": f"{login}@example.com",
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [
                        Command.set([self._env.ref(xmlid).id for xmlid in self._get_groups(group)])
                    ],
                }
            )
            user.company_ids += self.company
            self._users[key] = user
        team.sudo().member_ids += self._env["res.users"].union(
            *(user for key, user in self._users.items() if key.startswith("clerk"))
        )
        if not team.user_id:
            team.user_id = self._users["leader"]

    @staticmethod
    def _get_groups(group):
        names = ["base.group_user"]
        if group:
            names += [f"dispute_management.group_dispute_{group}", "account.group_account_invoice"]
        return names

    def _make_customers(self):
        countries = self._env["res.country"].search([("code", "in", ("DE", "FR", "GB", "NL", "US"))])
        names = [f"{name} {self.company.id}" for name in CUSTOMERS]
        # Not by name: copies of them may have the same.
        references = [f"DATA-{self.company.id}-{name}" for name in CUSTOMERS]
        found = self._env["res.partner"].search([("ref", "in", references)])
        found = found or self._env["res.partner"].create(
            [
                {
                    "name": name,
                    "ref": references[index],
                    "is_company": True,
                    "country_id": countries[index % len(countries)].id,
                    "email": f"accounts@{name.replace(' ', '-').lower()}.example.com",
                    "child_ids": [
                        Command.create(
                            {"name": f"Accounts of {name}", "email": f"claims@{index}.example.com"}
                        )
                    ],
                    "bank_ids": [
                        Command.create(
                            {"acc_number": f"DE{self.company.id:02}{index:018}", "allow_out_payment": True}
                        )
                    ],
                }
                for index, name in enumerate(names)
            ]
        )
        # Somebody other than who proposes to pay to the accounts trusts them.
        found.bank_ids.dispute_trust_uid = self._env.ref("base.user_admin")
        return dict(zip(CUSTOMERS, found.sorted("id"), strict=True))

    def _make_products(self):
        products = self._env["product.product"]
        found = products.search([("default_code", "=like", "DATA-%")], order="id")
        found = found or products.create(
            [
                {"name": name.title(), "default_code": f"DATA-{name}", "list_price": price, "type": "service"}
                for name, price in PRODUCTS.items()
            ]
        )
        return dict(zip(PRODUCTS, found.sorted("id"), strict=True))


def make_casts(env):
    """Make the companies ready.

    :return: list of :class:`DataCast`: the main company, and one that keeps its books in euro
    """
    company = env.ref("base.main_company")
    euro, dollar = env.ref("base.EUR"), env.ref("base.USD")
    (euro | dollar).active = True
    other = env["res.company"].search([("name", "=", "Data Europe")])
    other = other or env["res.company"].create({"name": "Data Europe"})
    env.user.company_ids += other
    casts = []
    for one, own in ((company, company.currency_id), (other, euro)):
        in_company = env(context={**env.context, "allowed_company_ids": one.ids})
        prepare_company(in_company, {own.name})
        foreign = dollar if one.currency_id == euro else euro
        _make_rates(in_company, one, foreign)
        casts.append(DataCast(env, one, foreign))
    return casts


def _make_rates(env, company, currency):
    """Rates of four years that move within a year, and repeat with it."""
    rates = env["res.currency.rate"]
    if rates.search_count([("currency_id", "=", currency.id), ("company_id", "=", company.id)], limit=1):
        return
    today = fields.Date.context_today(rates)
    monday = today - timedelta(days=today.weekday())
    rates.create(
        [
            {
                "currency_id": currency.id,
                "company_id": company.id,
                "name": day,
                "rate": round(0.9 + 0.05 * sin(tau * (day.toordinal() // 7 % YEAR_WEEKS) / YEAR_WEEKS), 4),
            }
            for day in (monday - timedelta(weeks=weeks) for weeks in range(0, HISTORY_WEEKS, 4))
        ]
    )


def make_random(seed, company):
    """:return: chance, the same for the same seed and company"""
    return random.Random(f"{seed} {company.name}")
