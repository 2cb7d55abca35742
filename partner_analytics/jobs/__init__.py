"""Jobs: what the settings say of them, when they are due, and the ledger of how they went."""
