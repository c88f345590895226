"""How pages print times and other values."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from flask import Flask

from app.domain.notifications.queries import unread_count
from app.foundation.identifiers import new_public_id
from app.web.shell.principal import request_now, visitor
from app.web.shell.tools import config
from app.web.words.counted import counted_words
from app.web.words.dates import day_words, moment_words, run_and_length_words, run_words, weekday_words, weekdays
from app.web.words.messages import _
from app.web.words.money import amount_words
from app.web.words.numbers import count_words
from app.web.words.stored import stored_message_words
from config import Config

UTC_NAME = "UTC"


def initialize_filters(app: Flask) -> None:
    """Adds the filters and the values that every template may use."""
    app.jinja_env.filters["local_time"] = local_time
    app.jinja_env.filters["local_date"] = local_date
    app.jinja_env.filters["day"] = day_words
    app.jinja_env.filters["weekday"] = weekday_words
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["money"] = amount_words
    app.jinja_env.filters["count"] = count_words
    app.jinja_env.filters["stored_message_words"] = stored_message_words
    app.jinja_env.globals["counted_words"] = counted_words
    app.jinja_env.globals["weekdays"] = weekdays
    app.jinja_env.globals["run_words"] = run_words
    app.jinja_env.globals["run_and_length_words"] = run_and_length_words
    app.jinja_env.globals["request_now"] = request_now
    app.jinja_env.globals["new_request_key"] = new_public_id
    app.context_processor(_values)


def local_time(moment: datetime) -> str:
    """A time in the person's own zone, with the zone's name: "22 Nov 2026, 14:05 PST"."""
    return moment_words(moment, _zone())


def moment(at: datetime, zone: tzinfo | None = None) -> str:
    """A time in a zone, its own when none is given, with the zone's name."""
    return moment_words(at, zone or at.tzinfo or UTC)


def local_date(moment: datetime) -> str:
    """A day in the person's own zone: "22 Nov 2026"."""
    return day_words(moment.astimezone(_zone()).date())


def _zone() -> ZoneInfo:
    person = visitor()
    return ZoneInfo(person.time_zone if person else UTC_NAME)


def _values() -> dict[str, object]:
    person = visitor()
    return {
        "config_is_local": config().is_local,
        "stand_ins": _stand_ins(config()) if config().is_local else "",
        "support_email": config().support_email,
        "unread_count": unread_count(person.user_id) if person else 0,
    }


def _stand_ins(settings: Config) -> str:
    """What of the outside world is only played on this machine, and what that means."""
    played = {
        (True, True): _("Payments, mail, storage and payouts are stand-ins on this machine."),
        (True, False): _("Payments, storage and payouts are stand-ins on this machine."),
        (False, True): _("Mail, storage and payouts are stand-ins on this machine."),
        (False, False): _("Storage and payouts are stand-ins on this machine."),
    }
    return played[settings.braintree is None, settings.smtp_url is None]
