"""Measures of the reports, each with its formula as help text."""

from odoo import fields


class Measure(fields.Float):
    """A number of which a row may have none: what there is no mean or share of is not zero."""

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if value is False else value


def money(string, help_text=None):
    """An amount in the company's currency, taxes included."""
    return fields.Monetary(string=string, currency_field="company_currency_id", readonly=True, help=help_text)


def mean(string, help_text):
    """A time or grade, of which groups show the mean, or a percentile of it."""
    return Measure(string=string, digits=(16, 2), aggregator="avg", readonly=True, help=help_text)


def rate(string, help_text):
    """A ratio of two sums, a number from 0 to 1."""
    return Measure(string=string, digits=(16, 4), aggregator="avg", readonly=True, help=help_text)
