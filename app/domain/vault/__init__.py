"""Vault: restricted values, sealed."""
