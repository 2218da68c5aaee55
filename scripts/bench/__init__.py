"""Measures the suite against Odoo's own addons and against hand-written SQL."""
