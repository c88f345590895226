"""How the house stands: people, jobs, events, mail, audit chain. Only reads, but a look at people is recorded."""

from flask import request
from werkzeug.wrappers import Response

from app.delivery.log_files import EVENTS
from app.delivery.mover_status import log_status
from app.domain.accounts.queries import page_of_people as people_page
from app.domain.accounts.queries import people_counts
from app.domain.audit.queries import first_broken_link, recent_audit_records
from app.domain.events.queries import recent_events, waiting_delivery_count
from app.domain.notifications.queries import mail_counts, recent_mail
from app.foundation.access import Permission, allows
from app.foundation.work_failures import recent_failures
from app.web.admin import pages
from app.web.admin.blueprint import blueprint
from app.web.admin.labels import check_words, state_label
from app.web.admin.staff_page import asked_page, existing, note_list, staff_page
from app.web.shell.access import requires
from app.web.shell.health import readiness
from app.web.shell.principal import me, request_now
from app.web.shell.tools import config
from app.web.words.numbers import count_words


@blueprint.get("/staff")
@requires(Permission.SEE_STAFF_HOME)
def home() -> Response:
    """How the house stands, as far as this person may see it."""
    may_see_system = allows(me(), Permission.SEE_SYSTEM)
    may_see_people = allows(me(), Permission.SEE_PEOPLE)
    return staff_page(
        "admin/home.html",
        system=_system_at_a_glance() if may_see_system else None,
        counts=people_counts() if may_see_people else None,
    )


@blueprint.get("/staff/people")
@requires(Permission.SEE_PEOPLE)
def people() -> Response:
    """Everybody, newest first, masked."""
    note_list("people_listed", "people")
    page = existing(people_page(asked_page()))
    return staff_page("admin/people.html", page=page, people=[pages.masked_person(row) for row in page.rows])


@blueprint.get("/staff/jobs")
@requires(Permission.SEE_SYSTEM)
def jobs() -> Response:
    """Every job: when it ran last and how that ended."""
    return staff_page("admin/jobs.html", jobs=pages.job_rows(request_now()))


@blueprint.get("/staff/failed-work")
@requires(Permission.SEE_SYSTEM)
def failed_work() -> Response:
    """Rows on which a job failed, and when each is tried again."""
    return staff_page("admin/failed_work.html", page=existing(recent_failures(asked_page())), now=request_now())


@blueprint.get("/staff/outbox")
@requires(Permission.SEE_SYSTEM)
def outbox() -> Response:
    """Events, newest first. What they say about people is not shown."""
    page = existing(recent_events(asked_page()))
    lines = [pages.event_row_words(event, delivered_at) for event, delivered_at in page.rows]
    return staff_page("admin/outbox.html", page=page, lines=lines, waiting=waiting_delivery_count())


@blueprint.get("/staff/mail")
@requires(Permission.SEE_SYSTEM)
def mail() -> Response:
    """How many mails are in which state, and the newest of them with masked addresses."""
    note_list("mail_listed", "mail")
    page = existing(recent_mail(asked_page()))
    counts = [(state_label(state), count_words(count)) for state, count in mail_counts().items()]
    lines = [pages.mail_line(row) for row in page.rows]
    return staff_page("admin/mail.html", counts=counts, page=page, lines=lines)


@blueprint.get("/staff/audit")
@requires(Permission.SEE_AUDIT)
def audit() -> Response:
    """Who did what, newest first; with ``verify=1`` the whole chain is checked."""
    note_list("audit_listed", "audit")
    page = existing(recent_audit_records(asked_page()))
    is_verified = request.args.get("verify") == "1"
    return staff_page(
        "admin/audit.html",
        page=page,
        lines=[pages.audit_line(record) for record in page.rows],
        is_verified=is_verified,
        broken_at=first_broken_link() if is_verified else None,
    )


def _system_at_a_glance() -> dict[str, object]:
    return {
        "checks": [check_words(*check) for check in readiness().items()],
        "jobs": pages.job_glance(pages.job_rows(request_now())),
        "waiting": waiting_delivery_count(),
        "mail": mail_counts(),
        "counting": pages.counting_facts(log_status(config().data_dir / EVENTS), request_now()),
    }
