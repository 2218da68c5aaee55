"""Loads a receivables ledger into a database, through Odoo's own models only."""
