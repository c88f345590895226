"""What everybody may look at: the front page, the list of sockets, and the pages of sockets, sites and people."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from app.domain.auctions.queries import withdrawals_of
from app.domain.catalogue.queries.records import track_record
from app.foundation.paging import page_number
from app.web.browsing import offers, pages, people
from app.web.browsing.delivered import answer_click, answer_creative
from app.web.browsing.search import filled, has_blanks, list_address, read_search
from app.web.shell.access import public
from app.web.shell.answers import render
from app.web.shell.principal import reading_now, visitor
from app.web.shell.tools import config

blueprint = Blueprint("browsing", __name__)


@blueprint.get("/")
@public
def home() -> Response:
    """What this market is, what is on sale, and what to do first."""
    return render("browsing/home.html", **pages.home_page(reading_now()))


@blueprint.get("/sockets")
@public
def sockets() -> Response:
    """The sockets on sale, by what was asked for; the address says it all and can be passed on."""
    if has_blanks(request.args):
        return redirect(list_address(filled(request.args)))
    now, currency = reading_now(), config().currency
    search = read_search(request.args, currency=currency, today=now.date())
    number = page_number(request.args.get("page"))
    return render("browsing/sockets.html", **pages.list_page(search, number, currency=currency, now=now))


@blueprint.get("/sockets/<slug>")
@public
def socket(slug: str) -> Response:
    """A socket: what is on sale, which days are free, and on which terms."""
    page = offers.socket_page(slug, request.args.get("month", ""), reading_now())
    return render("browsing/socket.html", **page)


@blueprint.get("/sites/<slug>")
@public
def site(slug: str) -> Response:
    """A site with its sockets."""
    return render("browsing/site.html", **offers.public_site_page(slug, reading_now()))


@blueprint.get("/people/<slug>")
@public
def person(slug: str) -> Response:
    """What everybody may see of a member: the allow-list and nothing else."""
    profile = people.shown_profile(slug)
    viewer = visitor()
    is_own = viewer is not None and viewer.account_slug == profile.slug
    rows, sites = people.contact_rows(profile), people.sites_of(profile)
    withdrawn = withdrawals_of(profile.slug)
    answers = people.answer_facts(profile.slug) or (people.no_answers() if sites else [])
    return render(
        "browsing/person.html",
        profile=profile,
        record=track_record(profile.slug),
        rows=rows,
        sites=sites,
        is_own=is_own,
        withdrawn=withdrawn,
        answers=answers,
    )


@blueprint.get("/c/<token>")
@public
def click(token: str) -> Response:
    """The landing page of an ad that ran earlier; those that run now are the gate's."""
    return answer_click(token)


@blueprint.get("/creatives/<name>")
@public
def creative(name: str) -> Response:
    """An ad's file that is not on this machine's disk."""
    return answer_creative(name)
