"""Changing what an account says about itself."""

from dataclasses import dataclass

from app.domain.accounts.models import Account, Address, User
from app.domain.accounts.rules import PostalAddress
from app.foundation.db import db


@dataclass(frozen=True, slots=True)
class Profile:
    """Every personal field that its owner can change at once."""

    first_name: str
    last_name: str
    display_name: str
    company_name: str
    about: str
    website: str
    phone: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class ContactSwitches:
    """Which contact details everybody may see on the public profile; all off at first."""

    shows_email: bool
    shows_phone: bool
    shows_website: bool
    shows_location: bool


def amend_profile(user_id: int, account_id: int, profile: Profile) -> None:
    """Stores the person's and the account's details."""
    user = db.session.get_one(User, user_id)
    account = db.session.get_one(Account, account_id)
    user.first_name = profile.first_name
    user.last_name = profile.last_name
    account.display_name = profile.display_name
    account.company_name = profile.company_name
    account.about = profile.about
    account.website = profile.website
    account.phone = profile.phone
    account.time_zone = profile.time_zone
    db.session.flush()


def amend_address(account_id: int, address: PostalAddress) -> None:
    """Stores the account's postal address."""
    row = db.session.get_one(Address, account_id)
    row.country_code = address.country_code
    row.street_address = address.street_address
    row.city = address.city
    row.city_area = address.city_area
    row.country_area = address.country_area
    row.postal_code = address.postal_code
    row.sorting_code = address.sorting_code
    db.session.flush()


def show_contact_details(account_id: int, switches: ContactSwitches) -> None:
    """Switches contact details on the public profile on or off."""
    account = db.session.get_one(Account, account_id)
    account.shows_email = switches.shows_email
    account.shows_phone = switches.shows_phone
    account.shows_website = switches.shows_website
    account.shows_location = switches.shows_location
    db.session.flush()
