"""What valid data is: one pandera schema a kind, and the rows that are not valid, each with its reason in words."""

from partner_analytics.schemas.day_orders import date_formats
from partner_analytics.schemas.kinds import KEYS, SCHEMAS, UUID, known_columns, resembling, strange
from partner_analytics.schemas.validation import Validated, validate

__all__ = ["KEYS", "SCHEMAS", "UUID", "Validated", "date_formats", "known_columns", "resembling", "strange", "validate"]
