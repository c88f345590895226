"""What the staff pages show: who may see which page, personal data masked, and states in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.delivery.mover_status import LogStatus
from app.domain.accounts.queries import PersonRow
from app.domain.notifications.queries import MailRow
from app.domain.notifications.states import MailState
from app.foundation.access import Permission, Principal, allows
from app.foundation.db import db
from app.foundation.leases import JobLease
from app.foundation.messages import N_
from app.foundation.work_failures import failures_counted
from app.web.words.dates import moment_words, span_words
from app.web.words.messages import _, translated
from app.web.words.numbers import count_words

if TYPE_CHECKING:
    from app.domain.audit.models import AuditRecord
    from app.domain.events.models import Event

HIDDEN = "***"
# Shorter names would be readable from their first and last letter.
BOTH_ENDS_FROM_CHARACTERS = 4

STAFF_PAGES = (
    ("admin.home", N_("Staff home"), Permission.SEE_STAFF_HOME),
    ("admin.search", N_("Search"), Permission.SEE_MARKET),
    ("admin.sites", N_("All sites"), Permission.SEE_MARKET),
    ("admin.auctions", N_("All auctions"), Permission.SEE_MARKET),
    ("admin.orders", N_("All orders"), Permission.SEE_MARKET),
    ("admin.strikes", N_("Strikes"), Permission.SEE_MARKET),
    ("admin.payments", N_("Payments"), Permission.SEE_MONEY),
    ("admin.ledger", N_("Ledger"), Permission.SEE_MONEY),
    ("admin.books", N_("Books"), Permission.SEE_MONEY),
    ("admin.payouts", N_("Payouts"), Permission.SEE_PAYOUTS),
    ("admin.people", N_("People"), Permission.SEE_PEOPLE),
    ("admin.jobs", N_("Jobs"), Permission.SEE_SYSTEM),
    ("admin.failed_work", N_("Failed work"), Permission.SEE_SYSTEM),
    ("admin.outbox", N_("Outbox"), Permission.SEE_SYSTEM),
    ("admin.mail", N_("Mail"), Permission.SEE_SYSTEM),
    ("admin.audit", N_("Audit"), Permission.SEE_AUDIT),
)


def staff_links(person: Principal) -> list[tuple[str, str]]:
    """The staff pages this person may open: endpoint and label."""
    return [(endpoint, translated(label)) for endpoint, label, permission in STAFF_PAGES if allows(person, permission)]


def mask_name(name: str) -> str:
    """The first and last letter of a name; how long it is stays hidden too.

    >>> [mask_name(name) for name in ("Lovelace", "Al", "")]
    ['L***e', 'A***', '']
    """
    name = name.strip()
    if not name:
        return ""
    last = name[-1] if len(name) >= BOTH_ENDS_FROM_CHARACTERS else ""
    return f"{name[0]}{HIDDEN}{last}"


def mask_email(email: str) -> str:
    """An e-mail address of which its owner can be reminded and nobody else learns anything.

    >>> mask_email("jane.doe@mail.example.com")
    'j***@m***.com'
    """
    local, at, domain = email.strip().rpartition("@")
    if not at:
        return f"{domain[:1]}{HIDDEN}"
    name, dot, ending = domain.rpartition(".")
    if not dot:
        return f"{local[:1]}{HIDDEN}@{ending[:1]}{HIDDEN}"
    return f"{local[:1]}{HIDDEN}@{name[:1]}{HIDDEN}.{ending}"


@dataclass(frozen=True, slots=True)
class MaskedPerson:
    """A person as staff see them in a list. No slug: it is made of the name."""

    number: int
    name: str
    email: str
    is_confirmed: bool
    roles: str
    joined_at: datetime


def masked_person(row: PersonRow) -> MaskedPerson:
    """A person without anything that tells who they are."""
    return MaskedPerson(
        number=row.user_id,
        name=f"{mask_name(row.first_name)} {mask_name(row.last_name)}".strip(),
        email=mask_email(row.email),
        is_confirmed=row.is_confirmed,
        roles=row.roles,
        joined_at=row.created_at,
    )


class JobState(StrEnum):
    """How a job stands."""

    RUNNING = "running"
    """Somebody holds its lease."""
    LOST = "lost"
    """Its lease ran out without an end: the process died; the next run takes over."""
    NEVER = "never"
    """It has never ended."""
    FAILED = "failed"
    """The last run ended with an error."""
    FINISHED = "finished"
    """The last run ended well."""


JOB_STATES_IN_TROUBLE = frozenset({JobState.LOST, JobState.FAILED})


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job and how it stands."""

    name: str
    state: JobState
    last_started_at: datetime | None
    last_finished_at: datetime | None
    last_error: str
    runs: int
    failures: int
    failed_rows: int
    """How many rows wait for another try, or were not tried again yet."""

    @property
    def is_in_trouble(self) -> bool:
        """Whether somebody should look at it."""
        return self.state in JOB_STATES_IN_TROUBLE or self.failed_rows > 0


def job_rows(now: datetime) -> list[JobRow]:
    """Every job that was ever started, by name."""
    query = sa.select(JobLease, failures_counted(JobLease.name)).order_by(JobLease.name)
    return [
        JobRow(
            name=in_words(lease.name),
            state=job_state(lease, now),
            last_started_at=lease.last_started_at,
            last_finished_at=lease.last_finished_at,
            last_error=lease.last_error or "",
            runs=lease.runs,
            failures=lease.failures,
            failed_rows=failed_rows,
        )
        for lease, failed_rows in db.session.execute(query)
    ]


def job_state(lease: JobLease, now: datetime) -> JobState:
    """How a job stands at this moment."""
    if lease.leased_until is not None:
        return JobState.RUNNING if lease.leased_until > now else JobState.LOST
    if lease.last_finished_at is None:
        return JobState.NEVER
    return JobState.FAILED if lease.last_error else JobState.FINISHED


def job_glance(jobs: Sequence[JobRow]) -> str:
    """All jobs in one sentence for the staff home."""
    troubled = [job.name for job in jobs if job.is_in_trouble]
    if not jobs:
        return _("None has run yet")
    if troubled:
        count, names = count_words(len(jobs)), ", ".join(troubled)
        return _("%(troubled)s of %(count)s need a look: %(names)s", troubled=len(troubled), count=count, names=names)
    return _("%(count)s, none in trouble", count=count_words(len(jobs)))


# An event is counted within seconds; a mark older than this means that the mover stands still.
COUNTING_BEHIND_AFTER = timedelta(minutes=2)


def counting_facts(status: LogStatus, now: datetime) -> list[tuple[str, str]]:
    """How the counting of events stands, as label and words."""
    marks = [
        (_("Counted until, %(source)s", source=source), _mark_in_words(mark, now)) for source, mark in status.watermarks
    ]
    totals = status.totals
    size, files = count_words(status.backlog_bytes), count_words(status.files)
    backlog = _("Bytes: %(size)s, files: %(files)s", size=size, files=files)
    return [
        *(marks or [(_("Counted until"), _("nothing was counted yet"))]),
        (_("Not counted yet, on this machine"), backlog),
        (_("Lines read in the last week"), count_words(totals.lines)),
        (_("Lines that could not be read"), count_words(totals.unreadable)),
        (_("Lines that belong to no socket or booking"), count_words(totals.strays)),
        (_("Files that end in a torn line"), count_words(totals.torn)),
    ]


def _mark_in_words(mark: datetime, now: datetime) -> str:
    behind = now - mark
    if behind < COUNTING_BEHIND_AFTER:
        return moment_words(mark, UTC)
    return _("%(moment)s, %(span)s behind: needs a look", moment=moment_words(mark, UTC), span=span_words(behind))


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event without its payload, which may hold personal data."""

    number: int
    kind: str
    occurred_at: datetime
    delivered_at: datetime | None


def event_row_words(event: "Event", delivered_at: datetime | None) -> EventLine:
    """An event as staff see it."""
    return EventLine(
        number=event.id, kind=in_words(event.kind), occurred_at=event.occurred_at, delivered_at=delivered_at
    )


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail with its address masked."""

    number: int
    kind: str
    address: str
    state: MailState
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    last_error: str


def mail_line(row: MailRow) -> MailLine:
    """A mail as staff see it."""
    return MailLine(
        number=row.mail_id,
        kind=in_words(row.kind),
        address=mask_email(row.address),
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        sent_at=row.sent_at,
        last_error=row.last_error or "",
    )


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One audit record; an e-mail address among its details is masked."""

    number: int
    recorded_at: datetime
    actor: str
    action: str
    subject: str
    details: str


def audit_line(record: "AuditRecord") -> AuditLine:
    """An audit record as staff see it."""
    return AuditLine(
        number=record.sequence,
        recorded_at=record.recorded_at,
        actor=record.actor,
        action=in_words(record.action),
        subject=record.subject,
        details=", ".join(f"{name}: {_masked(str(value))}" for name, value in sorted(record.details.items())),
    )


def in_words(name: str) -> str:
    """A stored name as a page prints it.

    >>> in_words("password_reset_asked")
    'Password reset asked'
    """
    return name.replace("_", " ").capitalize()


def _masked(text: str) -> str:
    return mask_email(text) if "@" in text else text
