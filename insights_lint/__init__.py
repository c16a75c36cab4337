"""Checks Algolia Insights events against every documented constraint."""

__version__ = "0.1.0"
