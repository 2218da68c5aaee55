"""What a company needs before a ledger can be loaded into it, and the words it knows."""

from .rows import OUTCOMES, LedgerFileError, Vocabulary, fold

JOURNAL_CODE = "LEDG"


def read_vocabulary(env):
    """Collect the words that rows of a ledger may use."""
    everything = env(context={**env.context, "active_test": False, "lang": "en_US"})
    company = env.company
    reasons = everything["dispute.reason"].search([("company_id", "in", [False, company.id])])
    resolutions = everything["dispute.resolution"].search([("code", "in", list(OUTCOMES.values()))])
    return Vocabulary(
        reasons=_get_words(reasons),
        resolutions=_get_words(resolutions),
        decimals={
            currency.name: currency.decimal_places for currency in everything["res.currency"].search([])
        },
        countries=frozenset(everything["res.country"].search([]).mapped("code")),
    )


def _get_words(records):
    # A code wins over a name that happens to read the same.
    names = {fold(record.name): record.code for record in records}
    return names | {fold(record.code): record.code for record in records}


def prepare_company(env, currencies):
    """Make a company ready: its currency, where it is still free to choose, and its accounts.

    :param currencies: codes of the currencies of the ledger
    :raise LedgerFileError: when accounting isn't set up
    """
    company = env.company
    if not company.chart_template and not company.parent_id:
        env["account.chart.template"].try_loading("generic_coa", company)
    found = env["res.currency"].with_context(active_test=False).search([("name", "in", sorted(currencies))])
    found.filtered(lambda currency: not currency.active).active = True
    is_empty = not env["account.move.line"].search_count([("company_id", "=", company.id)], limit=1)
    if is_empty and len(found) == 1 and found != company.currency_id:
        company.currency_id = found
    get_sale_journal(env)
    get_bank_journal(env)
    if not company.dispute_writeoff_account_id:
        company.dispute_writeoff_account_id = _create_write_off_account(env)


def get_sale_journal(env):
    """The journal of loaded invoices; their numbers must not steer the numbering of others."""
    journals = env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", env.company.id)])
    journal = journals.filtered(lambda journal: journal.code == JOURNAL_CODE)
    account = journals.default_account_id[:1] or _get_income_account(env)
    return journal or journal.create(
        {
            "name": "Loaded ledger",
            "code": JOURNAL_CODE,
            "type": "sale",
            "company_id": env.company.id,
            "default_account_id": account.id,
            "show_on_dashboard": False,
        }
    )


def _get_income_account(env):
    account = env["account.account"].search(
        [("account_type", "=", "income"), ("company_ids", "in", env.company.ids)], limit=1
    )
    if not account:
        raise LedgerFileError(f"{env.company.name} has no income account to book invoices on")
    return account


def _create_write_off_account(env):
    Account = env["account.account"]
    return Account.create(
        {
            "code": Account._search_new_account_code("650000"),
            "name": "Disputed receivables written off",
            "account_type": "expense",
            "company_ids": env.company.ids,
        }
    )


def get_numbered_journal(env):
    """The journal for invoices whose own number Odoo can't take: its usual one."""
    journal = env["account.journal"].search(
        [
            ("type", "=", "sale"),
            ("code", "!=", JOURNAL_CODE),
            ("company_id", "=", env.company.id),
        ],
        limit=1,
    )
    return journal or get_sale_journal(env)


def get_bank_journal(env):
    """The journal in which the payments of the ledger are received."""
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    if not journal:
        raise LedgerFileError(f"{env.company.name} has no bank journal to receive payments in")
    return journal
