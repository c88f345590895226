"""Books: whether ledger, days, payouts, documents and counters agree. Reads across rooms, changes none of them."""
