"""The rules, each once: frames and a day in, frames out. No clock, no files, no database."""

from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.results import RELATIONS, Relation, results

__all__ = ["RELATIONS", "Exports", "Relation", "results"]
