"""The legal pages' routes. They stay open to everybody, also to those who have not agreed yet."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.domain.accounts.service.policies import accept_policies
from app.domain.accounts.states import PolicyKind
from app.web.legal.forms import AgreementForm
from app.web.legal.pages import LegalDocument, document, versions_in_force
from app.web.shell.access import public, signed_in
from app.web.shell.answers import go, render, submit
from app.web.shell.client import request_address
from app.web.shell.next_url import safe_next
from app.web.shell.principal import me, request_now

blueprint = Blueprint("legal", __name__)


@blueprint.get("/terms")
@public
def terms() -> Response:
    """The Terms in force."""
    return _shown(document(PolicyKind.TERMS))


@blueprint.get("/terms/<version>")
@public
def terms_version(version: str) -> Response:
    """One version of the Terms, also when a newer one is in force."""
    return _shown(document(PolicyKind.TERMS, version))


@blueprint.get("/privacy")
@public
def privacy() -> Response:
    """The Privacy Policy in force."""
    return _shown(document(PolicyKind.PRIVACY))


@blueprint.get("/privacy/<version>")
@public
def privacy_version(version: str) -> Response:
    """One version of the Privacy Policy, also when a newer one is in force."""
    return _shown(document(PolicyKind.PRIVACY, version))


@blueprint.get("/contact")
@public
def contact() -> Response:
    """How to reach us."""
    return render("legal/contact.html")


@blueprint.route("/agreement", methods=["GET", "POST"])
@signed_in
def accept() -> Response:
    """Asks for agreement to the versions in force, keeps it, and goes on to the page that was asked for."""
    form = AgreementForm(versions_in_force())
    if form.is_submitted():
        return submit(form, _agree, "legal/accept.html", _documents)
    if not me().must_accept_policies:
        return go(_next())
    return render("legal/accept.html", form=form, **_documents())


def _agree() -> str:
    accept_policies(me().user_id, client_address=request_address(), now=request_now())
    return _next()


def _shown(shown: LegalDocument) -> Response:
    return render("legal/document.html", document=shown, body_template=shown.body_template)


def _documents() -> dict[str, object]:
    return {"terms": document(PolicyKind.TERMS), "privacy": document(PolicyKind.PRIVACY)}


def _next() -> str:
    return safe_next(url_for("browsing.home"))
