"""The demo: an invented portfolio that ships with the package, as a store and as the vendor's API would give it."""

from partner_analytics.demo.portfolio import (
    DEMO_DAY,
    DEMO_DB,
    DEMO_EARLIER_DAY,
    DEMO_EARLIER_FILES,
    DEMO_FILES,
    demo_store,
    is_demo_store,
)

__all__ = [
    "DEMO_DAY",
    "DEMO_DB",
    "DEMO_EARLIER_DAY",
    "DEMO_EARLIER_FILES",
    "DEMO_FILES",
    "demo_store",
    "is_demo_store",
]
