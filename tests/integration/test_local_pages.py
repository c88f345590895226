"""Pages of local mode, and that production has none of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.adapters.mail.local_mailbox import LocalMailbox
from app.adapters.mail.port import OutgoingMail
from app.foundation.clock import database_now
from config import Config
from tests.factories.accounts import make_person
from tests.support.mail_jobs import emptied_mailbox, send_all, tell_all
from tests.support.page_client import PageClient

SECRETS = {
    "SECRET_KEY": "k3Jx9vQm2Lr8Tz5Wc7Nb4Hd6Fg1Sy0Pa",
    "PASSWORD_PEPPER": "p8Zt4Xn6Vb2Mq9Lk5Jh7Gf3Ds1Aw0RyE",
    "FIELD_KEYS": "one:" + "A" * 43 + "=",
}


@pytest.fixture
def box(app: Flask) -> LocalMailbox:
    return emptied_mailbox(app)


def real_now(app: Flask) -> datetime:
    with app.app_context():
        return database_now()


def test_an_empty_mailbox_says_what_to_do(client: PageClient, box: LocalMailbox) -> None:
    assert box
    assert "No mail yet" in client.get("/local/mailbox").text


def test_a_mail_can_be_read_and_its_link_opened(app: Flask, client: PageClient, box: LocalMailbox) -> None:
    person = make_person(app, is_confirmed=False)
    tell_all(app)
    send_all(app, box)
    assert person.email in client.get("/local/mailbox").text
    page = client.follow("Confirm your e-mail address")
    assert person.email in page.text
    assert "Message-ID" in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frame = page.find("iframe")
    assert frame.get("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
    client.get(page.link("/confirm/"), expect=200)
    assert client.path.startswith("/confirm/")


def test_the_html_of_a_mail_is_shown_in_a_cage(app: Flask, client: PageClient, box: LocalMailbox) -> None:
    make_person(app, is_confirmed=False)
    tell_all(app)
    send_all(app, box)
    answer = client.http.get(f"/local/mailbox/{box.names()[0]}/html")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
    )
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.mimetype == "text/html"
    assert '<head><base target="_blank">' in answer.text


def test_markup_in_a_subject_is_text(client: PageClient, box: LocalMailbox) -> None:
    box.send(
        OutgoingMail(
            to="ann@example.com",
            subject="<script>alert(1)</script>",
            text="<b>bold</b> http://localhost/terms",
            html="<html><head></head><body>x</body></html>",
            message_id="<a@b>",
            sent_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        )
    )
    client.get("/local/mailbox")
    page = client.follow("<script>alert(1)</script>")
    assert "<b>bold</b>" in page.text


@pytest.mark.parametrize("name", ["nothing", "20200101T000000000000-00000000", "..%2f..%2fsecret"])
def test_a_mail_that_is_not_there_is_a_404(client: PageClient, name: str) -> None:
    client.get(f"/local/mailbox/{name}", expect=404)
    assert client.http.get(f"/local/mailbox/{name}/html").status_code == 404


def test_a_long_mailbox_comes_in_pages(client: PageClient, box: LocalMailbox) -> None:
    for number in range(30):
        sent_at = datetime(2026, 11, 22, 12, tzinfo=UTC) + timedelta(seconds=number)
        box.send(
            OutgoingMail(
                to="ann@example.com",
                subject=f"Mail {number}",
                text="x",
                html="<p>x</p>",
                message_id=f"<{number}@b>",
                sent_at=sent_at,
            )
        )
    assert client.get("/local/mailbox").rows[1][0] == "Mail 29"
    client.follow("Next")
    assert client.page.rows[1][0] == "Mail 4"


def test_the_styleguide_shows_a_form_with_its_errors(client: PageClient) -> None:
    page = client.get("/styleguide")
    assert page.text.count("Enter an address like ann@example.com.") == 2, "in the summary and beside the field"
    assert "More than ten characters." in page.text
    client.post("/styleguide", [("csrf_token", str(page.forms[-1].values["csrf_token"]))])
    assert client.path == "/styleguide"
    assert "Nothing of it is kept." in client.flash


def test_the_clock_moves_forward_for_everybody(app: Flask, client: PageClient) -> None:
    before = real_now(app)
    client.get("/local/clock")
    assert "not at all" in client.text
    client.submit("Move the clock forward", amount="3", unit="days")
    client.submit("Move the clock forward", amount="2", unit="hours")
    assert "The clock has moved." in client.flash
    assert "3 days, 2:00:00" in client.text
    assert timedelta(days=3, hours=2) <= real_now(app) - before < timedelta(days=3, hours=3)


@pytest.mark.parametrize(
    ("amount", "unit", "field"),
    [
        ("", "hours", "amount"),
        ("0", "hours", "amount"),
        ("-1", "days", "amount"),
        ("1001", "days", "amount"),
        ("soon", "days", "amount"),
        ("9" * 400, "days", "amount"),
        ("1", "years", "unit"),
    ],
)
def test_a_wrong_step_changes_nothing(app: Flask, client: PageClient, amount: str, unit: str, field: str) -> None:
    values = client.get("/local/clock").form("Move the clock forward").values
    pairs = [(name, str(values[name])) for name in ("csrf_token", "request_key")]
    client.post("/local/clock", [*pairs, ("amount", amount), ("unit", unit)], expect=422)
    assert len(client.errors_beside(field)) == 1
    assert "not at all" in client.text
    assert real_now(app) < datetime.now(tz=UTC) + timedelta(minutes=1)  # noqa: TID251 - compared with the machine's own


def test_the_clock_stops_at_twenty_years(app: Flask, client: PageClient) -> None:
    client.get("/local/clock")
    for _ in range(7):
        client.submit("Move the clock forward", amount="1000", unit="days")
    client.submit("Move the clock forward", amount="1000", unit="days", expect=422)
    assert client.errors_beside("amount") == ["That is more than 20 years ahead."]
    assert real_now(app).year < 2100


def test_production_has_no_local_pages(tmp_path: Path) -> None:
    config = Config.from_environment(
        SECRETS
        | {
            "ISOCKET_ENV": "production",
            "ISOCKET_DATA": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'market.sqlite'}",
            "BASE_URL": "https://isocket.example",
            "SMTP_URL": "smtp://user:password@mail.example:587",
            "MAIL_FROM": "isocket <notices@isocket.example>",
            "BRAINTREE_ENVIRONMENT": "sandbox",
            "BRAINTREE_MERCHANT_ID": "merchant",
            "BRAINTREE_PUBLIC_KEY": "public",
            "BRAINTREE_PRIVATE_KEY": "private",
        }
    )
    app = create_app(config)
    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("local.")]
    client = app.test_client()
    for path in ("/local/mailbox", "/styleguide", "/local/clock", "/local/mailbox/x/html"):
        assert client.get(path, base_url="https://isocket.example").status_code == 404
