"""What tests stand on: databases, a page inspector, the shipped server, a browser."""
