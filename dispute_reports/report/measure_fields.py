"""Measures of the reports, each with its formula as help text."""

from odoo import fields


def money(string, help_text=None):
    """An amount in the company's currency, taxes included."""
    return fields.Monetary(string=string, currency_field="company_currency_id", readonly=True, help=help_text)


def mean(string, help_text):
    """A time or grade, of which groups show the mean, or a percentile of it."""
    return fields.Float(string=string, digits=(16, 2), aggregator="avg", readonly=True, help=help_text)


def rate(string, help_text):
    """A ratio of two sums, a number from 0 to 1."""
    return fields.Float(string=string, digits=(16, 4), aggregator="avg", readonly=True, help=help_text)
