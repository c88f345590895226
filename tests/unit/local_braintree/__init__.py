"""The local Braintree, judged by the real SDK."""
