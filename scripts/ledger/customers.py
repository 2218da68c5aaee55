"""The customers of a ledger: companies, found again by their reference."""

from odoo.fields import Command


class Customers:
    """Finds customers by the ledger's id, and makes those that are missing."""

    def __init__(self, env):
        self._env = env
        self._country_ids = {country.code: country.id for country in env["res.country"].search([])}

    def get(self, rows):
        """Answer the customers of some rows, made where missing.

        :return: ``{customer id of the ledger: res.partner}``
        """
        first_rows = {row.customer: row for row in reversed(rows)}
        Partner = self._env["res.partner"]
        found = Partner.search(
            [
                ("ref", "in", list(first_rows)),
                ("is_company", "=", True),
                ("parent_id", "=", False),
                ("company_id", "in", [False, self._env.company.id]),
            ],
            order="id desc",
        )
        partners = {partner.ref: partner for partner in found}
        missing = [name for name in first_rows if name not in partners]
        made = Partner.create(
            [{"name": name, "ref": name, "is_company": True, "customer_rank": 1} for name in missing]
        )
        partners.update(zip(missing, made, strict=True))
        self._place(rows, partners)
        return partners

    def _place(self, rows, partners):
        """Give customers their country, or their region as a tag."""
        for customer, country in {(row.customer, row.country) for row in rows if row.country}:
            if not partners[customer].country_id:
                partners[customer].country_id = self._country_ids[country]
        tag_ids = self._get_tag_ids({row.region for row in rows if row.region})
        for customer, region in {(row.customer, row.region) for row in rows if row.region}:
            if tag_ids[region] not in partners[customer].category_id.ids:
                partners[customer].category_id = [Command.link(tag_ids[region])]

    def _get_tag_ids(self, names):
        if not names:
            return {}
        Tag = self._env["res.partner.category"]
        found = Tag.search([("name", "in", sorted(names)), ("parent_id", "=", False)], order="id desc")
        tag_ids = {tag.name: tag.id for tag in found}
        missing = sorted(names - set(tag_ids))
        made = Tag.create([{"name": name} for name in missing])
        return tag_ids | dict(zip(missing, made.ids, strict=True))
