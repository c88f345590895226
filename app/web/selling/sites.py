"""The pages of a site."""

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.inventory.queries import (
    audience_of,
    category_name,
    own_site,
    places_of_proof,
    proof_line_of,
    sockets_of,
)
from app.domain.inventory.service import sites as verbs
from app.domain.inventory.service.proofs import our_domain
from app.foundation.access import Permission
from app.web.selling.blueprint import FIGURE, SITE, blueprint
from app.web.selling.choices import language_name
from app.web.selling.forms import FigureForm, SiteForm, day_of
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, render, submit
from app.web.shell.choices import country_name
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.shell.tools import config, fetcher
from app.web.words.messages import _
from app.web.words.states.inventory import PROOF_METHODS, SITE_STATES

SITE_PAGE = "selling/site.html"
SITE_FORM = "selling/site_form.html"


@blueprint.get("/sites/new")
@requires(Permission.SELL)
def new_site() -> Response:
    """The form that adds a site."""
    return render(SITE_FORM, form=SiteForm(time_zone=me().time_zone), site=None)


@blueprint.post("/sites/new")
@requires(Permission.SELL)
def add_site() -> Response:
    """Adds a site."""
    form, person, now = SiteForm(), me(), request_now()

    def work() -> str:
        site = verbs.add_site(person.account_id, _details(form), now=now)
        return url_for("selling.site", site_id=site.id)

    return flash_on_success(
        submit(form, work, SITE_FORM, {"site": None}), _("The site is added. Now show that it is yours.")
    )


@blueprint.get(SITE)
@requires(Permission.SELL)
def site(site_id: int) -> Response:
    """A site: its proof, its audience, its sockets."""
    return render(SITE_PAGE, form=Form(), **own_site_page(site_id))


@blueprint.get(f"{SITE}/details")
@requires(Permission.SELL)
def site_details(site_id: int) -> Response:
    """The form that changes a site."""
    site = own_site(me().account_id, site_id)
    return render(SITE_FORM, form=SiteForm(obj=site), site=site)


@blueprint.post(f"{SITE}/details")
@requires(Permission.SELL)
def save_site(site_id: int) -> Response:
    """Changes a site; another domain has to be proved anew."""
    form, person, now = SiteForm(), me(), request_now()

    def work() -> str:
        verbs.amend_site(person.account_id, site_id, _details(form), user_id=person.user_id, now=now)
        return url_for("selling.site", site_id=site_id)

    context = lambda: {"site": own_site(person.account_id, site_id)}  # noqa: E731 - asked only after a mistake
    return flash_on_success(submit(form, work, SITE_FORM, context), _("Saved."))


@blueprint.post(f"{SITE}/audience")
@requires(Permission.SELL)
def add_figure(site_id: int) -> Response:
    """Adds a number about a site's readers."""
    form, person = FigureForm(today=request_now().date()), me()

    def work() -> str:
        verbs.add_audience_figure(
            person.account_id,
            site_id,
            label=form.text("label"),
            value=form.value.data or 0,
            source=form.text("source"),
            measured_on=day_of(form.measured_on),
        )
        return url_for("selling.site", site_id=site_id, _anchor="audience")

    return flash_on_success(
        submit(form, work, SITE_PAGE, lambda: own_site_page(site_id) | {"figure_form": form}), _("Saved.")
    )


@blueprint.post(f"{SITE}/audience/{FIGURE}/removal")
@requires(Permission.SELL)
def remove_figure(site_id: int, figure_id: int) -> Response:
    """Takes a number about a site's readers away."""
    person = me()

    def work() -> str:
        verbs.remove_audience_figure(person.account_id, site_id, figure_id)
        return url_for("selling.site", site_id=site_id, _anchor="audience")

    return flash_on_success(submit(Form(), work, SITE_PAGE, lambda: own_site_page(site_id)), _("Removed."))


def own_site_page(site_id: int) -> dict[str, object]:
    """What the page of a site shows."""
    person = me()
    site = own_site(person.account_id, site_id)
    return {
        "site": site,
        "state": SITE_STATES[site.state].badge,
        "category": category_name(site.category_code),
        "language": language_name(site.language),
        "country": country_name(site.country_code),
        "places": {method.value: url for method, url in places_of_proof(site.address).items()},
        "proof_line": proof_line_of(our_domain(config().base_url), person.account_slug),
        "method": PROOF_METHODS[site.proof_method].label if site.proof_method else None,
        "looks_at_this_machine": fetcher().allows_loopback,
        "figures": audience_of(site.id),
        "figure_form": FigureForm(formdata=None, today=request_now().date()),
        "sockets": sockets_of(site.id),
    }


def _details(form: SiteForm) -> verbs.SiteDetails:
    return verbs.SiteDetails(**{name: form.text(name) for name in verbs.SiteDetails.__dataclass_fields__})
