"""Pure rules of the inventory room: sizes, prices for a run of days, dates on offer, proofs of a domain."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from app.domain.inventory.errors import DaysNotOffered, SiteRefused
from app.domain.inventory.states import ProofMethod
from app.foundation.messages import N_

WEEK_DAYS = 7
MONTH_DAYS = 30
HORIZON_DAYS = 366
HOLD_MINUTES = 15
HOLDS_PER_BUYER_MAX = 5
RECHECK_EVERY = timedelta(days=7)
RECHECK_WHEN_MISSING = timedelta(days=1)
LAPSE_GRACE = timedelta(days=7)
BYTES_OTHERWISE = 150_000
SIDE_PX_MAX = 2000
WELL_KNOWN_PATH = "/.well-known/isocket.txt"
META_NAME = "isocket-verify"
DEFAULT_PORTS = {"http": 80, "https": 443}
HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII)
HOST_CHARACTERS_MAX = 240
BYTE_ORDER_MARK = "\ufeff"
META_TAG = re.compile(r"<meta\b([^<>]{1,500})>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([a-z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
PROOF_PATHS = {
    ProofMethod.WELL_KNOWN_FILE: WELL_KNOWN_PATH,
    ProofMethod.META_TAG: "/",
    ProofMethod.ADS_TXT: "/ads.txt",
}


@dataclass(frozen=True, slots=True)
class AdFormat:
    """One size of the IAB list with the weight a creative may have."""

    name: str
    width_px: int
    height_px: int
    bytes_max: int


# Source: IAB New Standard Ad Unit Portfolio 1.1 (initial weight), and the sizes small sites still sell.
AD_FORMATS = (
    AdFormat("Medium rectangle", 300, 250, 150_000),
    AdFormat("Leaderboard", 728, 90, 150_000),
    AdFormat("Skyscraper", 160, 600, 150_000),
    AdFormat("Half page", 300, 600, 200_000),
    AdFormat("Billboard", 970, 250, 250_000),
    AdFormat("Super leaderboard", 970, 90, 200_000),
    AdFormat("Portrait", 300, 1050, 250_000),
    AdFormat("Smartphone banner", 320, 50, 50_000),
    AdFormat("Small smartphone banner", 300, 50, 50_000),
    AdFormat("Large mobile banner", 320, 100, 100_000),
    AdFormat("Large rectangle", 336, 280, 150_000),
    AdFormat("Full banner", 468, 60, 100_000),
    AdFormat("Square", 250, 250, 150_000),
    AdFormat("Small square", 200, 200, 100_000),
    AdFormat("Square button", 125, 125, 50_000),
    AdFormat("Button", 120, 60, 50_000),
    AdFormat("Micro bar", 88, 31, 30_000),
    AdFormat("Newsletter banner", 600, 300, 150_000),
    AdFormat("Newsletter strip", 600, 100, 100_000),
)


def bytes_max_for(width_px: int, height_px: int) -> int:
    """The weight limit of a creative of this size in bytes: the IAB's, else 150 kB."""
    fitting = (entry.bytes_max for entry in AD_FORMATS if (entry.width_px, entry.height_px) == (width_px, height_px))
    return next(fitting, BYTES_OTHERWISE)


@dataclass(frozen=True, slots=True)
class RateCard:
    """Prices in minor units for one day, a week of 7 and a month of 30; what is None is not offered."""

    price_day_minor: int | None
    price_week_minor: int | None
    price_30_days_minor: int | None
    lead_days: int
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True)
class RateCardPrice:
    """How a run of days is made up, and what it costs in all."""

    months: int
    weeks: int
    days: int
    total_minor: int


def cheapest_combination(card: RateCard, length: int) -> RateCardPrice | None:
    """The cheapest way to make up exactly ``length`` days of months (30), weeks (7) and single days.

    Equal totals: the one with the longer parts. None when the offered parts cannot make it up.

    >>> card = RateCard(1000, 6000, 20000, lead_days=2, days_min=1, days_max=90)
    >>> cheapest_combination(card, 10)
    RateCardPrice(months=0, weeks=1, days=3, total_minor=9000)
    """
    best: RateCardPrice | None = None
    for months in range(length // MONTH_DAYS, -1, -1):
        after_months = length - months * MONTH_DAYS
        for weeks in range(after_months // WEEK_DAYS, -1, -1):
            candidate = _priced(card, months, weeks, after_months - weeks * WEEK_DAYS)
            if candidate is not None and (best is None or candidate.total_minor < best.total_minor):
                best = candidate
    return best


def _priced(card: RateCard, months: int, weeks: int, days: int) -> RateCardPrice | None:
    parts = (
        (months, card.price_30_days_minor),
        (weeks, card.price_week_minor),
        (days, card.price_day_minor),
    )
    if any(number and price is None for number, price in parts):
        return None
    return RateCardPrice(months, weeks, days, sum(number * (price or 0) for number, price in parts))


def check_dates(card: RateCard, starts_on: date, ends_before: date, *, today: date) -> None:
    """Raises if the rate card does not offer the flight.

    Raises:
        DaysNotOffered: too soon, too late, too short or too long; says which.
    """
    length = (ends_before - starts_on).days
    first = today + timedelta(days=card.lead_days)
    last = today + timedelta(days=HORIZON_DAYS)
    if length < 1:
        message = N_("The last day must not be before the first.")
        raise DaysNotOffered(message, field="ends_on")
    if starts_on < first:
        raise DaysNotOffered(N_("The first day can be %(day)s at the soonest."), day=first)
    if ends_before > last:
        raise DaysNotOffered(LAST_DAY_TOO_LATE, field="ends_on", day=last)
    if not card.days_min <= length <= card.days_max:
        message = N_("A booking takes %(least)s to %(most)s days; this would be %(days)s.")
        raise DaysNotOffered(message, field="ends_on", least=card.days_min, most=card.days_max, days=length)
    if cheapest_combination(card, length) is None:
        message = N_("%(days)s days cannot be made up of the offered weeks and months. Choose another last day.")
        raise DaysNotOffered(message, field="ends_on", days=length)


def check_blackout(starts_on: date, ends_before: date, *, today: date) -> None:
    """Raises if a publisher may not take these days off the market.

    Raises:
        DaysNotOffered: they are over, further away than a year, or end before they begin.
    """
    last = today + timedelta(days=HORIZON_DAYS)
    if starts_on < today:
        message = N_("The first day is over. Choose today or a later day.")
        raise DaysNotOffered(message)
    if ends_before <= starts_on:
        message = N_("The last day must not be before the first.")
        raise DaysNotOffered(message, field="ends_on")
    if ends_before > last:
        raise DaysNotOffered(LAST_DAY_TOO_LATE, field="ends_on", day=last)


def site_domain(address: str) -> str:
    """The host name of a site's address, in lower case; with the port when it is an unusual one.

    >>> site_domain("https://Example.com:443/blog"), site_domain("http://example.com:8080")
    ('example.com', 'example.com:8080')

    Raises:
        SiteRefused: the address is not a web address with a host name.
    """
    parts, port = _split(address)
    host = _ascii((parts.hostname or "").rstrip("."))
    is_odd = "@" in parts.netloc or parts.query or parts.fragment or "\\" in address or not address.isprintable()
    if parts.scheme not in DEFAULT_PORTS or is_odd or not HOST_NAME.fullmatch(host) or len(host) > HOST_CHARACTERS_MAX:
        raise SiteRefused(NOT_A_HOME_PAGE, field="address")
    return host if port in {None, DEFAULT_PORTS[parts.scheme]} else f"{host}:{port}"


NOT_A_HOME_PAGE = N_("Enter the address of the home page, like https://example.com.")
LAST_DAY_TOO_LATE = N_("The last day can be %(day)s at the latest.")


def _split(address: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return urlsplit(""), None
    return parts, port


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def place_of_proof(address: str, method: ProofMethod) -> str:
    """The address at which a proof of a site's domain is looked for."""
    return f"{urlsplit(address).scheme}://{site_domain(address)}{PROOF_PATHS[method]}"


def is_on_domain(domain: str, final_url: str) -> bool:
    """Whether an answer came from the domain itself, with or without www, and not from where it redirects to."""
    parts = urlsplit(final_url)
    try:
        answered = site_domain(f"{parts.scheme}://{parts.netloc}")
    except SiteRefused:
        return False
    return answered.removeprefix("www.") == domain.removeprefix("www.")


def proof_line(our_domain: str, account_key: str) -> str:
    """The line a publisher puts into ads.txt."""
    return f"{our_domain}, {account_key}, DIRECT"


def file_proves(text: str, token: str) -> bool:
    """Whether the well-known file holds the token on a line of its own."""
    return any(line.strip() == token for line in text.removeprefix(BYTE_ORDER_MARK).splitlines())


def meta_proves(text: str, token: str) -> bool:
    """Whether the head of the page has our meta tag with the token."""
    # A search of bounded steps, not a parser: the page may have been written to keep a parser busy.
    head = text[: start if (start := text.lower().find("<body")) >= 0 else len(text)]
    for tag in META_TAG.finditer(head):
        values = {name.lower(): value.strip("\"'").strip() for name, value in ATTRIBUTE.findall(tag[1])}
        if values.get("name", "").lower() == META_NAME and values.get("content") == token:
            return True
    return False


def ads_txt_proves(text: str, our_domain: str, account_key: str) -> bool:
    """Whether ads.txt names this account as a DIRECT one of ours.

    Comments, extensions, a certification authority and any line ending are allowed.

    Source: IAB ads.txt 1.1, section 3.4.
    """
    return any(
        _is_direct(line, our_domain, account_key)
        for line in re.split(r"\r\n|\r|\n", text.removeprefix(BYTE_ORDER_MARK))
    )


def _is_direct(line: str, our_domain: str, account_key: str) -> bool:
    record = line.partition("#")[0].partition(";")[0]
    fields = [field.strip() for field in record.split(",")]
    if len(fields) not in {3, 4}:
        return False
    return fields[0].lower() == our_domain and fields[1] == account_key and fields[2].upper() == "DIRECT"


def has_run_out(expires_at: datetime | None, now: datetime) -> bool:
    """Whether a claim on days is over: its moment has come; one without it is for good."""
    return expires_at is not None and expires_at <= now
