"""The notices page and the preferences page."""

import pytest
from flask import Flask

from app.domain.events.kinds.accounts import PasswordChanged, SignedInOnNewDevice
from app.domain.events.rules import BrowserName
from app.domain.notifications.kinds import NOTICES
from app.domain.notifications.queries import unread_count, wants
from app.domain.notifications.states import Channel
from tests.factories.accounts import Person, make_person, sign_in
from tests.support.mail_jobs import post, record, tell_all
from tests.support.page_client import PageClient

BOXES = {
    "new_sign_in_by_mail": True,
    "sessions_ended_by_mail": True,
    **{f"{kind}_by_mail": True for kind, notice in NOTICES.items() if notice.mail_words is None},
    "product_news_by_mail": False,
    "product_news_by_in_app": False,
}


@pytest.fixture
def person(app: Flask, client: PageClient) -> Person:
    made = make_person(app)
    sign_in(client, made)
    post(app)
    return made


def unread(app: Flask, person: Person) -> int:
    with app.app_context():
        return unread_count(person.user_id)


def news_by_mail(app: Flask, person: Person) -> bool:
    with app.app_context():
        return wants(person.user_id, "product_news", Channel.MAIL)


@pytest.mark.parametrize("path", ["/notices", "/account/notifications"])
def test_these_pages_are_for_those_who_signed_in(client: PageClient, path: str) -> None:
    assert client.get(path).path.startswith("/sign-in")


def test_an_empty_inbox_says_so(app: Flask, client: PageClient) -> None:
    sign_in(client, make_person(app))
    assert "No notices" in client.get("/notices").text


def test_notices_say_in_words_what_is_unread(app: Flask, client: PageClient, person: Person) -> None:
    record(app, PasswordChanged(user_id=person.user_id))
    record(app, SignedInOnNewDevice(user_id=person.user_id, browser="<i>Lynx</i>", address="192.0.2.7"))
    record(app, SignedInOnNewDevice(user_id=person.user_id, browser=BrowserName("Edge", "Mac"), address="192.0.2.8"))
    tell_all(app)
    text = client.get("/notices").text
    assert text.count("Unread") == 3
    assert "From Edge on Mac at 192.0.2.8." in text
    assert text.index("<i>Lynx</i> at 192.0.2.7") < text.index("Your password was changed")
    client.submit(f"/notices/{newest_id(client)}/reading")
    assert client.text.count("Unread") == 2
    assert unread(app, person) == 2
    client.submit("Mark all as read")
    assert "Unread" not in client.text
    assert "All notices are marked as read." in client.flash
    assert unread(app, person) == 0


def newest_id(client: PageClient) -> int:
    return max(int(form.action.split("/")[2]) for form in client.page.forms if (form.action or "").endswith("/reading"))


def test_notices_come_in_pages(app: Flask, client: PageClient, person: Person) -> None:
    for _ in range(30):
        record(app, PasswordChanged(user_id=person.user_id))
    tell_all(app)
    assert client.get("/notices").text.count("Unread") == 25
    client.follow("Next")
    assert client.text.count("Unread") == 5
    assert client.get("/notices?page=nonsense").text.count("Unread") == 25


def test_somebody_elses_notice_is_not_there(app: Flask, client: PageClient, person: Person) -> None:
    record(app, PasswordChanged(user_id=person.user_id))
    tell_all(app)
    client.get("/notices")
    action = f"/notices/{newest_id(client)}/reading"
    stranger = sign_in(PageClient(app), make_person(app))
    values = stranger.get("/account/notifications").form("Save").values
    pairs = [(name, str(values[name])) for name in ("csrf_token", "request_key")]
    stranger.post(action, [*pairs], expect=404)
    assert unread(app, person) == 1


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 30])
def test_a_wrong_newest_notice_is_refused(app: Flask, client: PageClient, person: Person, newest: str) -> None:
    record(app, PasswordChanged(user_id=person.user_id))
    tell_all(app)
    values = client.get("/notices").form("Mark all as read").values
    pairs = [(name, str(values[name])) for name in ("csrf_token", "request_key")]
    client.post("/notices/readings", [*pairs, ("newest", newest)], expect=422)
    assert unread(app, person) == 1


def test_preferences_show_what_holds_and_what_is_fixed(client: PageClient, person: Person) -> None:
    page = client.get("/account/notifications")
    assert person
    form = page.form("Save")
    assert {name for name in form.values if "_by_" in name} == {name for name, is_on in BOXES.items() if is_on}
    assert {control.get("name") for control in form.controls if control.get("type") == "checkbox"} == set(BOXES)
    assert "Always: on the notices page, by e-mail." in page.text


def test_a_choice_is_kept_and_can_be_taken_back(app: Flask, client: PageClient, person: Person) -> None:
    client.get("/account/notifications")
    client.submit("Save", product_news_by_mail=True, new_sign_in_by_mail=False)
    assert "Your choices are saved." in client.flash
    values = client.page.form("Save").values
    assert "product_news_by_mail" in values
    assert "new_sign_in_by_mail" not in values
    assert news_by_mail(app, person)
    client.submit("Save", product_news_by_mail=False)
    assert not news_by_mail(app, person)


@pytest.mark.parametrize("extra", [("password_changed_by_mail", "y"), ("user_id", "1"), ("product_news_by_mail", "y")])
def test_unknown_and_doubled_boxes_change_nothing(
    app: Flask, client: PageClient, person: Person, extra: tuple[str, str]
) -> None:
    client.get("/account/notifications")
    client.submit("Save", product_news_by_mail=True, extra=[extra], expect=422)
    assert client.page.error_summary
    assert "product_news_by_mail" in client.page.form("Save").values
    assert not news_by_mail(app, person)


def test_marketing_is_two_clicks_from_my_account(client: PageClient, person: Person) -> None:
    assert person
    client.get("/account")
    client.follow("Notifications")
    assert client.page.heading == "Notification preferences"
