"""What stands on a socket while nothing is booked: the publisher's choice, and the publisher's own ad."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import url_for
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import InputRequired

from app.domain.creatives.queries import house_ad_of, house_picture
from app.domain.creatives.service.house_ads import put_up_house_ad, take_down_house_ad
from app.domain.inventory.queries import own_socket, socket_terms
from app.domain.inventory.service.sockets import choose_fallback
from app.domain.inventory.states import Fallback
from app.foundation.access import Permission
from app.foundation.clock import database_now
from app.foundation.db import db
from app.web.parts.ad_forms import AdForm, accepted_types, image_terms_in_words
from app.web.parts.ad_uploads import AdUpload
from app.web.parts.creative_words import image_in_words
from app.web.selling.blueprint import SOCKET, blueprint
from app.web.selling.forms import options
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, render, submit, submit_prepared
from app.web.shell.forms import Form
from app.web.shell.principal import me
from app.web.shell.rate_limits import limited
from app.web.shell.uploads import show_picture, takes_upload
from app.web.words.messages import _, lazy
from app.web.words.states.inventory import FALLBACKS

if TYPE_CHECKING:
    from app.domain.creatives.models import Creative
    from app.domain.inventory.models import Socket

TEMPLATE = "selling/house_ad.html"
HOUSE_AD = f"{SOCKET}/house-ad"


class HouseAdForm(AdForm):
    """A publisher's own ad; it is for nothing that anybody would have to approve."""


class FallbackForm(Form):
    """What a socket shows while nothing is booked."""

    fallback = RadioField(lazy("While nothing is booked"), [InputRequired(lazy("Choose one."))])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fallback.choices = options(FALLBACKS)


@blueprint.get(HOUSE_AD)
@requires(Permission.SELL)
def house_ad(socket_id: int) -> Response:
    """What stands on a socket while nothing is booked."""
    return render(TEMPLATE, form=None, **_page(socket_id))


@blueprint.post(HOUSE_AD)
@requires(Permission.SELL)
@limited("30/hour")
@takes_upload
def put_up(socket_id: int) -> Response:
    """Puts a publisher's own ad up, in place of the one before."""
    person = me()
    socket, _site = own_socket(person.account_id, socket_id)
    # Rebuilding an image takes a second or more: no transaction stays open for it.
    db.session.remove()
    form = HouseAdForm(socket_id=socket.id)
    upload = AdUpload(form, person.account_id, socket_id=socket.id, terms=socket_terms(socket))

    def prepare() -> Callable[[], str]:
        upload.prepare()
        return work

    def work() -> str:
        put_up_house_ad(person.account_id, socket_id, upload.material(), now=database_now())
        return url_for("selling.house_ad", socket_id=socket_id)

    def context() -> dict[str, object]:
        upload.keep()
        return _page(socket_id, form)

    return flash_on_success(
        submit_prepared(form, prepare, TEMPLATE, context),
        _("Your ad is up. It shows within seconds while nothing is booked."),
    )


@blueprint.post(f"{HOUSE_AD}/removal")
@requires(Permission.SELL)
@limited("30/hour")
def take_down(socket_id: int) -> Response:
    """Takes a publisher's own ad down."""
    person = me()

    def work() -> str:
        take_down_house_ad(person.account_id, socket_id, now=database_now())
        return url_for("selling.house_ad", socket_id=socket_id)

    return flash_on_success(submit(Form(), work, TEMPLATE, lambda: _page(socket_id)), _("Taken down."))


@blueprint.post(f"{SOCKET}/fallback")
@requires(Permission.SELL)
@limited("60/hour")
def save_fallback(socket_id: int) -> Response:
    """Chooses what a socket shows while nothing is booked."""
    person, form = me(), FallbackForm()

    def work() -> str:
        choose_fallback(person.account_id, socket_id, Fallback(form.text("fallback")), now=database_now())
        return url_for("selling.house_ad", socket_id=socket_id)

    return flash_on_success(submit(form, work, TEMPLATE, lambda: _page(socket_id, form)), _("Saved."))


@blueprint.get(f"{HOUSE_AD}/picture")
@requires(Permission.SELL)
def house_ad_picture(socket_id: int) -> Response:
    """The picture of a socket's own ad, for its publisher."""
    return show_picture(house_picture(me().account_id, socket_id, wants_still=False))


@blueprint.get(f"{HOUSE_AD}/picture/still")
@requires(Permission.SELL)
def house_ad_still(socket_id: int) -> Response:
    """The frame at which a moving ad of a socket's own rests, for its publisher."""
    return show_picture(house_picture(me().account_id, socket_id, wants_still=True))


def _page(socket_id: int, sent: Form | None = None) -> dict[str, object]:
    """What the page needs; ``sent`` is the form that was not accepted, if one was not."""
    socket, site = own_socket(me().account_id, socket_id)
    found = house_ad_of(socket.id)
    creative, terms = found[1] if found else None, socket_terms(socket)
    blank = HouseAdForm(formdata=None, socket_id=socket.id)
    return {
        "socket": socket,
        "site": site,
        "creative": creative,
        "put_up_at": found[0].put_up_at if found else None,
        "image": image_in_words(creative) if creative else "",
        "fits": creative is None or _fits(creative, socket),
        "is_shown": socket.fallback is Fallback.HOUSE_AD,
        "ad_form": sent if isinstance(sent, HouseAdForm) else blank,
        "fallback_form": sent if isinstance(sent, FallbackForm) else _chosen(socket),
        "plain": Form(formdata=None),
        "terms": image_terms_in_words(terms),
        "accepted": accepted_types(terms),
    }


def _chosen(socket: "Socket") -> FallbackForm:
    return FallbackForm(formdata=None, fallback=socket.fallback.value)


def _fits(creative: "Creative", socket: "Socket") -> bool:
    """Whether an ad still has the size of its socket, which may have been changed since."""
    size = (socket.width_px * creative.scale, socket.height_px * creative.scale)
    return (creative.width_px, creative.height_px) == size
