"""`python -m partner_analytics`."""

from partner_analytics.commands.program import main

main()
