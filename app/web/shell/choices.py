"""Long lists that forms offer: countries and time zones."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale

from app.domain.accounts.queries import supported_countries

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


@lru_cache(maxsize=1)
def country_choices() -> list[tuple[str, str]]:
    """Country codes with their English names, by name."""
    names = Locale("en").territories
    return sorted(((code, names[code]) for code in supported_countries() if code in names), key=lambda row: row[1])


def country_name(code: str | None) -> str:
    """A country's English name; empty for no country."""
    return _country_names().get(code or "", "")


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    return dict(country_choices())


@lru_cache(maxsize=1)
def time_zone_choices() -> list[tuple[str, str]]:
    """Time zones by their names in the tz database, UTC first."""
    zones = sorted(zone for zone in available_timezones() if zone.startswith(CONTINENTS))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]
