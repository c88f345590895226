"""One click in a mailbox is enough, and opening a link is none. Source: RFC 8058."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.domain.events.kinds.accounts import SignedInOnNewDevice
from app.domain.notifications.queries import wants
from app.domain.notifications.states import Channel
from app.foundation.signing import Purpose
from tests.factories.accounts import Person, make_person, sign_in
from tests.support.mail_jobs import post, record
from tests.support.page_client import PageClient

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
SIGN_IN = "new_sign_in"


def token_for(app: Flask, person: Person, kind: str = "new_sign_in", purpose: Purpose = Purpose.UNSUBSCRIBE) -> str:
    token: str = app.extensions["isocket_signer"].sign(purpose, [person.user_id, kind])
    return token


def still_wants(app: Flask, person: Person) -> bool:
    with app.app_context():
        return wants(person.user_id, SIGN_IN, Channel.MAIL)


def test_the_header_of_a_mail_works_in_one_click(app: Flask) -> None:
    person = make_person(app)
    post(app)
    record(app, SignedInOnNewDevice(user_id=person.user_id, browser="Firefox", address="192.0.2.7"))
    (mail,) = post(app).tried
    path = urlsplit(mail.headers["List-Unsubscribe"].strip("<>")).path
    mailbox = app.test_client()
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    for _ in range(2):
        answer = mailbox.post(path, data=ONE_CLICK, headers=headers)
        assert answer.status_code == 200
        assert not answer.location
    assert not still_wants(app, person)
    record(app, SignedInOnNewDevice(user_id=person.user_id, browser="Firefox", address="192.0.2.7"))
    assert post(app).tried == []


def test_opening_the_link_changes_nothing(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    page = client.get(f"/unsubscribe/{token_for(app, person)}")
    assert client.http.head(page.path).status_code == 200
    assert page.heading == "Unsubscribe"
    assert "New sign-in" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert still_wants(app, person)


def test_the_button_on_the_page_unsubscribes_without_signing_in(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    client.get(f"/unsubscribe/{token_for(app, person)}")
    page = client.submit("Unsubscribe")
    assert page.heading == "You are unsubscribed"
    assert not still_wants(app, person)


def test_it_is_about_the_person_in_the_mail_not_the_one_at_the_screen(app: Flask, client: PageClient) -> None:
    person, other = make_person(app), make_person(app)
    sign_in(client, other)
    client.get(f"/unsubscribe/{token_for(app, person)}")
    client.submit("Unsubscribe")
    assert not still_wants(app, person)
    assert still_wants(app, other)


def bad_tokens(app: Flask, person: Person) -> list[str]:
    good = token_for(app, person)
    return [
        "nonsense",
        "x" * 1000,
        good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:],
        re.sub(r"^[^.]+", "WzEsIm5ld19zaWduX2luIl0x", good),
        token_for(app, person, purpose=Purpose.EMAIL_LINK),
        token_for(app, person, "password_changed"),
        app.extensions["isocket_signer"].sign(Purpose.UNSUBSCRIBE, "text"),
    ]


def test_a_token_that_is_not_ours_is_a_friendly_404(app: Flask, client: PageClient) -> None:
    person = make_person(app)
    for token in bad_tokens(app, person):
        page = client.get(f"/unsubscribe/{token}", expect=404)
        assert "Nothing here" in page.text
        assert client.http.post(f"/unsubscribe/{token}", data=ONE_CLICK).status_code == 404
    assert still_wants(app, person)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_change_nothing(app: Flask, client: PageClient, method: str) -> None:
    person = make_person(app)
    assert getattr(client.http, method)(f"/unsubscribe/{token_for(app, person)}").status_code == 405
    assert still_wants(app, person)


def test_a_person_who_is_gone_gets_the_same_answer(app: Flask) -> None:
    token = token_for(app, Person(user_id=999_999, email="gone@example.com"))
    assert app.test_client().post(f"/unsubscribe/{token}", data=ONE_CLICK).status_code == 200
