"""Services, queries and pages on the real databases."""
