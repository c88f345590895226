"""Forms of the campaign pages."""

from functools import lru_cache

from wtforms import StringField
from wtforms.validators import InputRequired, ValidationError

from app.domain.inventory.queries import products
from app.web.parts.ad_forms import AdForm
from app.web.shell.forms import one_line
from app.web.words.messages import _, lazy

CHARACTERS_MAX = 200


class CreativeForm(AdForm):
    """A buyer's ad for a booking."""

    product = StringField(
        lazy("What the ad is for"), [InputRequired(lazy("Say what the ad is for.")), *one_line(CHARACTERS_MAX)]
    )

    def validate_product(self, field: StringField) -> None:
        """Raises if the list has no category of this name.

        Raises:
            ValidationError: it has none.
        """
        if field.data and self.product_code is None:
            sentence = _("Choose a category from the list: type a word of it, and pick one.")
            raise ValidationError(sentence)

    @property
    def product_code(self) -> str | None:
        """The code of the category that was typed or picked; None when the list has none of this name."""
        return _codes_by_name().get(self.text("product").casefold())


@lru_cache(maxsize=1)
def product_paths() -> tuple[str, ...]:
    """Every product category by its full name, as the field offers them: "Alcohol: Wine"."""
    return tuple(sorted(entry.path for entry in products().values()))


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    """Codes by full name, and by short name where only one category has it."""
    entries = list(products().values())
    short = [entry.name.casefold() for entry in entries]
    found = {entry.name.casefold(): entry.code for entry in entries if short.count(entry.name.casefold()) == 1}
    return found | {entry.path.casefold(): entry.code for entry in entries}
