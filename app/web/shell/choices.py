"""Long lists that forms offer: countries and time zones."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale

from app.domain.accounts.queries import supported_countries
from app.web.words.messages import locale

LOCALES_KEPT = 8
CONTINENTS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


def country_choices() -> list[tuple[str, str]]:
    """Country codes with their names in the reader's language, by name."""
    return list(_countries(locale()).items())


def country_name(code: str | None) -> str:
    """A country's name in the reader's language; empty for no country."""
    return _countries(locale()).get(code or "", "")


@lru_cache(maxsize=LOCALES_KEPT)
def _countries(here: Locale) -> dict[str, str]:
    names = here.territories
    found = ((code, names[code]) for code in supported_countries() if code in names)
    return dict(sorted(found, key=lambda row: row[1]))


@lru_cache(maxsize=1)
def time_zone_choices() -> list[tuple[str, str]]:
    """Time zones by their names in the tz database, UTC first."""
    zones = sorted(zone for zone in available_timezones() if zone.startswith(CONTINENTS))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]
