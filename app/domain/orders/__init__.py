"""Orders and line items: fixed prices and awards both end here."""
