"""Jobs done: exports in, reports out, mails sent, each step in the ledger; when they run, and how they went."""
