"""Pages of local mode. They are not registered in production, so there they do not exist at all."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, make_response, request, url_for
from werkzeug.wrappers import Response

from app.adapters.mail.local_mailbox import LocalMailbox, MailHead, StoredMail
from app.foundation.clock import OFFSET_ROW, ClockOffset, set_offset
from app.foundation.db import db
from app.foundation.errors import Refusal
from app.foundation.messages import N_
from app.foundation.paging import PAGE_SIZE, RowsPage, page_number
from app.web.local.forms import ClockForm
from app.web.local.sample import blank_sample, refused_sample
from app.web.shell.access import public
from app.web.shell.answers import flash_on_success, go, render, submit
from app.web.shell.headers import content_security_policy
from app.web.shell.principal import request_now
from config import Config

blueprint = Blueprint("local", __name__)

CLOCK = "local/clock.html"
# Twenty years: enough for every deadline there is, and far from the end of what dates can say.
OFFSET_MAX = timedelta(days=20 * 365)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
)
UNITS = {"hours": timedelta(hours=1), "days": timedelta(days=1)}


@blueprint.get("/local/mailbox")
@public
def mailbox() -> Response:
    """Every mail that was sent here, newest first."""
    box, number = _mailbox(), page_number(request.args.get("page"))
    names = box.names()
    heads = box.heads(names[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    page: RowsPage[MailHead] = RowsPage(rows=heads, number=number, total=len(names))
    return render("local/mailbox.html", page=page, has_server=_config().smtp_url is not None)


@blueprint.get("/local/mailbox/<name>")
@public
def mail(name: str) -> Response:
    """One mail: its headers, its text, and its HTML in a frame of its own."""
    response = render("local/mail.html", mail=_stored(name))
    response.headers["Content-Security-Policy"] = content_security_policy() + "; frame-src 'self'"
    return response


@blueprint.get("/local/mailbox/<name>/html")
@public
def mail_html(name: str) -> Response:
    """The HTML part of a mail as a mailbox would show it: no scripts, nothing loaded, links open elsewhere."""
    html = _stored(name).html.replace("<head>", '<head><base target="_blank">', 1)
    response = make_response(html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.get("/styleguide")
@public
def styleguide() -> Response:
    """Every component in every state."""
    context = {"demo_form": refused_sample(), "blank_form": blank_sample(), "now": request_now()}
    return render("local/styleguide.html", **context)


@blueprint.post("/styleguide")
@public
def send_sample() -> Response:
    """Takes the sample form and keeps nothing of it."""
    flash("The sample form was sent. Nothing of it is kept.", "success")
    return go(url_for("local.styleguide"))


@blueprint.get("/local/clock")
@public
def clock() -> Response:
    """What time it is for everybody here, and how far that is from the real time."""
    return render(CLOCK, form=ClockForm(amount="1"), **_clock_context())


@blueprint.post("/local/clock")
@public
def advance_clock() -> Response:
    """Moves the clock of every process forward."""
    form = ClockForm()

    def work() -> str:
        moved = _offset() + UNITS[form.text("unit")] * int(form.text("amount"))
        if moved > OFFSET_MAX:
            raise Refusal(_TOO_FAR, field="amount")
        set_offset(int(moved.total_seconds()))
        return url_for("local.clock")

    response = submit(form, work, CLOCK, _clock_context)
    return flash_on_success(response, "The clock has moved.")


_TOO_FAR = N_("That is more than 20 years ahead.")


def _clock_context() -> dict[str, object]:
    return {"now": request_now(), "offset": _offset()}


def _offset() -> timedelta:
    row = db.session.get(ClockOffset, OFFSET_ROW)
    return timedelta(seconds=row.seconds if row else 0)


def _config() -> Config:
    config: Config = current_app.config["ISOCKET"]
    return config


def _mailbox() -> LocalMailbox:
    return LocalMailbox.of(_config())


def _stored(name: str) -> StoredMail:
    return _mailbox().read(name) or abort(404)
