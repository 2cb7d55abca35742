"""What a notebook holds: a portfolio, and what can be asked of it and done with its store."""

from partner_analytics.portfolio.portfolio import Portfolio

__all__ = ["Portfolio"]
