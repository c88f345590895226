"""Plain functions that make things the way a person would: through services."""
