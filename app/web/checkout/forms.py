"""Forms of the checkout."""

from dataclasses import dataclass
from datetime import date, timedelta

from wtforms import DateField, Field, IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.foundation.errors import InvariantBroken
from app.web.shell.forms import Form
from app.web.words.messages import lazy

ID_MAX = 2**63 - 1
DATE_MISSING = lazy("Choose a date, like 2026-12-28.")
CARD_MISSING = lazy("Choose a card.")
FAR_DAY = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class RequestedDays:
    """The days of a listing that were asked for."""

    listing_id: int
    starts_on: date
    ends_before: date


def check_near(_form: Form, field: Field) -> None:
    """Raises if one cannot reckon with the day.

    Raises:
        ValidationError: it lies centuries away.
    """
    if field.data is not None and field.data >= FAR_DAY:
        raise ValidationError(DATE_MISSING)


class DatesForm(Form):
    """Which days of which listing; the last day is one of them. The price is never part of it."""

    listing = IntegerField(lazy("Listing"), [InputRequired(), NumberRange(1, ID_MAX)])
    starts_on = DateField(lazy("First day"), [InputRequired(DATE_MISSING), check_near])
    ends_on = DateField(lazy("Last day"), [InputRequired(DATE_MISSING), check_near])

    @property
    def days(self) -> RequestedDays:
        """What was asked for, of a valid form."""
        if self.listing.data is None or self.starts_on.data is None or self.ends_on.data is None:
            message = "the days of a form were read before it was validated"
            raise InvariantBroken(message)
        return RequestedDays(self.listing.data, self.starts_on.data, self.ends_on.data + timedelta(days=1))


class PaymentForm(Form):
    """Which stored card pays what credit does not cover; the amounts are the order's."""

    credit_minor = IntegerField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(0, ID_MAX)])
    card = RadioField(
        lazy("Card"), [Optional(), NumberRange(1, ID_MAX, CARD_MISSING)], coerce=int, validate_choice=False
    )

    def show_credit(self, credit_minor: int) -> None:
        """Notes the credit that the page shows now, whatever was sent."""
        self.credit_minor.data, self.credit_minor.raw_data = credit_minor, None
