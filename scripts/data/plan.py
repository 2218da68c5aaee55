"""Which history is copied when, for whom, how large, and by what names."""

from odoo.tools import SQL

from .cast import CUSTOMERS, YEAR_WEEKS

#: Of the copies, this share is still going on.
OPEN_SHARE = 0.06
#: For how many weeks back disputes are spread.
WEEKS = 3 * YEAR_WEEKS
#: Amounts are multiplied by up to this.
MOST_TIMES = 40
#: Numbers of the names in a history that are of its customer.
CUSTOMER, CUSTOMER_MAIL, CONTACT_MAIL, CLAIM, FIRST_NAME = 1, 2, 3, 4, 5


class Plan:
    """Makes ``data_copy``, one row a copy, and ``data_name`` with the names in each.

    :param template: :class:`.template.Template`, collected
    """

    def __init__(self, env, template):
        self._env = env
        self._template = template

    def _run(self, query, **values):
        self._env.cr.execute(SQL(query, **values))

    # Customers

    def make_customers(self, cast, count):
        """Multiply the customers of a company and their contacts."""
        columns = [
            name
            for name, one in self._env["res.partner"]._fields.items()
            if one.store and one.column_type and name != "id"
        ]
        changed = {
            "name": SQL(
                """CASE WHEN row.parent_id IS NULL THEN data.name || ' ' || data.k
                ELSE 'Accounts of ' || data.name || ' ' || data.k END"""
            ),
            "complete_name": SQL(
                """CASE WHEN row.parent_id IS NULL THEN data.name || ' ' || data.k
                ELSE data.name || ' ' || data.k || ', Accounts of ' || data.name || ' ' || data.k END"""
            ),
            "email": SQL("'claims' || data.k || '@' || lower(data.name) || '.example.com'"),
            "email_normalized": SQL("'claims' || data.k || '@' || lower(data.name) || '.example.com'"),
            "parent_id": SQL("CASE WHEN row.parent_id IS NOT NULL THEN data.base + 2 * data.k END"),
            "commercial_partner_id": SQL("data.base + 2 * data.k"),
            "commercial_company_name": SQL("data.name || ' ' || data.k"),
            "ref": SQL("NULL"),
            "access_token": SQL("NULL"),
            "signup_token": SQL("NULL"),
        }
        names = list(CUSTOMERS)
        customers = [cast.get_customer(name).id for name in names]
        self._run("SELECT setval('res_partner_id_seq', (SELECT MAX(id) + 2 FROM res_partner))")
        base = self._env.cr.fetchone()[0]
        self._run(
            """
            INSERT INTO res_partner (id, %(columns)s)
            SELECT data.base + 2 * data.k + (row.parent_id IS NOT NULL)::int, %(values)s
              FROM (
                SELECT %(base)s AS base, k, (%(customers)s::int[])[1 + k %% %(many)s] AS customer_id,
                       (%(names)s::text[])[1 + k %% %(many)s] AS name
                  FROM generate_series(1, %(count)s) k
              ) data
              JOIN res_partner row ON row.id = data.customer_id OR row.parent_id = data.customer_id
            """,
            columns=SQL(", ").join(map(SQL.identifier, columns)),
            values=SQL(", ").join(changed.get(name, SQL.identifier("row", name)) for name in columns),
            base=base,
            customers=customers,
            names=names,
            many=len(names),
            count=count,
        )
        self._run(
            """
            INSERT INTO data_customer
            SELECT (%(customers)s::int[])[1 + k %% %(many)s], 1 + (k - 1) / %(many)s, p.id, p.id + 1, p.name, p.email
              FROM generate_series(1, %(count)s) k JOIN res_partner p ON p.id = %(base)s + 2 * k
            """,
            customers=customers,
            many=len(names),
            count=count,
            base=base,
        )
        self._run("SELECT setval('res_partner_id_seq', (SELECT MAX(id) FROM res_partner))")

    def start(self):
        self._run(
            "DROP TABLE IF EXISTS data_customer, data_comp, data_copy, data_slot, data_number, data_name"
        )
        self._run(
            """CREATE UNLOGGED TABLE data_customer
            (own_id int, k int, partner_id int, contact_id int, name text, email text)"""
        )

    # Histories

    def describe(self):
        """Make ``data_comp``: what each history is like."""
        self._run(
            """
            CREATE UNLOGGED TABLE data_comp AS
            SELECT row.comp,
                   MAX(move.company_id) AS company_id,
                   MIN(COALESCE(dispute.date_opened, move.date)) AS opened,
                   MAX(dispute.id) IS NOT NULL AS is_disputed,
                   COUNT(dispute.id) AS cases,
                   COALESCE(BOOL_OR(NOT dispute.is_closed), FALSE) AS is_open,
                   BOOL_OR(move.currency_id <> company.currency_id) AS is_foreign,
                   (ARRAY_AGG(move.commercial_partner_id ORDER BY move.id))[1] AS partner_id
              FROM data_row row
         LEFT JOIN account_move move ON row.tbl = 'account_move' AND move.id = row.id
         LEFT JOIN res_company company ON company.id = move.company_id
         LEFT JOIN dispute_case dispute ON row.tbl = 'dispute_case' AND dispute.id = row.id
             WHERE row.tbl IN ('account_move', 'dispute_case')
          GROUP BY row.comp
            """
        )
        # An amount grows up to the next approval that it would need, but not over it.
        self._run(
            """
            ALTER TABLE data_comp ADD COLUMN times int, ADD COLUMN is_own_customer bool,
                ADD COLUMN contact_id int, ADD COLUMN number int;
            UPDATE data_comp SET times = CASE WHEN is_foreign THEN 1 ELSE %(most)s END,
                is_own_customer = FALSE,
                contact_id = (SELECT MIN(id) FROM res_partner child WHERE child.parent_id = data_comp.partner_id);
            UPDATE data_comp SET times = LEAST(data_comp.times, allowed.times)
              FROM (
                SELECT row.comp, MIN(GREATEST(1, CEIL(tier.amount / item.amount) - 1)) AS times
                  FROM data_row row
                  JOIN dispute_settlement_line item ON item.settlement_id = row.id
                  JOIN (
                    SELECT amount FROM dispute_approval_tier WHERE amount > 0
                     UNION SELECT dispute_write_off_tolerance FROM res_company
                    ) tier ON tier.amount > item.amount
                 WHERE row.tbl = 'dispute_settlement' AND item.amount > 0
              GROUP BY row.comp
              ) allowed
             WHERE allowed.comp = data_comp.comp;
            UPDATE data_comp SET is_own_customer = TRUE
             WHERE comp IN (
                SELECT row.comp FROM data_row row
                  JOIN dispute_settlement_line item ON item.settlement_id = row.id
                 WHERE row.tbl = 'dispute_settlement' AND item.partner_bank_id IS NOT NULL
             );
            UPDATE data_comp SET number = numbered.number
              FROM (
                SELECT comp, ROW_NUMBER() OVER (PARTITION BY is_disputed, is_open ORDER BY comp) AS number
                  FROM data_comp
              ) numbered
             WHERE numbered.comp = data_comp.comp
            """,
            most=MOST_TIMES,
        )

    def make_copies(self, seed, cases, quiet):
        """Draw the copies: in the order in which they were opened.

        :param cases: number of disputes
        :param quiet: number of invoices that nobody disputes
        """
        self._run("SET LOCAL max_parallel_workers_per_gather = 0")
        self._run("SELECT setseed(%(seed)s)", seed=(seed % 1000) / 1000)
        self._run(
            """
            CREATE UNLOGGED TABLE data_copy AS
            WITH counts AS (
                SELECT is_disputed, is_open, COUNT(*) AS many FROM data_comp GROUP BY 1, 2
            ),
            drawn AS MATERIALIZED (
                SELECT k, k <= %(cases)s AS is_disputed,
                       k <= %(cases)s AND random() < %(open)s AND EXISTS (SELECT FROM data_comp WHERE is_open)
                       AS is_open,
                       random() AS which, random() AS far, random() AS large, random() AS who
                  FROM generate_series(1, %(cases)s + %(quiet)s) k
            ),
            chosen AS (
                SELECT drawn.*, comp.comp, comp.cases, comp.company_id, comp.opened, comp.is_foreign,
                       comp.is_own_customer,
                       comp.partner_id AS own_id, comp.contact_id AS own_contact_id,
                       CASE WHEN drawn.is_open THEN 0
                            WHEN comp.is_foreign THEN %(year)s * floor(far * (%(weeks)s / %(year)s))
                            ELSE floor(far ^ 1.3 * %(weeks)s) END::int AS weeks,
                       GREATEST(1, floor(comp.times ^ large))::int AS times
                  FROM drawn
                  JOIN counts ON counts.is_disputed = drawn.is_disputed AND counts.is_open = drawn.is_open
                  JOIN data_comp comp ON comp.is_disputed = drawn.is_disputed AND comp.is_open = drawn.is_open
                   AND comp.number = 1 + floor(drawn.which * counts.many)
            ),
            -- Some histories are of several disputes: these first, so that the last fit in exactly.
            counted AS (
                SELECT chosen.*, SUM(cases) OVER (PARTITION BY is_disputed ORDER BY cases DESC, k) AS so_far
                  FROM chosen
            ),
            pools AS (SELECT own_id, COUNT(*) AS many FROM data_customer GROUP BY 1)
            SELECT (ROW_NUMBER() OVER (ORDER BY opened - weeks * INTERVAL '7 days', counted.k))::int AS j,
                   counted.comp, counted.company_id, weeks, times, counted.own_id, own_contact_id,
                   COALESCE(calendar.tz, 'UTC') AS zone,
                   CASE WHEN is_own_customer THEN counted.own_id ELSE customer.partner_id END AS partner_id,
                   CASE WHEN is_own_customer THEN own_contact_id ELSE customer.contact_id END AS contact_id,
                   CASE WHEN is_own_customer THEN own.name ELSE customer.name END AS customer,
                   CASE WHEN is_own_customer THEN own.email ELSE customer.email END AS email
              FROM counted
              JOIN res_partner own ON own.id = counted.own_id
              JOIN res_company company ON company.id = counted.company_id
         LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
              -- One like the customer of the history: of the same country and currency.
              JOIN pools ON pools.own_id = counted.own_id
              JOIN data_customer customer ON customer.own_id = counted.own_id
               AND customer.k = 1 + floor(counted.who ^ 1.7 * pools.many)
             WHERE so_far <= %(cases)s
            """,
            cases=cases,
            quiet=quiet,
            open=OPEN_SHARE,
            weeks=WEEKS,
            year=YEAR_WEEKS,
        )
        self._run("ALTER TABLE data_copy ADD PRIMARY KEY (j)")
        self._run("CREATE INDEX ON data_copy (comp)")
        self._run("ANALYZE data_copy")

    # Names

    def find_names(self):
        """:return: ``{history: {name as played: number of the name}}``; makes ``data_slot``"""
        self._run(
            """
            CREATE UNLOGGED TABLE data_slot AS
            SELECT row.comp, %(first)s + ROW_NUMBER() OVER (PARTITION BY row.comp ORDER BY row.tbl, row.rn) - 1 AS slot,
                   row.tbl, row.rn, row.id, COALESCE(move.name, dispute.name) AS name,
                   COALESCE(move.date, dispute.date_opened::date) AS day,
                   CASE WHEN move.id IS NULL THEN '"DSP/"YYYY"/"'
                        WHEN move.sequence_prefix ~ '^[^/]+/\\d{4}/\\d{2}/$'
                        THEN '"' || split_part(move.sequence_prefix, '/', 1) || '/"YYYY"/"MM"/"'
                        ELSE '"' || split_part(move.sequence_prefix, '/', 1) || '/"YYYY"/"' END AS pattern,
                   length(substring(COALESCE(move.name, dispute.name) FROM '\\d+$')) AS digits,
                   COALESCE(move.journal_id, -dispute.company_id) AS book
              FROM data_row row
         LEFT JOIN account_move move ON row.tbl = 'account_move' AND move.id = row.id
         LEFT JOIN dispute_case dispute ON row.tbl = 'dispute_case' AND dispute.id = row.id
             WHERE row.tbl IN ('account_move', 'dispute_case') AND COALESCE(move.name, dispute.name) <> '/'
            """,
            first=FIRST_NAME,
        )
        self._env.cr.execute(
            """
            SELECT comp, slot, name FROM data_slot
             UNION ALL
            SELECT comp.comp, %s, partner.name
              FROM data_comp comp JOIN res_partner partner ON partner.id = comp.partner_id
            """,
            (CUSTOMER,),
        )
        names = {}
        for comp, slot, name in self._env.cr.fetchall():
            names.setdefault(comp, {})[name] = slot
        self._env.cr.execute(
            """
            SELECT comp.comp, customer.email, contact.email FROM data_comp comp
              JOIN res_partner customer ON customer.id = comp.partner_id
              JOIN res_partner contact ON contact.id = comp.contact_id
            """
        )
        for comp, customer, contact in self._env.cr.fetchall():
            names[comp] |= {customer: CUSTOMER_MAIL, contact: CONTACT_MAIL}
        self._env.cr.execute(
            """SELECT row.comp, dispute.customer_reference FROM data_row row
            JOIN dispute_case dispute ON dispute.id = row.id
            WHERE row.tbl = 'dispute_case' AND dispute.customer_reference IS NOT NULL"""
        )
        for comp, reference in self._env.cr.fetchall():
            names[comp][reference] = CLAIM
        return names

    def make_names(self):
        """Number the documents and cases of the copies, each book and year by itself."""
        self._run(
            """
            CREATE UNLOGGED TABLE data_number AS
            SELECT copy.j, slot.slot, slot.rn, slot.tbl, slot.book, prefix.prefix, slot.digits,
                   (COALESCE(used.number, 0) + ROW_NUMBER() OVER (
                       PARTITION BY slot.book, prefix.prefix ORDER BY slot.day - copy.weeks * 7, copy.j, slot.slot
                   ))::int AS number
              FROM data_copy copy
              JOIN data_slot slot ON slot.comp = copy.comp
             CROSS JOIN LATERAL (SELECT to_char(slot.day - copy.weeks * 7, slot.pattern) AS prefix) prefix
         LEFT JOIN (
                SELECT journal_id AS book, sequence_prefix AS prefix, MAX(sequence_number) AS number
                  FROM account_move GROUP BY 1, 2
                 UNION ALL
                SELECT -company_id, regexp_replace(name, '\\d+$', ''), MAX(substring(name FROM '\\d+$')::int)
                  FROM dispute_case WHERE name ~ '\\d+$' GROUP BY 1, 2
              ) used ON used.book = slot.book AND used.prefix = prefix.prefix
            """
        )
        self._run(
            """
            CREATE UNLOGGED TABLE data_name AS
            SELECT copy.j,
                   ARRAY[copy.customer, copy.email, copy.email, 'CL-' || (100000 + copy.j)] || named.names AS names,
                   named.numbers
              FROM data_copy copy
         LEFT JOIN (
                SELECT j, ARRAY_AGG(prefix || lpad(number::text, GREATEST(digits, length(number::text)), '0')
                                    ORDER BY slot) AS names,
                       ARRAY_AGG(number ORDER BY slot) AS numbers
                  FROM data_number GROUP BY j
              ) named USING (j)
            """
        )
        self._run("ALTER TABLE data_name ADD PRIMARY KEY (j)")
        self._run("ANALYZE data_name")
