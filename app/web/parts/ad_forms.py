"""The form that takes an ad: the image, its words, and where a click goes; a buyer's and a house ad alike.

An image that was accepted is not asked for again while the rest of the form is corrected.
"""

from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, StringField, URLField
from wtforms.validators import InputRequired, Length, ValidationError

from app.adapters.images import ImageRefused, ImageTerms, RebuiltImage, rebuild_image
from app.domain.creatives.errors import AddressRefused
from app.domain.creatives.models import ADDRESS_CHARACTERS_MAX, ALT_CHARACTERS_MAX
from app.domain.creatives.service.landing import checked_address
from app.domain.creatives.service.submitting import Material
from app.domain.files.service import store_file
from app.domain.inventory.states import SocketTerms
from app.foundation.clock import database_now
from app.foundation.db import in_transaction
from app.foundation.errors import InvariantBroken
from app.web.shell.forms import Form, one_line
from app.web.shell.principal import me
from app.web.shell.tools import config
from app.web.shell.uploads import Kept, kept_upload
from app.web.words.lists import any_of_words
from app.web.words.messages import _, lazy
from app.web.words.numbers import count_words
from app.web.words.refusals import refusal_sentence
from app.web.words.states.inventory import CREATIVE_FORMATS

KILOBYTE = 1000
TOKEN_CHARACTERS_MAX = 600


class AdForm(Form):
    """An image, its words and its landing page, for one socket and on these terms."""

    file = FileField(lazy("Image file"))
    kept = HiddenField(validators=[Length(max=TOKEN_CHARACTERS_MAX)])
    alt_text = StringField(
        lazy("Text for those who cannot see it"),
        [InputRequired(lazy("Say in a sentence what the ad shows and says.")), *one_line(ALT_CHARACTERS_MAX, 1)],
    )
    click_through_url = URLField(
        lazy("Landing page"),
        [InputRequired(lazy("Enter the page that a click opens.")), *one_line(ADDRESS_CHARACTERS_MAX)],
    )

    def __init__(self, *args: object, socket_id: int, terms: SocketTerms, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.image: RebuiltImage | None = None
        self._socket_id = socket_id
        self._terms = ImageTerms(terms.width_px, terms.height_px, terms.bytes_max, terms.formats)

    def validate_file(self, field: FileField) -> None:
        """Rebuilds the image that was sent, or finds the one that was kept.

        Raises:
            ValidationError: there is none, or it does not fit; says what to do.
        """
        if not isinstance(field.data, FileStorage) or not field.data:
            if self.kept_upload is None:
                was_kept, self.kept.data = bool(self.kept.data), ""
                sentence = (
                    _("The file you sent before is no longer here. Choose it again.")
                    if was_kept
                    else _("Choose the image file of the ad.")
                )
                raise ValidationError(sentence)
            return
        self.kept.data = ""
        try:
            self.image = rebuild_image(field.data.stream.read(), self._terms)
        except ImageRefused as refused:
            sentence = " ".join((refusal_sentence(refused), _("Choose another file: this one was not kept.")))
            raise ValidationError(sentence) from refused

    def validate_click_through_url(self, field: URLField) -> None:
        """Raises if an ad may not lead to the address.

        Raises:
            ValidationError: it may not; says why.
        """
        try:
            checked_address(str(field.data or ""), allows_loopback=config().is_local)
        except AddressRefused as refused:
            raise ValidationError(refusal_sentence(refused)) from refused

    @property
    def kept_upload(self) -> Kept | None:
        """The image that an earlier sending of this form left here."""
        return kept_upload(self.text("kept"), me().account_id, self._socket_id) if self.kept.data else None

    def keep(self) -> None:
        """Remembers an accepted image while the rest of the form is corrected, in a transaction of its own."""
        if self.image is not None:
            self.kept.data = in_transaction(self._stored).token

    def material(self, product_code: str) -> Material:
        """What the ad is made of, its image stored; call inside the transaction that uses it."""
        kept = self._stored() if self.image is not None else self.kept_upload
        if kept is None:
            message = "an ad without an image was validated"
            raise InvariantBroken(message)
        return Material(
            file_sha256=kept.sha256,
            still_sha256=kept.still_sha256 or None,
            format=kept.format,
            width_px=kept.width_px,
            height_px=kept.height_px,
            animation_ms=kept.animation_ms,
            alt_text=self.text("alt_text"),
            click_through_url=self.text("click_through_url"),
            product_code=product_code,
        )

    def _stored(self) -> Kept:
        image, now = self.image, database_now()
        if image is None:
            message = "an upload was stored that was not rebuilt"
            raise InvariantBroken(message)
        return Kept(
            account_id=me().account_id,
            socket_id=self._socket_id,
            sha256=store_file(image.data, image.media_type, now=now),
            still_sha256=store_file(image.still, image.media_type, now=now) if image.still else "",
            format=image.format,
            width_px=image.width_px,
            height_px=image.height_px,
            animation_ms=image.animation_ms,
        )


def image_terms_in_words(terms: SocketTerms) -> str:
    """What an image has to be, as a hint beside the field."""
    names = [words.label for kind, words in CREATIVE_FORMATS.items() if kind.value in terms.formats]
    return _(
        "%(formats)s, exactly %(width)s by %(height)s pixels, or %(double_width)s by %(double_height)s for sharp "
        "screens. At most %(kilobytes)s kB. What moves has to come to rest within 5 seconds.",
        formats=any_of_words(names),
        width=count_words(terms.width_px),
        height=count_words(terms.height_px),
        double_width=count_words(2 * terms.width_px),
        double_height=count_words(2 * terms.height_px),
        kilobytes=count_words(terms.bytes_max // KILOBYTE),
    )


def accepted_types(terms: SocketTerms) -> str:
    """The media types of the formats, for the file chooser."""
    return ",".join(f"image/{name}" for name in terms.formats)
