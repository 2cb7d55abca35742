"""`python -m partner_analytics`."""

from partner_analytics.cli import main

main()
