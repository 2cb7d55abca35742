"""Ingest: the straight line of an export, read, parse, validate, store; and the same line explained."""

from partner_analytics.ingest.loading import Instructions, load

__all__ = ["Instructions", "load"]
