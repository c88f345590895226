"""Documents: invoices, numbered without a gap and never changed."""
