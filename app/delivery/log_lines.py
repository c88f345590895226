"""Lines of the event log, read back; and what the line alone tells against its event."""

from functools import lru_cache
from typing import NamedTuple

from crawleruseragents import is_crawler

from app.delivery.event_log import LINE_VERSION, NONE, EventFlag, EventKind
from app.delivery.gate import CLICK_LIFE_MS, VIEW_LIFE_MS
from app.delivery.page_host import is_host_of_site
from app.domain.measurement.rules import AdEvent
from app.domain.measurement.states import Measure, Verdict

FIELDS = 12
DIGITS_MAX = 18  # what every database takes for a whole number
EARLIEST_MS = 946_684_800_000  # 2000
LATEST_MS = 4_102_444_800_000  # 2100
NONCE_CHARACTERS_MAX = 40
HASH_CHARACTERS_MAX = 40
HOST_CHARACTERS_MAX = 253
AGENTS_KEPT_MAX = 50_000

MEASURES = {
    EventKind.DECISION.value: Measure.REQUEST,
    EventKind.IMPRESSION.value: Measure.IMPRESSION,
    EventKind.VIEWABLE.value: Measure.VIEWABLE,
    EventKind.CLICK.value: Measure.CLICK,
}


class LogLine(NamedTuple):
    """A line of the log, field by field. Absent ids are 0, absent words are empty."""

    measure: Measure
    at_ms: int
    socket_id: int
    line_item_id: int
    creative_id: int
    nonce: str
    issued_ms: int
    address_hash: str
    host: str
    flags: str
    agent: str


def read_line(line: bytes) -> LogLine | None:
    """The fields of a line without its line feed; None when it is none of ours."""
    try:
        fields = line.decode().split("\t")
    except UnicodeDecodeError:
        return None
    if len(fields) != FIELDS or fields[0] != LINE_VERSION:
        return None
    measure, numbers = MEASURES.get(fields[1]), (*fields[2:6], fields[7])
    if measure is None or not all(_is_number(number) for number in numbers):
        return None
    at_ms, socket_id, line_item_id, creative_id, issued_ms = map(int, numbers)
    nonce, *words = ("" if word == NONE else word for word in (fields[6], *fields[8:]))
    read = LogLine(measure, at_ms, socket_id, line_item_id, creative_id, nonce, issued_ms, *words)
    return read if _is_sound(read) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX


def _is_sound(line: LogLine) -> bool:
    """Whether the values are such that the counters can take them."""
    return (
        EARLIEST_MS <= line.at_ms < LATEST_MS
        and len(line.nonce) <= NONCE_CHARACTERS_MAX
        and len(line.address_hash) <= HASH_CHARACTERS_MAX
        and len(line.host) <= HOST_CHARACTERS_MAX
        and f"{line.nonce}{line.address_hash}{line.host}".isprintable()
    )


def as_event(line: LogLine, domain: str) -> AdEvent:
    """The event of a line, with what the line alone tells against it.

    Args:
        line: what was read.
        domain: the domain of the socket's site, with its port when that is an unusual one.
    """
    return AdEvent(
        measure=line.measure,
        at_ms=line.at_ms,
        socket_id=line.socket_id,
        line_item_id=line.line_item_id,
        creative_id=line.creative_id,
        nonce=line.nonce,
        address_hash=line.address_hash,
        agent=line.agent,
        host=line.host,
        is_measurable=EventFlag.MEASURABLE in line.flags,
        fault=fault_of(line, domain),
    )


def fault_of(line: LogLine, domain: str) -> Verdict | None:
    """The first thing that is wrong with an event, in the order of ``Verdict``; None when nothing is.

    A browser says from which page it asks for an ad, whatever its privacy settings: the request goes to another
    origin (CORS). So a request that names no page comes from none, and counts as one from a wrong page. An
    impression, a view or a click may come without: referrer policies can take it away, and its token tells from
    where it is. A page that *is* named has to be the site's.
    """
    is_request = line.measure is Measure.REQUEST
    if EventFlag.FORGED in line.flags or (not is_request and not line.nonce):
        return Verdict.BAD_TOKEN
    if EventFlag.STALE in line.flags or (not is_request and _is_stale(line)):
        return Verdict.STALE_TOKEN
    if not is_host_of_site(line.host, domain) and (is_request or line.host):
        return Verdict.WRONG_DOMAIN
    if EventFlag.PREFETCH in line.flags:
        return Verdict.PREFETCH
    if is_known_bot(line.agent):
        return Verdict.KNOWN_BOT
    return Verdict.DATA_CENTRE if EventFlag.DATA_CENTRE in line.flags else None


def _is_stale(line: LogLine) -> bool:
    life_ms = CLICK_LIFE_MS if line.measure is Measure.CLICK else VIEW_LIFE_MS
    return line.at_ms - line.issued_ms > life_ms


# Looking through some 1,500 patterns takes a third of a millisecond; most readers' agents are the same few.
@lru_cache(maxsize=AGENTS_KEPT_MAX)
def is_known_bot(agent: str) -> bool:
    """Whether an agent names a robot of the open list of ``crawler-user-agents``, or nothing at all."""
    return not agent or is_crawler(agent)
