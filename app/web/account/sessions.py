"""The list of signed-in browsers, and ending them."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.domain.accounts.queries import open_sessions
from app.domain.accounts.rules import browser_and_system
from app.domain.accounts.service.sessions import end_all_sessions, end_session
from app.domain.accounts.states import SessionEnd
from app.web.account.blueprint import blueprint
from app.web.shell.access import signed_in
from app.web.shell.answers import render, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.shell.sessions import clear_session_cookie
from app.web.words.messages import _
from app.web.words.names import browser_words

TEMPLATE = "account/sessions.html"


@blueprint.get("/sessions")
@signed_in
def sessions() -> Response:
    """Every browser that is signed in now."""
    return render(TEMPLATE, form=Form(), **_listed())


@blueprint.post("/sessions/<int:session_id>/end")
@signed_in
def end_one(session_id: int) -> Response:
    """Ends one session; ending this one signs out."""
    person, now = me(), request_now()

    def work() -> str:
        end_session(person.user_id, session_id, reason=SessionEnd.ENDED_ELSEWHERE, now=now)
        return url_for("account.sessions")

    response = submit(Form(), work, TEMPLATE, _listed)
    if response.status_code < 400:  # noqa: PLR2004 - anything but an error
        flash(_("That session has ended."), "success")
    return response


@blueprint.post("/sessions/end-all")
@signed_in
def end_all() -> Response:
    """Ends every session, this one too."""
    person, now = me(), request_now()

    def work() -> str:
        end_all_sessions(person.user_id, reason=SessionEnd.ENDED_ELSEWHERE, now=now)
        return url_for("signup.sign_in")

    response = submit(Form(), work, TEMPLATE, _listed)
    if response.status_code < 400:  # noqa: PLR2004 - anything but an error
        clear_session_cookie(response)
        flash(_("All sessions have ended. Sign in again when you want to go on."), "success")
    return response


def _listed() -> dict[str, object]:
    person = me()
    rows = open_sessions(person.user_id, now=request_now(), is_staff=person.is_staff)
    names = {row.id: browser_and_system(row.user_agent) for row in rows}
    labels = {row_id: browser_words(*pair) for row_id, pair in names.items() if any(pair)}
    return {"sessions": rows, "labels": labels, "here": person.session_id}
