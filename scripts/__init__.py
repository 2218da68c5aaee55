"""Tooling of the dispute suite: a real Odoo to run, test and measure it on."""
