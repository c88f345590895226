"""Pages for notices, notification preferences and unsubscribing."""

from flask import Blueprint, abort, current_app, request, url_for
from werkzeug.wrappers import Response

from app.domain.notifications.queries import can_unsubscribe
from app.domain.notifications.service.preferences import set_preferences, switch_off
from app.domain.notifications.service.reading import mark_all_read, mark_read
from app.foundation.db import in_transaction
from app.foundation.paging import page_number
from app.foundation.signing import Purpose, Signer
from app.web.notification_settings.forms import PreferencesForm, ReadAllForm
from app.web.notification_settings.pages import chosen_now, kind_title, kinds_by_category, notices_page
from app.web.shell.access import public, signed_in
from app.web.shell.answers import flash_on_success, render, submit
from app.web.shell.csrf import csrf
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.shell.rate_limits import limited
from app.web.words.messages import _

blueprint = Blueprint("notification_settings", __name__)

INBOX = "notification_settings/inbox.html"
PREFERENCES = "notification_settings/preferences.html"
UNSUBSCRIBE = "notification_settings/unsubscribe.html"
TOKEN_CHARACTERS_MAX = 300


@blueprint.get("/notices")
@signed_in
def inbox() -> Response:
    """What a person was told, newest first."""
    return render(INBOX, form=Form(), **_inbox_context())


@blueprint.post("/notices/<int:notice_id>/reading")
@signed_in
def read_one(notice_id: int) -> Response:
    """Marks one notice as read."""
    person, now = me(), request_now()

    def work() -> str:
        mark_read(person.user_id, notice_id, now=now)
        return url_for("notification_settings.inbox")

    return submit(Form(), work, INBOX, _inbox_context)


@blueprint.post("/notices/readings")
@signed_in
def read_all() -> Response:
    """Marks every notice that the page showed, and those before, as read."""
    person, now, form = me(), request_now(), ReadAllForm()

    def work() -> str:
        mark_all_read(person.user_id, newest_id=int(form.text("newest")), now=now)
        return url_for("notification_settings.inbox")

    response = submit(form, work, INBOX, _inbox_context)
    return flash_on_success(response, _("All notices are marked as read."))


@blueprint.get("/account/notifications")
@signed_in
def preferences() -> Response:
    """What a person is told, by which channel, and what of it they decide."""
    form = PreferencesForm(data=chosen_now(me().user_id))
    return render(PREFERENCES, form=form, **_preferences_context())


@blueprint.post("/account/notifications")
@signed_in
def save_preferences() -> Response:
    """Keeps what a person chose; it holds from the next message on."""
    person, now, form = me(), request_now(), PreferencesForm()

    def work() -> str:
        set_preferences(person.user_id, form.choices(), now=now)
        return url_for("notification_settings.preferences")

    response = submit(form, work, PREFERENCES, _preferences_context)
    return flash_on_success(response, _("Your choices are saved. They hold from the next message on."))


@blueprint.get("/unsubscribe/<token>")
@public
def unsubscribe_page(token: str) -> Response:
    """Asks once; opening the link changes nothing, since mail scanners open links too."""
    _user_id, kind = _read_token(token)
    return _private(render(UNSUBSCRIBE, form=Form(), token=token, title=kind_title(kind), is_done=False))


@blueprint.post("/unsubscribe/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]  # flask-wtf carries no types
@public
@limited("6000/minute")  # one mail provider sends for many people from one address
def unsubscribe(token: str) -> Response:
    """Stops one kind of mail, from the page's button or straight from a mailbox; twice is as good as once.

    The signed token stands for the person: no sign-in, no cookie, no redirect. Source: RFC 8058.
    """
    user_id, kind = _read_token(token)
    now = request_now()
    in_transaction(lambda: switch_off(user_id, kind, now=now))
    return _private(render(UNSUBSCRIBE, form=Form(), token=token, title=kind_title(kind), is_done=True))


def _inbox_context() -> dict[str, object]:
    page = notices_page(me().user_id, page_number(request.args.get("page")))
    newest = max((row.notice_id for row in page.rows), default=0)
    return {
        "page": page,
        "has_unread": any(row.is_unread for row in page.rows),
        "read_all_form": ReadAllForm(formdata=None, newest=newest),
    }


def _preferences_context() -> dict[str, object]:
    return {"categories": kinds_by_category(me().user_id)}


def _read_token(token: str) -> tuple[int, str]:
    signer: Signer = current_app.extensions["isocket_signer"]
    payload = signer.unsign(Purpose.UNSUBSCRIBE, token) if len(token) <= TOKEN_CHARACTERS_MAX else None
    if not isinstance(payload, list):
        abort(404)
    user_id, kind = int(payload[0]), str(payload[1])
    if not can_unsubscribe(kind):
        abort(404)
    return user_id, kind


def _private(response: Response) -> Response:
    """The address holds a token: it goes into no Referer and no cache."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
