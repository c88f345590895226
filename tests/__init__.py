"""The tests of isocket: architecture, unit, integration and journeys."""
