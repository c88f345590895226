"""The activities: one blueprint each. Pages never import pages."""
