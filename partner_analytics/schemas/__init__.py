"""What valid data is: one pandera schema a kind, and the rows that are not valid, each with its reason in words."""

from partner_analytics.schemas.day_orders import DAY_FIRST, MONTH_FIRST, day_columns
from partner_analytics.schemas.kinds import SCHEMAS, UUID, known_columns, resembling, strange
from partner_analytics.schemas.validation import Reading, Validated, orders_of_days, validated
from partner_analytics.vocabulary import KEYS

__all__ = [
    "DAY_FIRST",
    "KEYS",
    "MONTH_FIRST",
    "SCHEMAS",
    "UUID",
    "Reading",
    "Validated",
    "day_columns",
    "known_columns",
    "orders_of_days",
    "resembling",
    "strange",
    "validated",
]
