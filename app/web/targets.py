"""The page of everything that a message can lead to."""

from collections.abc import Mapping
from typing import Any

from app.domain.notifications.states import Target

# The endpoint, and the part of its address that says which one it is about, where there are many.
PAGES: dict[Target, tuple[str, str]] = {
    Target.AUCTION: ("bidding.auction", "public_id"),
    Target.BID: ("bidding.bid", "public_id"),
    Target.AWARD: ("bidding.award", "public_id"),
    Target.ORDER: ("checkout.order", "public_id"),
    Target.SITE: ("selling.site", "site_id"),
    Target.LINE_ITEM: ("campaigns.line_item", "public_id"),
    Target.REVIEW: ("selling.creative", "public_id"),
    Target.SOCKET: ("selling.tag", "socket_id"),
    Target.EARNINGS: ("account.earnings", ""),
    Target.PAYOUT_ACCOUNT: ("account.payout", ""),
    Target.SECURITY: ("account.security", ""),
    Target.SESSIONS: ("account.sessions", ""),
    Target.PROFILE: ("account.public_profile", ""),
    Target.MARKET: ("browsing.home", ""),
    Target.CONTACT: ("legal.contact", ""),
    Target.SIGN_IN: ("signup.sign_in", ""),
    Target.CONFIRM_EMAIL: ("signup.confirm", "token"),
    Target.RESET_PASSWORD: ("signup.reset_password", "token"),
    Target.CONFIRM_EMAIL_CHANGE: ("account.confirm_email_change", "token"),
}


def page_of(target: Target, params: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The page that a message leads to: its endpoint, and what its address needs.

    Args:
        target: what the page is about.
        params: of the message; the one of the target's name says which.
    """
    endpoint, part = PAGES[target]
    return endpoint, {part: str(params[target])} if part else {}
