"""The door: sign-up, confirmation, sign-in and sign-out, password reset."""
