"""The image of an ad on its way from a form to its verb: rebuilt once, kept while the rest of the form is mended.

A route makes one for its request, calls ``prepare`` between validation and verb, ``material`` in the verb's
transaction, and ``keep`` when it shows the form again.
"""

from app.adapters.images.port import ImageRefused, RebuiltImage
from app.domain.creatives.rules import Material
from app.domain.creatives.service.preparing import KeptImage, keep_image, material_of, rebuild_ad
from app.domain.inventory.states import SocketTerms
from app.foundation.clock import database_now
from app.foundation.db import in_transaction
from app.foundation.errors import InvariantBroken
from app.web.parts.ad_forms import AdForm
from app.web.parts.kept_images import kept_token


class AdUpload:
    """The image that a form was sent with, or the one that an earlier sending left here."""

    def __init__(self, form: AdForm, account_id: int, *, socket_id: int, terms: SocketTerms) -> None:
        self._form = form
        self._account_id = account_id
        self._socket_id = socket_id
        self._terms = terms
        self._image: RebuiltImage | None = None
        self._was_tried = False

    def prepare(self) -> None:
        """Rebuilds the image that was sent, if one was; takes seconds, so never inside a transaction.

        Raises:
            ImageRefused: it does not fit; says what to do.
        """
        upload = self._form.sent_file()
        if upload is not None and not self._was_tried:
            self._was_tried = True
            self._image = rebuild_ad(upload, self._terms)

    def material(self, product_code: str = "") -> Material:
        """What the ad is made of, its image stored; call inside the transaction that uses it."""
        kept = self._stored(self._image) if self._image is not None else self._form.kept_upload
        if kept is None:
            message = "an ad without an image was validated"
            raise InvariantBroken(message)
        return material_of(
            kept,
            alt_text=self._form.text("alt_text"),
            click_through_url=self._form.text("click_through_url"),
            product_code=product_code,
        )

    def keep(self) -> None:
        """Remembers the image, if it is one that fits, while the rest of the form is mended: in its own transaction."""
        try:
            self.prepare()
        except ImageRefused as refused:
            self._form.take(refused)
        image = self._image
        if image is not None:
            self._form.kept.data = kept_token(in_transaction(lambda: self._stored(image)))

    def _stored(self, image: RebuiltImage) -> KeptImage:
        return keep_image(image, account_id=self._account_id, socket_id=self._socket_id, now=database_now())
