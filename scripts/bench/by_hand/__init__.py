"""The figures of the reports in SQL as somebody would write it who knows tables and company."""

from .writer import ByHand

__all__ = ["ByHand"]
