"""Forms of the publisher's pages."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeGuard

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.validators import AnyOf, InputRequired, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.foundation.errors import InvariantBroken
from app.web.selling.choices import (
    CUSTOM_SIZE,
    category_choices,
    language_choices,
    product_choices,
    sides_of,
    size_choices,
)
from app.web.shell.amounts import AmountField
from app.web.shell.choices import country_choices, time_zone_choices
from app.web.shell.forms import Form, many_lines, one_line
from app.web.words.messages import _, lazy
from app.web.words.numbers import Count, count_words
from app.web.words.states.inventory import CREATIVE_FORMATS, OWN_APPROVAL_RULES, OWN_SILENCES, POSITIONS

if TYPE_CHECKING:
    from app.web.words.states.wording import StateWords

FIGURE_MAX = 10**12
DIGITS_MAX = 15
FIRST_SITE_YEAR = 1991
LAST_YEAR = 2199
SIDE_PX_MAX = 2000
LEAD_DAYS_MAX = 90
FLIGHT_DAYS_MAX = 365
PREVIEW, OFFER = "preview", "offer"


def options(words: "Mapping[Any, StateWords]") -> list[tuple[str, str]]:
    """The choices of an enum: its values with their words."""
    return [(member.value, text.label) for member, text in words.items()]


class WholeNumber(IntegerField):
    """A whole number as people write it; what is none counts as not given."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads digits, thousands grouped by commas or not."""
        digits = valuelist[0].replace(",", "").strip() if valuelist else ""
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= DIGITS_MAX
        self.data = int(digits) if is_number else None


def whole_number(label: str, low: int, high: int, *, default: int | None = None) -> WholeNumber:
    """A number that has to be given, within its range."""
    sentence = lazy("Enter a whole number from %(low)s to %(high)s.", low=Count(low), high=Count(high))
    return WholeNumber(label, [InputRequired(sentence), NumberRange(low, high, sentence)], default=default)


class TickBoxes(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SiteForm(Form):
    """What a publisher says about a site."""

    name = StringField(lazy("Name of the site"), [InputRequired(lazy("Enter a name.")), *one_line(80, 2)])
    address = URLField(lazy("Address of the home page"), [InputRequired(lazy("Enter the address.")), *one_line(300)])
    description = TextAreaField(
        lazy("What it is about and who reads it"), [InputRequired(lazy("Describe the site.")), *many_lines(2000)]
    )
    category_code = SelectField(lazy("Category"), [InputRequired(lazy("Choose a category."))])
    language = SelectField(lazy("Language"), [InputRequired(lazy("Choose a language."))], default="en")
    country_code = SelectField(lazy("Country of most readers"), [InputRequired(lazy("Choose a country."))])
    time_zone = SelectField(lazy("Time zone"), [InputRequired(lazy("Choose a time zone."))])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.category_code.choices = category_choices()
        self.language.choices = language_choices()
        self.country_code.choices = [("", lazy("Choose a country")), *country_choices()]
        self.time_zone.choices = time_zone_choices()


class FigureForm(Form):
    """One number about a site's readers."""

    label = StringField(lazy("What was counted"), [InputRequired(lazy("Say what was counted.")), *one_line(80)])
    value = whole_number(lazy("Number"), 0, FIGURE_MAX)
    source = StringField(lazy("Source"), [InputRequired(lazy("Say where the number is from.")), *one_line(120)])
    measured_on = DateField(
        lazy("Measured on"), [InputRequired(lazy("Enter the day it was measured."))], render_kw={"type": "date"}
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def validate_measured_on(self, field: DateField) -> None:
        """Raises if nobody can have measured on this day.

        Raises:
            ValidationError: it lies ahead, or before there were sites.
        """
        if field.data is not None and field.data > self._today:
            sentence = lazy("This day has not come yet.")
            raise ValidationError(sentence)
        if field.data is not None and field.data.year < FIRST_SITE_YEAR:
            sentence = _("Enter a day from %(year)s on.", year=FIRST_SITE_YEAR)
            raise ValidationError(sentence)


class SocketForm(Form):
    """What a publisher says about a socket."""

    name = StringField(lazy("Name of the socket"), [InputRequired(lazy("Enter a name.")), *one_line(80, 2)])
    page_hint = StringField(lazy("On which pages"), [InputRequired(lazy("Say on which pages it is.")), *one_line(200)])
    position = SelectField(lazy("Position"), [InputRequired(lazy("Choose a position."))])
    size = SelectField(lazy("Size"), [InputRequired(lazy("Choose a size."))], default="300x250")
    width_px = WholeNumber(lazy("Width"))
    height_px = WholeNumber(lazy("Height"))
    formats = TickBoxes(lazy("Accepted file formats"))
    places = whole_number(lazy("Places"), 1, 10, default=1)
    approval_rule = RadioField(lazy("Approval"), [InputRequired(lazy("Choose one."))], default="each_one")
    approval_hours = whole_number(lazy("Time to answer"), 24, 120, default=48)
    on_silence = RadioField(
        lazy("When you do not answer in that time"), [InputRequired(lazy("Choose one."))], default="refuse"
    )
    taste_rules = TextAreaField(lazy("What you refuse"), many_lines(1000))
    blocked_products = TickBoxes(lazy("Never ads for"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.position.choices = options(POSITIONS)
        self.size.choices = size_choices()
        self.formats.choices = options(CREATIVE_FORMATS)
        self.approval_rule.choices = options(OWN_APPROVAL_RULES)
        self.on_silence.choices = options(OWN_SILENCES)
        self.blocked_products.choices = product_choices()

    def validate_formats(self, field: TickBoxes) -> None:
        """Raises if no format is ticked.

        Raises:
            ValidationError: none is ticked.
        """
        if not field.data:
            sentence = lazy("Tick at least one format.")
            raise ValidationError(sentence)

    def validate_width_px(self, field: IntegerField) -> None:
        """Raises if it is no side of a custom size."""
        self._check_side(field)

    def validate_height_px(self, field: IntegerField) -> None:
        """Raises if it is no side of a custom size."""
        self._check_side(field)

    @property
    def measures(self) -> tuple[int, int] | None:
        """Width and height in pixels, as chosen or typed; None while they make no socket."""
        chosen = self.text("size")
        typed = (self.width_px.data, self.height_px.data)
        width_px, height_px = typed if chosen == CUSTOM_SIZE else sides_of(chosen)
        if not (_is_side(width_px) and _is_side(height_px)):
            return None
        return width_px, height_px

    def _check_side(self, field: IntegerField) -> None:
        if self.text("size") == CUSTOM_SIZE and not _is_side(field.data):
            sentence = _("Enter 1 to %(most)s pixels.", most=count_words(SIDE_PX_MAX))
            raise ValidationError(sentence)


def _is_side(side_px: int | None) -> TypeGuard[int]:
    return side_px is not None and 1 <= side_px <= SIDE_PX_MAX


class RateCardForm(Form):
    """Prices for a day, a week and 30 days, and which dates they hold for."""

    step = HiddenField(default=PREVIEW, validators=[AnyOf((PREVIEW, OFFER))])
    price_day = AmountField(lazy("One day"), one_line(40))
    price_week = AmountField(lazy("A week (7 days)"), one_line(40))
    price_30_days = AmountField(lazy("30 days"), one_line(40))
    lead_days = whole_number(lazy("Days between buying and the first day"), 0, LEAD_DAYS_MAX, default=3)
    days_min = whole_number(lazy("Shortest flight"), 1, FLIGHT_DAYS_MAX, default=1)
    days_max = whole_number(lazy("Longest flight"), 1, FLIGHT_DAYS_MAX, default=90)

    def validate_days_max(self, field: IntegerField) -> None:
        """Raises if the longest flight is shorter than the shortest.

        Raises:
            ValidationError: it is shorter.
        """
        shortest = self.days_min.data
        if field.data is not None and shortest is not None and field.data < shortest:
            sentence = lazy("The longest flight must not be shorter than the shortest.")
            raise ValidationError(sentence)

    def validate_price_day(self, _field: AmountField) -> None:
        """Raises if there is no price at all.

        Raises:
            ValidationError: it has none.
        """
        if not any(field.data for field in self.prices):
            sentence = lazy("Enter at least one price.")
            raise ValidationError(sentence)

    @property
    def prices(self) -> Iterable[AmountField]:
        """The three amounts."""
        return (self.price_day, self.price_week, self.price_30_days)


def day_of(field: DateField) -> date:
    """The day in a field that was validated."""
    if field.data is None:
        raise InvariantBroken(field.name)
    return field.data


class DaysForm(Form):
    """A run of days, first and last included."""

    starts_on = DateField(lazy("First day"), [InputRequired(lazy("Enter the first day."))], render_kw={"type": "date"})
    ends_on = DateField(lazy("Last day"), [InputRequired(lazy("Enter the last day."))], render_kw={"type": "date"})

    def validate_ends_on(self, field: DateField) -> None:
        """Raises if the last day is too far away.

        Raises:
            ValidationError: it is too far away.
        """
        if field.data is not None and field.data.year > LAST_YEAR:
            sentence = lazy("Enter a day within a year from now.")
            raise ValidationError(sentence)

    @property
    def ends_before(self) -> date:
        """The day after the last one."""
        return day_of(self.ends_on) + timedelta(days=1)


class LiftForm(Form):
    """A run of blacked-out days that go back on the market, first and last included."""

    lift_from = DateField(lazy("First day"), [InputRequired(lazy("Enter the first day."))], render_kw={"type": "date"})
    lift_until = DateField(lazy("Last day"), [InputRequired(lazy("Enter the last day."))], render_kw={"type": "date"})

    def validate_lift_until(self, field: DateField) -> None:
        """Raises if the last day is before the first, or too far away.

        Raises:
            ValidationError: it is, or it is too far away.
        """
        first = self.lift_from.data
        if field.data is not None and field.data.year > LAST_YEAR:
            sentence = lazy("Enter a day within a year from now.")
            raise ValidationError(sentence)
        if field.data is not None and first is not None and field.data < first:
            sentence = lazy("The last day must not be before the first.")
            raise ValidationError(sentence)
