"""Adding sites, and noting whether their domain was proved."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.audit.service import record_audit
from app.domain.events.kinds.inventory import SiteAmended, SiteLapsed, SiteProofMissing
from app.domain.events.rules import EventMoment
from app.domain.events.service import record
from app.domain.inventory.errors import DomainTaken, SiteChanged, SiteInUse
from app.domain.inventory.models import AudienceFigure, Site
from app.domain.inventory.queries import own_site
from app.domain.inventory.rules import LAPSE_GRACE, RECHECK_EVERY, RECHECK_WHEN_MISSING, site_domain
from app.domain.inventory.service.calendar import has_days_taken
from app.domain.inventory.states import SITE_MOVES, ProofMethod, SiteState
from app.foundation.db import constraint_name, db
from app.foundation.errors import NotFound
from app.foundation.identifiers import new_public_id, new_slug

JOB = "job"
PROVED_DOMAIN_KEYS = ("uq_site_proved_domain", "site.domain")


@dataclass(frozen=True, slots=True)
class SiteDetails:
    """What a publisher says about a site."""

    name: str
    address: str
    description: str
    category_code: str
    language: str
    country_code: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """What one look at a site found: the method that proved it, or why none did."""

    token: str
    """The token that was looked for: it names the site and the domain it had at that moment."""
    method: ProofMethod | None
    explanation: str
    """The messages that say why none did, as ``as_stored`` writes them; empty when one did."""


def add_site(account_id: int, details: SiteDetails, *, now: datetime) -> Site:
    """Adds a site, unproved.

    Raises:
        SiteRefused: the address is not a web address.
    """
    site = Site(
        account_id=account_id,
        slug=new_slug(details.name),
        state=SiteState.UNPROVED,
        proof_token=_new_token(),
        created_at=now,
    )
    _describe(site, details)
    db.session.add(site)
    db.session.flush()
    return site


def amend_site(account_id: int, site_id: int, details: SiteDetails, *, user_id: int, now: datetime) -> Site:
    """Changes what is said about a site; another domain has to be proved anew.

    What buyers bid on, pay for or have bought runs where and on the days they were told.

    Raises:
        NotFound: it is not this account's site.
        SiteRefused: the address is not a web address.
        SiteInUse: the domain or the time zone would change under days that are taken.
    """
    own_site(account_id, site_id)
    site = _lock_site(site_id)
    _refuse_move(site, details, now)
    old_domain = site.domain
    _describe(site, details)
    if site.domain != old_domain:
        if site.state is not SiteState.UNPROVED:
            site.state = SITE_MOVES.advance(site.state, SiteState.UNPROVED)
        site.proof_token = _new_token()
        site.proof_method = None
        site.proved_at = None
        site.checked_at = None
        site.next_check_at = None
        site.missing_since = None
        site.check_result = ""
        subject = f"site:{site.id}"
        about: dict[str, str | int] = {"account": account_id, "old": old_domain}
        record_audit("site_domain_changed", actor=f"user:{user_id}", subject=subject, now=now, **about)
    db.session.flush()
    record(SiteAmended(site=site.id, slug=site.slug), account_id=site.account_id, actor_user_id=user_id, now=now)
    return site


def record_proof_check(site_id: int, check: ProofCheck, *, now: datetime, user_id: int | None = None) -> Site:
    """Notes what a look at the site found; a proof that is gone for a week lapses the site.

    Args:
        site_id: the site.
        check: what was found.
        now: UTC.
        user_id: who asked for the look; None when the clock did.

    Raises:
        DomainTaken: the proof is right, but another proved site has this domain already.
        SiteChanged: the domain was changed while we looked, so the look says nothing.
        NotFound: the site is gone.
    """
    site = _lock_site(site_id)
    if site.proof_token != check.token:
        raise SiteChanged
    old_state = site.state
    site.checked_at = now
    site.check_result = check.explanation
    site.next_check_at = now + RECHECK_EVERY
    if check.method is not None:
        _prove(site, check.method, actor=JOB if user_id is None else f"user:{user_id}", now=now)
    elif site.state is SiteState.PROVED:
        _miss(site, now)
    db.session.flush()
    if site.state is not old_state:
        record(SiteAmended(site=site.id, slug=site.slug), account_id=site.account_id, now=now)
    return site


def add_audience_figure(
    account_id: int, site_id: int, *, label: str, value: int, source: str, measured_on: date
) -> AudienceFigure:
    """Adds a number about a site's readers, with where it is from and when it was measured.

    Raises:
        NotFound: it is not this account's site.
    """
    site = own_site(account_id, site_id)
    figure = AudienceFigure(site_id=site.id, label=label, value=value, source=source, measured_on=measured_on)
    db.session.add(figure)
    db.session.flush()
    return figure


def remove_audience_figure(account_id: int, site_id: int, figure_id: int) -> None:
    """Takes a number about a site's readers away.

    Raises:
        NotFound: it is not a figure of this account's site.
    """
    site = own_site(account_id, site_id)
    figure = db.session.get(AudienceFigure, figure_id)
    if figure is None or figure.site_id != site.id:
        raise NotFound
    db.session.delete(figure)
    db.session.flush()


def _lock_site(site_id: int) -> Site:
    query = sa.select(Site).where(Site.id == site_id).with_for_update()
    site = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if site is None:
        raise NotFound
    return site


def _refuse_move(site: Site, details: SiteDetails, now: datetime) -> None:
    is_other_domain = site_domain(details.address) != site.domain
    if (is_other_domain or details.time_zone != site.time_zone) and has_days_taken(site, now=now):
        raise SiteInUse(field="address" if is_other_domain else "time_zone")


def _describe(site: Site, details: SiteDetails) -> None:
    site.domain = site_domain(details.address)
    site.name = details.name
    site.address = details.address
    site.description = details.description
    site.category_code = details.category_code
    site.language = details.language
    site.country_code = details.country_code
    site.time_zone = details.time_zone


def _prove(site: Site, method: ProofMethod, *, actor: str, now: datetime) -> None:
    others = sa.select(Site.id).where(Site.domain == site.domain, Site.id != site.id, Site.state == SiteState.PROVED)
    if db.session.scalars(others).first() is not None:
        raise DomainTaken
    if site.state is not SiteState.PROVED:
        about: dict[str, str | int] = {"account": site.account_id, "method": method.value}
        record_audit("site_proved", actor=actor, subject=f"site:{site.id}", now=now, **about)
        site.state = SITE_MOVES.advance(site.state, SiteState.PROVED)
    site.proof_method = method
    site.proved_at = now
    site.missing_since = None
    try:
        db.session.flush()
    except IntegrityError as error:
        # Two proved the same domain at the same moment; the index lets one through.
        if not constraint_name(error).startswith(PROVED_DOMAIN_KEYS):
            raise
        raise DomainTaken from error


def _miss(site: Site, now: datetime) -> None:
    """The proof is gone: we look again each day, and for a week before anything stops."""
    if site.missing_since is None:
        site.missing_since = now
        missing = SiteProofMissing(
            site=site.id,
            slug=site.slug,
            what=site.name,
            until=EventMoment(now + LAPSE_GRACE, site.time_zone, is_limit=True),
            publisher_account_id=site.account_id,
        )
        record(missing, account_id=site.account_id, now=now)
    site.next_check_at = now + RECHECK_WHEN_MISSING
    if now - site.missing_since >= LAPSE_GRACE:
        site.state = SITE_MOVES.advance(site.state, SiteState.LAPSED)
        record_audit("site_lapsed", actor=JOB, subject=f"site:{site.id}", now=now, domain=site.domain)
        lapsed = SiteLapsed(site=site.id, slug=site.slug, what=site.name, publisher_account_id=site.account_id)
        record(lapsed, account_id=site.account_id, now=now)


def _new_token() -> str:
    return f"isocket-{new_public_id()}"
