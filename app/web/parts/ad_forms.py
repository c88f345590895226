"""The form that takes an ad: the image, its words, and where a click goes; a buyer's and a house ad alike.

It only validates. What is done with its image between validation and verb is ``AdUpload``.
"""

from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, StringField, URLField
from wtforms.validators import InputRequired, Length, ValidationError

from app.adapters.images.port import ImageRefused
from app.domain.creatives.errors import ClickThroughUrlRefused
from app.domain.creatives.rules import ADDRESS_CHARACTERS_MAX, ALT_CHARACTERS_MAX, normalized_click_through_url
from app.domain.creatives.service.preparing import KeptImage
from app.domain.inventory.states import SocketTerms
from app.foundation.errors import Refusal
from app.web.parts.kept_images import kept_image
from app.web.shell.forms import Form, one_line
from app.web.shell.principal import me
from app.web.shell.tools import config
from app.web.words.lists import any_of_words
from app.web.words.messages import _, lazy
from app.web.words.numbers import count_words
from app.web.words.refusals import refusal_sentence
from app.web.words.states.inventory import CREATIVE_FORMATS

KILOBYTE = 1000
TOKEN_CHARACTERS_MAX = 600


class AdForm(Form):
    """An image, its words and its landing page, for one socket."""

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

    def __init__(self, *args: object, socket_id: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._socket_id = socket_id

    def validate_file(self, field: FileField) -> None:
        """Looks whether an image was sent, or is kept from before.

        Raises:
            ValidationError: neither; says what to do.
        """
        if isinstance(field.data, FileStorage) and field.data:
            self.kept.data = ""
        elif self.kept_upload is None:
            was_kept = bool(self.kept.data)
            self.kept.data = ""
            raise ValidationError(
                _("The file you sent before is no longer here. Choose it again.")
                if was_kept
                else _("Choose the image file of the ad.")
            )

    def validate_click_through_url(self, field: URLField) -> None:
        """Checks the address that an ad leads to.

        Raises:
            ValidationError: an ad may not lead there; says why.
        """
        try:
            normalized_click_through_url(str(field.data or ""), allows_loopback=config().is_local)
        except ClickThroughUrlRefused as refused:
            raise ValidationError(refusal_sentence(refused)) from refused

    @property
    def kept_upload(self) -> KeptImage | None:
        """The image that an earlier sending of this form left here."""
        return kept_image(self.text("kept"), me().account_id, self._socket_id) if self.kept.data else None

    def sent_file(self) -> bytes | None:
        """The bytes of the image that this sending brought; None when it brought none."""
        if not isinstance(self.file.data, FileStorage) or not self.file.data:
            return None
        self.file.data.stream.seek(0)
        return bytes(self.file.data.stream.read())

    def take(self, refusal: Refusal) -> None:
        """As any form does; of an image that was refused it says besides that it was not kept."""
        super().take(refusal)
        if isinstance(refusal, ImageRefused):
            again = _("Choose another file: this one was not kept.")
            self.file.errors = [*self.file.errors[:-1], f"{self.file.errors[-1]} {again}"]


def image_terms_in_words(terms: SocketTerms) -> str:
    """What an image has to be, as a hint beside the field."""
    formats = [words.label for kind, words in CREATIVE_FORMATS.items() if kind.value in terms.formats]
    return _(
        "%(formats)s, exactly %(width)s by %(height)s pixels, or %(wide)s by %(high)s for sharp screens. At most "
        "%(weight)s kB. What moves has to come to rest within 5 seconds.",
        formats=any_of_words(formats),
        width=count_words(terms.width_px),
        height=count_words(terms.height_px),
        wide=count_words(2 * terms.width_px),
        high=count_words(2 * terms.height_px),
        weight=count_words(terms.bytes_max // KILOBYTE),
    )


def accepted_types(terms: SocketTerms) -> str:
    """The media types of the formats, for the file chooser."""
    return ",".join(f"image/{name}" for name in terms.formats)
