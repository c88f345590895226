"""Creatives in the demo market: drawn, rebuilt like any upload, sent, and answered by publishers."""

from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum

import sqlalchemy as sa

from app.adapters.images.port import ImageTerms, RebuiltImage
from app.adapters.images.workshop import rebuild_image
from app.adapters.web_fetch.addresses import NO_SUCH_NAME
from app.domain.creatives.models import CreativeReview
from app.domain.creatives.rules import Material
from app.domain.creatives.service.house_ads import put_up_house_ad
from app.domain.creatives.service.landing import LandingPage
from app.domain.creatives.service.reviewing import (
    Answerer,
    RefusalReason,
    approve_creative,
    ask_for_change,
    refuse_creative,
)
from app.domain.creatives.service.submitting import submit_creative
from app.domain.creatives.states import LandingResult, RefusalGround, ReviewState
from app.domain.files.service import store_file
from app.domain.inventory.models import Socket
from app.domain.orders.models import LineItem
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.messages import StoredMessage, as_stored
from demo.brands import BRANDS, HOUSE, Brand
from demo.clockwork import committed, found
from demo.drawing import draw_animation, draw_creative, draw_photograph
from demo.market import Market, StandingSocket

UNREACHABLE = LandingPage(LandingResult.UNREACHABLE, as_stored(StoredMessage(NO_SUCH_NAME)))


class Art(StrEnum):
    """How a creative is made."""

    DRAWN = "drawn"
    DRAWN_AGAIN = "drawn_again"
    PHOTOGRAPH = "photograph"
    ANIMATION = "animation"


class Studio:
    """Makes the creatives, each once, while the story goes on: the check of an upload takes a process of its own."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1)
        self._made: dict[tuple[str, tuple[int, int], Art], Future[RebuiltImage]] = {}

    def image(self, brand: Brand, socket: StandingSocket, art: Art) -> RebuiltImage:
        """The rebuilt image of a brand at a socket's size."""
        return self.order(brand, socket, art).result()

    def order(self, brand: Brand, socket: StandingSocket, art: Art) -> "Future[RebuiltImage]":
        """Has an image made that will be wanted."""
        size = socket.words.size
        key = (brand.name, size, art)
        if key not in self._made:
            weight = found(lambda: db.session.get_one(Socket, socket.id).bytes_max)
            formats = tuple(entry.value for entry in socket.words.formats)
            self._made[key] = self._worker.submit(_make, brand, art, ImageTerms(*size, weight, formats))
        return self._made[key]


def _make(brand: Brand, art: Art, terms: ImageTerms) -> RebuiltImage:
    return rebuild_image(_upload(brand, (terms.width_px, terms.height_px), art), terms)


def _upload(brand: Brand, size: tuple[int, int], art: Art) -> bytes:
    if art is Art.ANIMATION:
        return draw_animation(brand, size)
    if art is Art.PHOTOGRAPH:
        return draw_photograph(brand, size)
    return draw_creative(brand, size, shade=2 if art is Art.DRAWN_AGAIN else 0)


def send_creative(market: Market, studio: Studio, line_item: str, *, buyer: str, art: Art = Art.DRAWN) -> str:
    """Sends the buyer's creative for a line item; gives the review's public id."""
    brand, account_id = BRANDS[buyer], market.members[buyer].account_id
    query = sa.select(LineItem.socket_id).where(LineItem.public_id == line_item)
    socket_id = found(lambda: db.session.scalars(query).one())
    socket = next(entry for entry in market.sockets.values() if entry.id == socket_id)
    image = studio.image(brand, socket, art)

    def work() -> str:
        now = database_now()
        material = _kept(image, brand)
        return submit_creative(account_id, line_item, material, UNREACHABLE, now=now).public_id

    return committed(work)


def answer(market: Market, review: str, *, note: str = "", ground: RefusalGround | None = None) -> None:
    """The publisher's answer: approval without a note, refusal on a ground, else "please change".

    Nothing happens when there is nothing to answer: a rule, or silence, has done it.
    """
    query = sa.select(CreativeReview).where(
        CreativeReview.public_id == review, CreativeReview.state == ReviewState.WAITING
    )
    waiting = found(lambda: db.session.scalars(query).one_or_none())
    if waiting is None:
        return
    members = market.members.values()
    owner = next(member for member in members if member.account_id == waiting.publisher_account_id)
    answerer = Answerer(owner.account_id, owner.user_id)

    def work() -> None:
        now = database_now()
        if ground is not None:
            refuse_creative(answerer, review, RefusalReason(ground, note), now=now)
        elif note:
            ask_for_change(answerer, review, note, now=now)
        else:
            approve_creative(answerer, review, now=now)

    committed(work)


def show_own_ad(market: Market, studio: Studio, socket: str) -> None:
    """Puts a publisher's own ad on a socket."""
    standing = market.sockets[socket]
    image = studio.image(HOUSE, standing, Art.DRAWN)

    def work() -> None:
        now = database_now()
        put_up_house_ad(standing.owner.account_id, standing.id, _kept(image, HOUSE), now=now)

    committed(work)


def _kept(image: RebuiltImage, brand: Brand) -> Material:
    now = database_now()
    still = store_file(image.still, image.media_type, now=now) if image.still is not None else None
    return Material(
        file_sha256=store_file(image.data, image.media_type, now=now),
        still_sha256=still,
        format=image.format,
        width_px=image.width_px,
        height_px=image.height_px,
        animation_ms=image.animation_ms,
        alt_text=brand.alt_text,
        click_through_url=brand.landing_page,
        product_code=brand.product_code,
    )
