from collections import Counter, defaultdict, namedtuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.dispute_stage_kinds import CLOSED_KINDS, REFUSED_KINDS
from ..tools.amount_split import Claim, Document, Lowering, split_claims
from .dispute_claim_as_of import ClaimOfDay

#: The history of a claim up to an instant: ``amount`` and ``first`` in the document's currency.
History = namedtuple(
    "History",
    "id move_id payment_id currency_id opened amount first kind owed_at_opening credited_before"
    " credited_at_refusal total booked rate is_cancelled",
)


class DisputeClaimReplay(models.AbstractModel):
    """Claims at the end of a day, worked out from their history by the rules of every claim.

    Facts are read as rows, for all claims at once; `split_claims` makes the parts of them.
    """

    _name = "dispute.claim.replay"
    _description = "Dispute Claims from their History"

    @api.model
    def _get_claims(self, company, ids, at, day):
        """What became of claims, all others on their invoices considered.

        :param company: res.company of the claims
        :param ids: those of the dispute.line
        :param at: the first instant after the day
        :param day: date
        :return: ``{id of the line: ClaimOfDay}``
        """
        if not ids:
            return {}
        # All claims on an invoice share it, and all documents count, whoever may read them.
        histories = self._get_histories(company, ids, at)
        booked = self._get_booked([history.id for history in histories], at, day)
        documents = self._get_documents(histories, day)
        currencies = {
            currency.id: currency
            for currency in self.env["res.currency"].browse({history.currency_id for history in histories})
        }
        payment_rates = self.env["dispute.claim.as.of"]._get_payment_rates(
            {history.payment_id for history in histories if history.payment_id}
        )
        on_documents = defaultdict(list)
        for history in histories:
            # Nothing else counts on a payment.
            on_documents[history.move_id or ("payment", history.id)].append(history)
        found, lines = {}, self.env["dispute.line"]
        for key, on_it in on_documents.items():
            currency = currencies[on_it[0].currency_id]
            claims = [self._get_claim(history, currency, booked[history.id]) for history in on_it]
            split = split_claims(documents.get(key) or Document(residual=0), claims)
            for history, claim in zip(on_it, claims, strict=True):
                if history.id not in ids:
                    continue
                if history.payment_id:
                    rate = payment_rates[history.payment_id]
                else:
                    rate = lines._get_invoice_rate(history.total, history.booked, history.rate)
                parts = split[history.id]
                amounts = lines._convert_parts(parts, currency, company.currency_id, rate)
                found[history.id] = ClaimOfDay(
                    {name: amount for name, amount in amounts.items() if amount},
                    move_id=history.move_id,
                    opened=history.opened,
                    is_closed=history.kind in CLOSED_KINDS,
                    owed=currency._dispute_from_units(min(parts["open"], claim.owed)),
                    first=company.currency_id.round(history.first * rate),
                )
        return found

    @api.model
    def _get_claim(self, history, currency, booked):
        unit = currency._dispute_to_units
        return Claim(
            key=history.id,
            amount=unit(history.amount),
            owed=unit(min(history.owed_at_opening, history.amount)),
            booked={part: unit(amount) for part, amount in booked.items()},
            credited_before=unit(history.credited_before),
            refused=history.kind in REFUSED_KINDS,
            credited_at_refusal=unit(history.credited_at_refusal),
        )

    # The claims

    @api.model
    def _get_histories(self, company, ids, at):
        """:return: list of `History` of claims and of the others on their invoices, oldest first"""
        rows = self.env.execute_query(
            SQL(
                """
                WITH family AS (
                    SELECT unnest(%(ids)s::int[]) AS id
                     UNION
                    SELECT other.id
                      FROM unnest(%(ids)s::int[]) asked(id)
                      JOIN dispute_line line ON line.id = asked.id
                      JOIN dispute_line other ON other.move_id = line.move_id
                ),
                made AS (
                    SELECT change.line_id,
                           SUM(change.amount_after - change.amount_before) AS amount,
                           (ARRAY_AGG(change.amount_after ORDER BY change.date, change.id))[1] AS first,
                           -- Where cases were merged, that of then.
                           (ARRAY_AGG(change.case_id ORDER BY change.date DESC, change.id DESC)
                               FILTER (WHERE change.amount_after <> 0))[1] AS case_id
                      FROM family
                      JOIN dispute_claim_change change ON change.line_id = family.id
                     WHERE change.date < %(at)s
                  GROUP BY change.line_id
                    HAVING SUM(change.amount_after - change.amount_before) <> 0
                )
                SELECT line.id,
                       line.move_id,
                       line.payment_id,
                       line.currency_id,
                       (dispute.date_opened AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                       made.amount,
                       made.first,
                       stage.kind,
                       COALESCE(line.amount_owed_at_opening, 0),
                       COALESCE(line.amount_credited_before, 0),
                       COALESCE(line.amount_credited_at_refusal, 0),
                       move.amount_total,
                       move.amount_total_signed,
                       move.invoice_currency_rate,
                       -- When it was cancelled, nobody noted.
                       move.state = 'cancel'
                  FROM made
                  JOIN dispute_line line ON line.id = made.line_id
                  JOIN dispute_case dispute ON dispute.id = line.case_id
             LEFT JOIN account_move move ON move.id = line.move_id
             LEFT JOIN LATERAL (
                    SELECT stage_id
                      FROM dispute_stage_history
                     WHERE case_id = COALESCE(made.case_id, line.case_id)
                       AND date_entered < %(at)s
                       AND (date_left IS NULL OR date_left >= %(at)s)
                  ORDER BY date_entered DESC, id DESC
                     LIMIT 1
                  ) stay ON TRUE
             LEFT JOIN dispute_stage stage ON stage.id = stay.stage_id
              ORDER BY dispute.date_opened, line.id
                """,
                ids=list(ids),
                at=at,
                zone=self.env["dispute.claim.as.of"]._get_zone(company),
            )
        )
        return [History(*row) for row in rows]

    # Our own documents

    @api.model
    def _get_booked(self, ids, at, day):
        """:return: ``{id of the line: {part: amount}}`` of what its settlements had booked"""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.id
                  FROM unnest(%(ids)s::int[]) asked(id)
                  JOIN dispute_settlement_line item ON item.dispute_line_id = asked.id
                  JOIN dispute_settlement settlement ON settlement.id = item.settlement_id
             LEFT JOIN account_move document ON document.id = item.move_id
                 WHERE %(is_booked)s
                """,
                ids=ids,
                is_booked=self._sql_is_booked(at, day),
            )
        )
        # As the claims share the invoice, whoever may read them.
        settled = self.env["dispute.settlement.line"].sudo().browse(row[0] for row in rows)
        settled = settled.with_context(dispute_day=day)
        settled.fetch(["amount", "dispute_line_id", "kind", "move_id", "payout_id", "settlement_id"])
        settled.settlement_id.fetch(["state", "date_taken_up"])
        (settled.move_id | settled.payout_id.move_id).fetch(["date", "state"])
        booked = defaultdict(Counter)
        for item in settled:
            booked[item.dispute_line_id.id].update(self._get_parts(item, day))
        return booked

    @api.model
    def _sql_is_booked(self, at, day):
        """Whether a settlement line counted by the end of a day. Override for documents of more kinds.

        :return: SQL of ``item``, its ``settlement`` and, if any, its ``document``
        """
        return SQL(
            """
            CASE WHEN item.kind <> 'rejection' AND document.id IS NOT NULL
                 THEN settlement.state IN ('processing', 'executed')
                      AND document.state = 'posted' AND document.date <= %(day)s
                 -- A refusal, and what was matched or paid back without a document of its own.
                 ELSE settlement.date_executed < %(at)s
                      AND (item.kind <> 'rejection'
                           OR settlement.date_taken_up IS NULL OR settlement.date_taken_up >= %(at)s)
             END
            """,
            at=at,
            day=day,
        )

    @api.model
    def _get_parts(self, item, day):
        """:return: ``{part: amount}`` of a settlement line; what is paid out later is credited yet"""
        if item.kind == "rejection":
            return {"rejected": item.amount}
        parts = dict(item._get_parts())
        if item.payout_id.date and item.payout_id.date > day:
            later = parts.pop("refunded", 0)
            if item.move_id:
                parts["credited"] = parts.get("credited", 0) + later
        return parts

    # The invoices

    @api.model
    def _get_documents(self, histories, day):
        """The facts about invoices at the end of a day that `split_claims` asks for.

        :return: ``{id of the move: Document}``
        """
        of_moves = {history.move_id: history for history in histories if history.move_id}
        # What a claim comes to follows from the invoice, whoever may read that.
        moves = self.env["account.move"].sudo().browse(of_moves)
        credited = moves._dispute_get_credited(Domain("dispute_case_id", "=", False), day)
        credited = {move.id: amount for move, amount in credited.items()}
        residuals = dict(self.env.execute_query(self._get_residuals_query(moves.ids, day)))
        lowerings = defaultdict(list)
        for move_id, *lowering in self.env.execute_query(self._get_lowerings_query(moves.ids, day)):
            lowerings[move_id].append(lowering)
        documents = {}
        for move_id, history in of_moves.items():
            unit = self.env["res.currency"].browse(history.currency_id)._dispute_to_units
            documents[move_id] = Document(
                residual=unit(residuals.get(move_id, 0)),
                credited=unit(credited.get(move_id, 0)),
                lowerings=[Lowering(unit(amount), is_payment) for amount, is_payment in lowerings[move_id]],
                cancelled=bool(history.is_cancelled),
            )
        return documents

    @api.model
    def _get_residuals_query(self, ids, day):
        """:return: SQL of rows ``(move, what it owed)``"""
        return SQL(
            """
            SELECT item.move_id,
                   SUM(item.amount_currency - COALESCE(paid.amount, 0) + COALESCE(returned.amount, 0))
              FROM unnest(%(ids)s::int[]) asked(id)
              JOIN account_move_line item ON item.move_id = asked.id
              JOIN account_account account ON account.id = item.account_id
        CROSS JOIN LATERAL (
                SELECT SUM(debit_amount_currency) AS amount
                  FROM account_partial_reconcile WHERE debit_move_id = item.id AND max_date <= %(day)s
              ) paid
        CROSS JOIN LATERAL (
                SELECT SUM(credit_amount_currency) AS amount
                  FROM account_partial_reconcile WHERE credit_move_id = item.id AND max_date <= %(day)s
              ) returned
             WHERE account.account_type = 'asset_receivable'
          GROUP BY item.move_id
            """,
            ids=ids,
            day=day,
        )

    @api.model
    def _get_lowerings_query(self, ids, day):
        """:return: SQL of rows ``(move, amount, whether by a payment)`` of what others matched, oldest first"""
        return SQL(
            """
            SELECT item.move_id,
                   match.debit_amount_currency,
                   other.origin_payment_id IS NOT NULL OR credit.statement_line_id IS NOT NULL
              FROM unnest(%(ids)s::int[]) asked(id)
              JOIN account_move_line item ON item.move_id = asked.id
              JOIN account_account account ON account.id = item.account_id
              JOIN account_partial_reconcile match ON match.debit_move_id = item.id
              JOIN account_move_line credit ON credit.id = match.credit_move_id
              JOIN account_move other ON other.id = credit.move_id
             WHERE account.account_type = 'asset_receivable'
               AND match.max_date <= %(day)s
               AND match.dispute_settlement_line_id IS NULL
               AND other.dispute_case_id IS NULL
               AND other.reversed_entry_id IS DISTINCT FROM item.move_id
          ORDER BY match.max_date, match.id
            """,
            ids=ids,
            day=day,
        )
