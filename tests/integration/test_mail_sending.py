"""Mails are claimed, handed over and recorded; trouble delays them, a dead holder is replaced."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import html5lib
import pytest
from flask import Flask

from app.adapters.mail.port import MailRefused, MailUnavailable, OutgoingMail
from app.domain.accounts.service.credentials import ask_email_change, ask_password_reset
from app.domain.events.kinds.accounts import PasswordChanged, SessionsEnded, SignedInOnNewDevice, SignUpRepeated
from app.domain.events.rules import BrowserName, EventData
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.service.preferences import set_preferences
from app.domain.notifications.service.sending import ClaimedMail, claim_mail, record_mail_result
from app.domain.notifications.states import Channel, MailResult, MailState
from app.foundation.clock import database_now
from app.foundation.db import in_transaction
from app.foundation.signing import Purpose
from app.jobs import send_mail
from app.web.mails import render_mail
from app.web.targets import PAGES
from tests.factories.accounts import Person, make_person, sign_in
from tests.support.mail_jobs import (
    RecordingMailer,
    advance,
    at_once,
    emptied_mailbox,
    job_context,
    mails,
    post,
    record,
    send_all,
    tell_all,
)
from tests.support.page_client import PageClient

FIREFOX = BrowserName("Firefox", "Linux")


class Killed(BaseException):
    """The process died."""


@pytest.fixture
def person(app: Flask) -> Person:
    made = make_person(app)
    post(app)
    return made


def choose(app: Flask, person: Person, kind: str, *, is_on: bool) -> None:
    with app.app_context():
        in_transaction(lambda: set_preferences(person.user_id, {(kind, Channel.MAIL): is_on}, now=database_now()))


def waiting_mail(app: Flask, data: EventData) -> None:
    record(app, data)
    tell_all(app)


def signed_in_with(person: Person, browser: BrowserName | str = FIREFOX) -> SignedInOnNewDevice:
    return SignedInOnNewDevice(user_id=person.user_id, browser=browser, address="192.0.2.7")


def test_a_mail_is_sent_once_and_says_what_happened(app: Flask, person: Person) -> None:
    waiting_mail(app, signed_in_with(person))
    mailer = RecordingMailer()
    assert send_all(app, mailer) == 1
    assert send_all(app, mailer) == 0
    (mail,) = mailer.tried
    assert mail.to == person.email
    assert mail.subject == "New sign-in to your isocket account"
    for part in (mail.text, mail.html):
        assert "Ada" in part
        assert "Browser: Firefox on Linux" in part
        assert "192.0.2.7" in part
        assert " UTC" in part
        assert "http://localhost/account/sessions" in part
    stored = mails(app)[-1]
    assert (stored.state, stored.attempts, stored.next_attempt_at) == (MailState.SENT, 1, None)
    assert stored.sent_at is not None


def test_names_are_text_not_markup(app: Flask, person: Person) -> None:
    waiting_mail(app, signed_in_with(person, "<b>x</b>"))
    mailer = RecordingMailer()
    send_all(app, mailer)
    assert "<b>x" not in mailer.tried[0].html
    assert "<b>x</b>" in mailer.tried[0].text


def test_the_confirmation_link_opens_and_is_signed_at_sending(app: Flask) -> None:
    person = make_person(app, is_confirmed=False)
    (mail,) = post(app).tried
    token = re.search(r"http://localhost/confirm/(\S+)", mail.text)
    assert token is not None
    assert app.extensions["isocket_signer"].unsign(Purpose.EMAIL_LINK, token[1]) == mails(app)[0].link_public_id
    assert app.extensions["isocket_signer"].unsign(Purpose.UNSUBSCRIBE, token[1]) is None
    assert mail.to == person.email
    assert mail.headers == {}


@pytest.mark.parametrize(
    ("made", "can_stop"),
    [
        (lambda person: PasswordChanged(user_id=person.user_id), False),
        (lambda person: SignUpRepeated(user_id=person.user_id), False),
        (signed_in_with, True),
        (lambda person: SessionsEnded(user_id=person.user_id), True),
    ],
    ids=["password", "sign-up", "sign-in", "sessions"],
)
def test_mail_that_can_be_stopped_says_how(
    app: Flask,
    person: Person,
    made: Callable[[Person], EventData],
    can_stop: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    waiting_mail(app, made(person))
    mailer = RecordingMailer()
    send_all(app, mailer)
    (mail,) = mailer.tried
    if not can_stop:
        assert mail.headers == {}
        assert "/unsubscribe/" not in mail.text + mail.html
        return
    url = mail.headers["List-Unsubscribe"].strip("<>")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url.startswith("http://localhost/unsubscribe/")
    assert url in mail.text
    assert url in mail.html


def test_first_tips_go_to_those_who_asked_only(app: Flask) -> None:
    make_person(app)
    asking = make_person(app, wants_marketing=True)
    mailer = post(app)
    assert [mail.to for mail in mailer.about("getting_started")] == [asking.email]
    assert "270 East Ln." in mailer.about("getting_started")[0].text


@pytest.mark.parametrize("is_on", [True, False])
def test_the_preference_counts_at_the_moment_of_sending(app: Flask, person: Person, is_on: bool) -> None:  # noqa: FBT001 - a parameter of the test
    choose(app, person, "sessions_ended", is_on=not is_on)
    waiting_mail(app, SessionsEnded(user_id=person.user_id))
    choose(app, person, "sessions_ended", is_on=is_on)
    mailer = RecordingMailer()
    send_all(app, mailer)
    assert len(mailer.tried) == is_on
    assert mails(app)[-1].state is (MailState.SENT if is_on else MailState.SUPPRESSED)


def test_a_delayed_mail_is_dropped_when_the_person_opts_out_in_between(app: Flask, person: Person) -> None:
    waiting_mail(app, SessionsEnded(user_id=person.user_id))
    send_all(app, RecordingMailer(MailUnavailable("SMTP 450")))
    choose(app, person, "sessions_ended", is_on=False)
    advance(app, timedelta(minutes=2))
    assert send_all(app, RecordingMailer()) == 0
    assert mails(app)[-1].state is MailState.SUPPRESSED


def test_a_link_that_is_too_old_or_replaced_is_not_sent(app: Flask, person: Person) -> None:
    for _ in range(2):
        with app.app_context():
            in_transaction(lambda: ask_password_reset(person.email, now=database_now()))
    mailer = post(app)
    assert len(mailer.about("password_reset")) == 1
    with app.app_context():
        in_transaction(lambda: ask_password_reset(person.email, now=database_now()))
    tell_all(app)
    advance(app, timedelta(minutes=61))
    assert send_all(app, RecordingMailer()) == 0
    assert [mail.state for mail in mails(app)[-3:]] == [MailState.SUPPRESSED, MailState.SENT, MailState.SUPPRESSED]


def test_trouble_delays_a_mail_longer_each_time_and_ends_after_a_day(app: Flask, person: Person) -> None:
    waiting_mail(app, PasswordChanged(user_id=person.user_id))
    mailer = RecordingMailer(MailUnavailable("SMTP 450"))
    assert send_all(app, mailer) == 0
    assert send_all(app, mailer) == 0
    assert len(mailer.tried) == 1
    first = mails(app)[-1]
    assert (first.state, first.attempts, first.last_error) == (MailState.QUEUED, 1, "SMTP 450")
    advance(app, timedelta(seconds=61))
    send_all(app, mailer)
    advance(app, timedelta(seconds=61))
    send_all(app, mailer)
    assert len(mailer.tried) == 2
    advance(app, timedelta(seconds=61))
    send_all(app, mailer)
    assert len(mailer.tried) == 3
    advance(app, timedelta(hours=25))
    send_all(app, mailer)
    last = mails(app)[-1]
    assert (last.state, last.last_error) == (MailState.FAILED, "SMTP 450")
    assert len({mail.message_id for mail in mailer.tried}) == 1


def test_a_mail_that_waited_while_no_job_ran_is_still_tried(app: Flask, person: Person) -> None:
    waiting_mail(app, PasswordChanged(user_id=person.user_id))
    advance(app, timedelta(days=3))
    assert send_all(app, RecordingMailer()) == 1


def test_a_refused_mail_is_not_tried_again(app: Flask, person: Person) -> None:
    waiting_mail(app, PasswordChanged(user_id=person.user_id))
    mailer = RecordingMailer(MailRefused("SMTP 550"))
    assert send_all(app, mailer) == 0
    advance(app, timedelta(hours=7))
    assert send_all(app, mailer) == 0
    assert len(mailer.tried) == 1
    assert (mails(app)[-1].state, mails(app)[-1].last_error) == (MailState.FAILED, "SMTP 550")


def test_a_server_that_is_away_ends_the_run_early(app: Flask, person: Person) -> None:
    for _ in range(6):
        record(app, PasswordChanged(user_id=person.user_id))
    tell_all(app)
    mailer = RecordingMailer(MailUnavailable("ConnectionRefusedError"))
    send_all(app, mailer)
    assert len(mailer.tried) == send_mail.UNAVAILABLE_IN_A_ROW_MAX


def test_a_job_killed_between_sending_and_recording_is_replaced_with_the_same_message_id(
    app: Flask, person: Person
) -> None:
    waiting_mail(app, PasswordChanged(user_id=person.user_id))
    dying, heir = RecordingMailer(Killed()), RecordingMailer()
    with pytest.raises(Killed):
        send_all(app, dying)
    assert mails(app)[-1].state is MailState.SENDING
    assert send_all(app, heir) == 0
    advance(app, timedelta(minutes=6))
    assert send_all(app, heir) == 1
    assert dying.tried[0].message_id == heir.tried[0].message_id
    assert (mails(app)[-1].state, mails(app)[-1].attempts) == (MailState.SENT, 2)


def test_a_holder_that_comes_back_late_changes_nothing(app: Flask, person: Person) -> None:
    waiting_mail(app, PasswordChanged(user_id=person.user_id))
    mail_id = mails(app)[-1].id
    with app.app_context():
        late = in_transaction(lambda: claim_mail(mail_id, now=database_now()))
        assert late is not None
        advance(app, timedelta(minutes=6))
        current = in_transaction(lambda: claim_mail(mail_id, now=database_now()))
        assert current is not None
        in_transaction(lambda: record_mail_result(late, MailResult.REFUSED, now=database_now(), reason="SMTP 550"))
        in_transaction(lambda: record_mail_result(current, MailResult.TAKEN, now=database_now()))
        in_transaction(lambda: record_mail_result(late, MailResult.REFUSED, now=database_now(), reason="SMTP 550"))
    assert mails(app)[-1].state is MailState.SENT


def test_two_runners_at_once_send_each_mail_once(app: Flask, person: Person) -> None:
    for _ in range(12):
        record(app, PasswordChanged(user_id=person.user_id))
    tell_all(app)
    mailer = RecordingMailer()
    at_once(app, lambda: send_mail.run(job_context(mailer)), threads=3)
    send_all(app, mailer)
    assert len(mailer.tried) == len({mail.message_id for mail in mailer.tried}) == 12


def test_nothing_is_locked_while_a_mail_is_on_its_way(app: Flask, person: Person) -> None:
    waiting_mail(app, PasswordChanged(user_id=person.user_id))
    chosen = threading.Event()

    class SlowMailer:
        def send(self, mail: OutgoingMail) -> None:
            assert mail
            thread = threading.Thread(target=self.change_something)
            thread.start()
            thread.join(timeout=10)

        def change_something(self) -> None:
            choose(app, person, "sessions_ended", is_on=False)
            chosen.set()

    assert send_all(app, SlowMailer()) == 1
    assert chosen.is_set()


def test_every_mail_fits_the_local_mailbox(app: Flask, person: Person) -> None:
    waiting_mail(app, SessionsEnded(user_id=person.user_id))
    mailer = emptied_mailbox(app)
    assert send_all(app, mailer) == 1
    stored = mailer.read(mailer.names()[0])
    assert stored is not None
    assert stored.head.to == person.email
    assert dict(stored.headers)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


OWN_TEXT = {kind: notice.mail_words for kind, notice in NOTICES.items() if notice.mail_words is not None}
MARKET_PARAMS = {
    "at": "2026-11-22T12:00:00+00:00",
    "what": "Top box on Example News",
    "price": "$81.00",
    "hammer_price": "$81.00",
    "total": "$81.00",
    "ends": "on 29 Nov 2026 at 12:00 PST",
    "pay_until": "on 1 Dec 2026 at 12:00 PST",
    "auction": "auction-name",
    "bid": "bid-name",
    "award": "award-name",
    "order": "order-name",
    "site": "4711",
    "until": "by 1 Dec 2026 at 12:00 PST",
    "line_item": "line-item-name",
    "review": "review-name",
    "socket": "815",
    "earnings": "",
    "amount": "$12.00",
    "returned": "$12.00",
    "returned_how": "to your card",
    "days": "1 to 7 Dec 2026",
    "destination": "the account ending in 6789",
    "due": "by 1 Dec 2026 at 12:00 PST",
    "ground": "Technical fault",
    "note": "The text cannot be read.",
    "next_step": "Send another ad.",
    "silence": "Without an answer the ad runs.",
}


@pytest.mark.parametrize("kind", [kind for kind in NOTICES if kind not in OWN_TEXT])
def test_every_mail_about_a_transaction_names_what_it_is_about_and_leads_there(app: Flask, kind: str) -> None:
    mail = written(app, kind, MARKET_PARAMS)
    words = NOTICES[kind].words
    assert words is not None
    assert mail.subject == words.subject % MARKET_PARAMS
    assert words.sentence % MARKET_PARAMS in " ".join(mail.text.split())
    endpoint, part = PAGES[words.target]
    named = {part: MARKET_PARAMS[words.target]} if part else {}
    assert f"http://localhost{app.url_map.bind('').build(endpoint, named)}" in mail.text
    assert "%(" not in mail.subject + mail.text


@pytest.mark.parametrize("kind", list(OWN_TEXT))
def test_every_kind_of_mail_can_be_written(app: Flask, kind: str) -> None:
    params = {"at": "2026-11-22T12:00:00+00:00", "browser": "Firefox", "address": "192.0.2.7"}
    mail = written(app, kind, params)
    assert "{" not in mail.subject
    assert "isocket" in mail.subject
    assert mail.message_id == f"<{'b' * 22}@isocket.example>"
    html5lib.HTMLParser(strict=True).parse(mail.html)
    for part in (mail.text, mail.html):
        assert "http://localhost/account/notifications" in part
        assert "270 East Ln." in part
        assert "{{" not in part
        assert ("a" * 22 in part) is False, "the link's name is inside a signed token"


def written(app: Flask, kind: str, params: dict[str, str]) -> OutgoingMail:
    claimed = ClaimedMail(
        mail_id=1,
        attempt=1,
        kind=kind,
        user_id=1,
        to="ann@example.com",
        first_name="Ann",
        is_address_bound=False,
        can_unsubscribe=False,
        link_public_id="a" * 22,
        params=params,
        message_id="b" * 22,
    )
    with app.app_context():
        return render_mail(claimed, datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.mark.parametrize("kind", [kind for kind, notice in NOTICES.items() if notice.link_purpose is not None])
def test_links_lead_where_they_can_be_used(app: Flask, person: Person, kind: str) -> None:
    with app.app_context():
        if kind == "password_reset":
            in_transaction(lambda: ask_password_reset(person.email, now=database_now()))
        elif kind == "email_change_requested":
            in_transaction(lambda: ask_email_change(person.user_id, "new@example.com", now=database_now()))
        else:
            make_person(app, is_confirmed=False, email="new@example.com")
    (mail,) = post(app).about(OWN_TEXT[kind].template)
    assert mail.to == (person.email if kind == "password_reset" else "new@example.com")
    path = re.search(r"http://localhost(/\S*?/[\w-]{20,}\.[\w-]+\.[\w-]+)", mail.text)
    assert path is not None
    client = PageClient(app)
    if kind == "email_change_requested":
        sign_in(client, person)
    page = client.get(path[1])
    assert page.forms
    assert "expired" not in page.text
