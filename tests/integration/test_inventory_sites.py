"""The proof of a site over time: found, missed for a week, lapsed, found again; and who may have a domain."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.audit.models import AuditRecord
from app.domain.inventory.errors import DomainTaken, SiteChanged, SiteRefused
from app.domain.inventory.models import Site
from app.domain.inventory.queries import own_proof_target, own_site, site_by_slug, socket_by_slug
from app.domain.inventory.service.sites import (
    ProofCheck,
    add_audience_figure,
    amend_site,
    record_proof_check,
    remove_audience_figure,
)
from app.domain.inventory.states import ProofMethod, SiteState
from app.foundation.clock import database_now
from app.foundation.db import db, in_transaction, reading_connection
from app.foundation.errors import NotFound
from app.jobs import check_sites
from app.web.words.stored import stored_message_words
from tests.factories.accounts import make_person, sign_in
from tests.factories.inventory import SITE, account_of, make_proved_site, make_site, make_socket
from tests.support.mail_jobs import RecordingMailer, advance, job_context, post
from tests.support.page_client import PageClient
from tests.support.races import ends_of_race
from tests.support.site_server import Reply, SiteServer, site_server

FILE = "/.well-known/isocket.txt"
DAY = timedelta(days=1)


@pytest.fixture
def publisher(app: Flask) -> int:
    return account_of(app, make_person(app))


@pytest.fixture
def server() -> Iterator[SiteServer]:
    with site_server() as one:
        yield one


def stored(app: Flask, site: Site) -> Site:
    with app.app_context():
        return db.session.get_one(Site, site.id)


def look(app: Flask) -> int:
    with app.app_context():
        return check_sites.run(job_context(RecordingMailer()))


def record(app: Flask, site: Site, method: ProofMethod | None) -> None:
    with app.app_context():
        check = ProofCheck(site.proof_token, method, "")
        in_transaction(lambda: record_proof_check(site.id, check, now=database_now()))


def test_a_proved_site_is_looked_at_each_week(app: Flask, publisher: int, server: SiteServer) -> None:
    site = make_proved_site(app, publisher, address=server.address)
    server.pages[FILE] = Reply(site.proof_token)
    advance(app, timedelta(days=6, hours=23))
    assert look(app) == 0
    advance(app, timedelta(hours=2))
    assert look(app) == 1
    assert look(app) == 0
    again = stored(app, site)
    assert again.proved_at is not None
    assert site.proved_at is not None
    assert again.proved_at - site.proved_at > timedelta(days=7)
    assert server.requests[0][1]["User-Agent"].startswith("isocket-site-check (+http")


def test_a_proof_that_is_gone_is_waited_for_a_week(app: Flask, publisher: int, server: SiteServer) -> None:
    site = make_proved_site(app, publisher, address=server.address)
    advance(app, 40 * DAY)
    assert look(app) == 1
    missed = stored(app, site)
    assert (missed.state, missed.missing_since is not None) == (SiteState.PROVED, True)
    assert "File: there is none." in stored_message_words(missed.check_result)
    for _ in range(6):
        advance(app, DAY)
        assert look(app) == 1
    assert stored(app, site).state is SiteState.PROVED
    advance(app, DAY)
    look(app)
    assert stored(app, site).state is SiteState.LAPSED
    advance(app, 10 * DAY)
    assert look(app) == 0
    with app.app_context():
        actions = db.session.scalars(sa.select(AuditRecord.action)).all()
    assert "site_lapsed" in actions


def test_a_proof_that_comes_back_in_time_is_as_good_as_ever(app: Flask, publisher: int, server: SiteServer) -> None:
    site = make_proved_site(app, publisher, address=server.address)
    advance(app, 8 * DAY)
    look(app)
    server.pages[FILE] = Reply(site.proof_token)
    advance(app, 2 * DAY)
    look(app)
    again = stored(app, site)
    assert (again.state, again.missing_since) == (SiteState.PROVED, None)


def test_its_publisher_is_told_once_each_time_the_proof_goes_missing_and_when_the_site_lapses(
    app: Flask, server: SiteServer
) -> None:
    person = make_person(app)
    site = make_proved_site(app, account_of(app, person), address=server.address)
    post(app)
    advance(app, 8 * DAY)
    for _ in range(3):
        look(app)
        advance(app, DAY)
    (mail,) = post(app).tried
    assert (mail.to, mail.subject) == (person.email, "The proof is gone: Compiler News")
    assert "Put it back by " in " ".join(mail.text.split())
    assert f"/selling/sites/{site.id}" in mail.text
    record(app, site, ProofMethod.META_TAG)
    for _ in range(9):
        record(app, site, None)
        advance(app, DAY)
    again, lapsed = post(app).tried
    assert (again.subject, lapsed.subject) == (mail.subject, "No longer for sale: Compiler News")
    client = PageClient(app)
    sign_in(client, person)
    page = client.get("/notices")
    assert page.text.count("no longer found the proof") == 2
    assert page.text.count("was gone for a week") == 1
    assert client.get(f"/selling/sites/{site.id}").status == 200


def test_a_site_that_is_down_does_not_keep_the_job_from_the_others(app: Flask, publisher: int) -> None:
    with site_server() as server:
        down = make_proved_site(app, publisher, address=server.address)
    with site_server() as server:
        up = make_proved_site(app, publisher, address=server.address)
        server.pages[FILE] = Reply(up.proof_token)
        advance(app, 8 * DAY)
        assert look(app) == 2
    assert "cannot be reached" in stored(app, down).check_result
    assert stored(app, up).missing_since is None


def test_a_look_at_a_domain_that_was_changed_meanwhile_proves_nothing(app: Flask, publisher: int) -> None:
    site = make_site(app, publisher)
    moved = replace(SITE, address="https://somebody-elses.example")
    with app.app_context():
        in_transaction(lambda: amend_site(publisher, site.id, moved, user_id=1, now=database_now()))
    with pytest.raises(SiteChanged):
        record(app, site, ProofMethod.WELL_KNOWN_FILE)
    assert stored(app, site).state is SiteState.UNPROVED


def test_a_domain_is_proved_by_one_account_even_in_a_race(app: Flask) -> None:
    accounts = [account_of(app, make_person(app)) for _ in range(6)]
    sites = [make_site(app, account_id, address="https://one.example/") for account_id in accounts]

    def prove(site: Site) -> Site:
        return record_proof_check(site.id, ProofCheck(site.proof_token, ProofMethod.META_TAG, ""), now=database_now())

    ends = ends_of_race(app, [lambda site=site: prove(site) for site in sites])  # type: ignore[misc]  # a default
    assert ends == Counter(won=1, DomainTaken=5)
    with app.app_context():
        states = Counter(db.session.scalars(sa.select(Site.state)))
    assert states == {SiteState.PROVED: 1, SiteState.UNPROVED: 5}


def test_a_domain_whose_proof_lapsed_can_be_proved_by_its_new_owner(app: Flask, publisher: int) -> None:
    old = make_proved_site(app, publisher, address="https://sold.example")
    new = make_site(app, account_of(app, make_person(app)), address="http://SOLD.example:80/blog")
    with pytest.raises(DomainTaken):
        record(app, new, ProofMethod.META_TAG)
    record(app, old, None)
    advance(app, 7 * DAY)
    record(app, old, None)
    record(app, new, ProofMethod.META_TAG)
    assert (stored(app, old).state, stored(app, new).state) == (SiteState.LAPSED, SiteState.PROVED)
    with pytest.raises(DomainTaken):
        record(app, old, ProofMethod.META_TAG)


def test_what_is_not_proved_has_no_public_page(app: Flask, publisher: int) -> None:
    hidden, shown = make_site(app, publisher), make_proved_site(app, publisher)
    sockets = [make_socket(app, publisher, site.id) for site in (hidden, shown)]
    with app.app_context():
        assert site_by_slug(shown.slug).id == shown.id
        assert socket_by_slug(sockets[1].slug)[0].id == sockets[1].id
        with pytest.raises(NotFound):
            site_by_slug(hidden.slug)
        with pytest.raises(NotFound):
            socket_by_slug(sockets[0].slug)


def test_an_address_that_is_none_adds_nothing(app: Flask, publisher: int) -> None:
    with pytest.raises(SiteRefused):
        make_site(app, publisher, address="compilers")
    with app.app_context():
        assert db.session.scalars(sa.select(Site)).all() == []


def test_somebody_elses_site_is_not_found(app: Flask, publisher: int) -> None:
    site = make_site(app, publisher)
    other = account_of(app, make_person(app))
    today = site.created_at.date()

    def figure(account_id: int) -> int:
        return add_audience_figure(account_id, site.id, label="Readers", value=1, source="Log", measured_on=today).id

    with app.app_context():
        figure_id = in_transaction(lambda: figure(publisher))
        works = (
            lambda: figure(other),
            lambda: remove_audience_figure(other, site.id, figure_id),
            lambda: remove_audience_figure(publisher, site.id, 999),
            lambda: amend_site(other, site.id, SITE, user_id=1, now=database_now()),
            lambda: own_site(other, site.id),
        )
        for work in works:
            with pytest.raises(NotFound):
                in_transaction(work)
        with pytest.raises(NotFound), reading_connection() as connection:
            own_proof_target(connection, other, site.id)
