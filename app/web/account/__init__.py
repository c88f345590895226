"""My Account: profile, address, public profile, security, sessions."""
