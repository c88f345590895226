"""Postal addresses as pages hand them in, checked against what their country asks for."""

from app.domain.accounts.rules import PostalAddress, checked_address

__all__ = ["PostalAddress", "checked_address"]
