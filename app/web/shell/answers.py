"""The last steps of every route: run the verb once, and answer."""

import hmac
import json
from collections.abc import Callable, Mapping
from hashlib import sha256

from flask import current_app, flash, make_response, redirect, render_template, request
from flask import session as form_cookie
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.domain.accounts.service.request_keys import claim_request_key, keep_answer
from app.foundation.db import in_transaction
from app.foundation.errors import Refusal
from app.web.shell.forms import Form
from app.web.shell.principal import request_now, visitor

NOT_IN_THE_BODY = frozenset({"csrf_token", "request_key"})
FIELD_STATUSES = frozenset({409, 422})
INVALID = 422
SEE_OTHER = 303

Context = Mapping[str, object] | Callable[[], Mapping[str, object]]


def render(template: str, **context: object) -> Response:
    """A page."""
    return make_response(render_template(template, **context))


def invalid(template: str, *, form: Form, **context: object) -> Response:
    """The form again, with what was typed and a sentence beside each field that needs a change."""
    response = make_response(render_template(template, form=form, **context))
    response.status_code = INVALID
    return response


def flash_on_success(response: Response, words: str) -> Response:
    """The same answer; when the form was taken, the next page says so in these words."""
    if response.status_code == SEE_OTHER:
        flash(words, "success")
    return response


def go(url: str) -> Response:
    """Sends the browser on after a form, so that reloading the next page repeats nothing."""
    return redirect(url, SEE_OTHER)


def submit(form: Form, work: Callable[[], str], template: str, context: Context | None = None) -> Response:
    """Validates a form, runs its work once, and goes on; or shows the form with what is to be mended.

    Args:
        form: the form as sent.
        work: changes state through one verb and returns where to go; runs inside one transaction.
        template: the page with the form.
        context: what the page needs besides the form; a function is called only when it is shown again.

    Raises:
        Refusal: one that is no matter of a field (not found, not allowed, too often) goes to its own page.
    """
    return submit_prepared(form, lambda: work, template, context)


def submit_prepared(
    form: Form, prepare: Callable[[], Callable[[], str]], template: str, context: Context | None = None
) -> Response:
    """As ``submit``, with slow preparation (a password hash) done first, outside the transaction.

    Args:
        form: the form as sent.
        prepare: does the slow part once the form is valid, and returns the work; may refuse.
        template: the page with the form.
        context: what the page needs besides the form.
    """
    if form.validate_on_submit():
        try:
            return once(form, prepare())
        except Refusal as refusal:
            if refusal.status not in FIELD_STATUSES:
                raise
            form.take(refusal)
    return invalid(template, form=form, **_resolved(context))


def once(form: Form, work: Callable[[], str]) -> Response:
    """Runs the work of a form in one transaction, once: a repeat gets the first one's answer.

    Raises:
        RequestKeyReused: the form's key was used before with other content.
    """
    now, scope, key = request_now(), _scope(), form.text("request_key")
    body_hash = _keyed_hash(json.dumps([request.path, sorted(_body())]))

    def work_once() -> str:
        earlier = claim_request_key(scope, key, body_hash, now=now)
        if earlier is not None:
            return earlier
        url = work()
        keep_answer(scope, key, url)
        return url

    person = visitor()
    return go(in_transaction(work_once, actor_user_id=person.user_id if person is not None else None))


def _resolved(context: Context | None) -> Mapping[str, object]:
    if context is None:
        return {}
    return context() if callable(context) else context


def _scope() -> str:
    person = visitor()
    if person is not None:
        return f"account:{person.account_id}"
    return "visitor:" + _keyed_hash(str(form_cookie.get("csrf_token", "")))[:40]


def _body() -> list[tuple[str, str]]:
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_IN_THE_BODY]
    return typed + [(name, _content_hash(upload)) for name, upload in request.files.items(multi=True)]


def _content_hash(upload: FileStorage) -> str:
    upload.stream.seek(0)
    return sha256(upload.stream.read()).hexdigest()


def _keyed_hash(text: str) -> str:
    # Keyed, because a body may hold a password: without the key the hash cannot be guessed back.
    key = current_app.config["ISOCKET"].secret_key.encode()
    return hmac.new(key, b"request|" + text.encode("utf-8", "surrogatepass"), sha256).hexdigest()
