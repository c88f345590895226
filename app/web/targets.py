"""The page of everything that a message can lead to."""

from collections.abc import Mapping
from typing import Any

from app.domain.notifications.states import PageTarget

# The endpoint, and the part of its address that says which one it is about, where there are many.
PAGES: dict[PageTarget, tuple[str, str]] = {
    PageTarget.AUCTION: ("bidding.auction", "public_id"),
    PageTarget.BID: ("bidding.bid", "public_id"),
    PageTarget.AWARD: ("bidding.award", "public_id"),
    PageTarget.ORDER: ("checkout.order", "public_id"),
    PageTarget.SITE: ("selling.site", "site_id"),
    PageTarget.LINE_ITEM: ("campaigns.line_item", "public_id"),
    PageTarget.REVIEW: ("selling.creative", "public_id"),
    PageTarget.SOCKET: ("selling.tag", "socket_id"),
    PageTarget.EARNINGS: ("account.earnings", ""),
    PageTarget.PAYOUT_ACCOUNT: ("account.payout", ""),
    PageTarget.SECURITY: ("account.security", ""),
    PageTarget.SESSIONS: ("account.sessions", ""),
    PageTarget.PROFILE: ("account.public_profile", ""),
    PageTarget.MARKET: ("browsing.home", ""),
    PageTarget.CONTACT: ("legal.contact", ""),
    PageTarget.SIGN_IN: ("signup.sign_in", ""),
    PageTarget.CONFIRM_EMAIL: ("signup.confirm", "token"),
    PageTarget.RESET_PASSWORD: ("signup.reset_password", "token"),
    PageTarget.CONFIRM_EMAIL_CHANGE: ("account.confirm_email_change", "token"),
}


def page_of(target: PageTarget, params: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The page that a message leads to: its endpoint, and what its address needs.

    Args:
        target: what the page is about.
        params: of the message; the one of the target's name says which.
    """
    endpoint, part = PAGES[target]
    return endpoint, {part: str(params[target])} if part else {}
