"""What every page stands in: sessions, permission, forms, headers, errors, limits."""
