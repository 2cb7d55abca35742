"""The rules, each once: frames and a day in, frames out. No clock, no files, no database."""

from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.knowledge import Knowledge
from partner_analytics.transforms.results import RELATIONS, Relation, compared, results

__all__ = ["RELATIONS", "Exports", "Knowledge", "Relation", "compared", "results"]
