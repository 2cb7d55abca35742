"""Past one machine: exports as Parquet in, results as Parquet out, made by the workers of an engine that speaks Spark Connect."""

from partner_analytics.cluster.making import Finished, results

__all__ = ["Finished", "results"]
