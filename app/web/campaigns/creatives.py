"""Sending an ad for a booking."""

from collections.abc import Callable

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.creatives.queries import booked
from app.domain.creatives.service.landing import fetch_landing_page
from app.domain.creatives.service.submitting import submit_creative
from app.domain.creatives.states import ReviewState
from app.foundation.access import Permission
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.web.campaigns.blueprint import blueprint
from app.web.campaigns.forms import CreativeForm
from app.web.campaigns.line_items import TEMPLATE, line_item_page
from app.web.parts.ad_uploads import AdUpload
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, submit_prepared
from app.web.shell.principal import me
from app.web.shell.rate_limits import limited
from app.web.shell.tools import fetcher
from app.web.shell.uploads import takes_upload
from app.web.words.messages import _


@blueprint.post("/<public_id>/creatives")
@requires(Permission.BUY)
@limited("30/hour")
@takes_upload
def send_creative(public_id: str) -> Response:
    """Sends an ad: rebuilt and its landing page looked at first, outside any transaction."""
    person = me()
    found = booked(person.account_id, public_id)
    if not found.is_buyer:
        raise NotFound
    # Rebuilding an image and opening a page take seconds: no transaction stays open for them.
    db.session.remove()
    form, sent = CreativeForm(socket_id=found.socket.id), [ReviewState.WAITING]
    upload = AdUpload(form, person.account_id, socket_id=found.socket.id, terms=found.line_item.terms)

    def prepare() -> Callable[[], str]:
        upload.prepare()
        landing = fetch_landing_page(fetcher(), form.text("click_through_url"))

        def work() -> str:
            now = database_now()
            material = upload.material(form.product_code or "")
            review = submit_creative(person.account_id, public_id, material, landing, now=now)
            sent[0] = review.state
            return url_for("campaigns.line_item", public_id=public_id)

        return work

    def context() -> dict[str, object]:
        upload.keep()
        return line_item_page(public_id, form)

    response = submit_prepared(form, prepare, TEMPLATE, context)
    if sent[0] is ReviewState.APPROVED:
        return flash_on_success(response, _("Approved at once. The ad runs as soon as its first day begins."))
    return flash_on_success(response, _("Sent. The publisher has the ad and is asked to answer."))
