"""The Terms, the Privacy Policy, the contact page, and agreeing to them."""
