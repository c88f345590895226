"""All routes of the door, gathered on its blueprint."""

from app.web.signup import password_reset, registration, signing_in
from app.web.signup.blueprint import blueprint

__all__ = ["blueprint", "password_reset", "registration", "signing_in"]
