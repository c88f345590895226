"""Pure rules of the settlement room."""
