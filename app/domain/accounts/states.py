"""Named kinds of the accounts room."""

from enum import StrEnum


class MembershipRole(StrEnum):
    """What a person may do for an account."""

    OWNER = "owner"
    """Everything; one at sign-up."""


class LinkPurpose(StrEnum):
    """What a mailed link does when it is opened and its button pressed."""

    CONFIRM_EMAIL = "confirm_email"
    """Confirms the address given at sign-up."""
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a name, not a password
    """Allows whoever holds it to set a new password."""
    CHANGE_EMAIL = "change_email"
    """Confirms a new address and puts it in place of the old one."""


class PolicyKind(StrEnum):
    """A document that people agree to."""

    TERMS = "terms"
    """The rules of the market."""
    PRIVACY = "privacy"
    """What happens with personal data."""


class SessionEnd(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed_out"
    """Its own person signed out."""
    ENDED_ELSEWHERE = "ended_elsewhere"
    """Ended from the list of sessions."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name, not a password
    """The password was changed or reset."""
    EXPIRED = "expired"
    """Too long without a page, or too old."""
