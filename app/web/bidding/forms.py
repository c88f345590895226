"""Forms of bidding and of opening an auction."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectChoice,
)
from wtforms.validators import AnyOf, InputRequired, ValidationError

from app.domain.auctions.states import WithdrawalReason
from app.foundation.errors import InvariantBroken
from app.foundation.flight import DAY, Flight
from app.web.shell.amounts import AmountField
from app.web.shell.forms import Form, one_line

LOOK, PLACE = "look", "place"
LAST_YEAR = 2199
REASONS = {
    WithdrawalReason.WRONG_AMOUNT: "I typed a wrong amount",
    WithdrawalReason.TERMS_CHANGED: "The description of the site or socket changed",
    WithdrawalReason.NO_ANSWER: "A question that matters to me was not answered",
}


class BidForm(Form):
    """The most that somebody would pay."""

    step = HiddenField(default=PLACE, validators=[AnyOf((LOOK, PLACE))])
    amount = AmountField("Your ceiling", [InputRequired("Enter the most you would pay."), *one_line(40)])

    @property
    def ceiling_minor(self) -> int:
        """The ceiling, once the form is valid."""
        if self.amount.minor is None:
            raise InvariantBroken(self.amount.name)
        return self.amount.minor


class WithdrawalForm(Form):
    """Why a bid is taken back."""

    reason = RadioField(
        "Why do you withdraw?",
        [InputRequired("Choose a reason.")],
        choices=[SelectChoice(reason.value, words) for reason, words in REASONS.items()],
    )


class AuctionForm(Form):
    """Prices and end of an auction; times are those of the site."""

    step = HiddenField(default=LOOK, validators=[AnyOf((LOOK, PLACE))])
    opening_price = AmountField("Opening price", [InputRequired("Enter the opening price."), *one_line(40)])
    reserve_price = AmountField("Reserve price", one_line(40))
    buy_now_price = AmountField("Buy-now price", one_line(40))
    ends_at = DateTimeLocalField(
        "Ends at", [InputRequired("Enter when the auction ends.")], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    )
    is_short_notice = BooleanField("Short notice: the winner has 24 hours to pay, and there is no second chance")

    def end_in(self, zone: ZoneInfo) -> datetime:
        """When it ends, once the form is valid."""
        local: datetime | None = self.ends_at.data
        if local is None:
            raise InvariantBroken(self.ends_at.name)
        return local.replace(tzinfo=zone)

    def validate_ends_at(self, field: DateTimeLocalField) -> None:
        """Lets a time of our days through.

        Raises:
            ValidationError: its year is none that anybody means.
        """
        _check_year(field.data)


class NewAuctionForm(AuctionForm):
    """The same, with the dates that are sold."""

    starts_on = DateField("First day of the ad", [InputRequired("Enter the first day.")])
    ends_on = DateField("Last day of the ad", [InputRequired("Enter the last day.")])

    @property
    def flight(self) -> Flight:
        """The dates, once the form is valid."""
        first, last = self.starts_on.data, self.ends_on.data
        if first is None or last is None:
            raise InvariantBroken(self.starts_on.name)
        return Flight(first, last + DAY)

    def validate_starts_on(self, field: DateField) -> None:
        """Lets a day of our days through.

        Raises:
            ValidationError: its year is none that anybody means.
        """
        _check_year(field.data)

    def validate_ends_on(self, field: DateField) -> None:
        """Lets a last day through that is not before the first.

        Raises:
            ValidationError: it is, or its year is none that anybody means.
        """
        _check_year(field.data)
        first: date | None = self.starts_on.data
        if field.data is not None and first is not None and field.data < first:
            sentence = "The last day must not be before the first."
            raise ValidationError(sentence)


def _check_year(day: date | datetime | None) -> None:
    if day is not None and not 2000 <= day.year <= LAST_YEAR:  # noqa: PLR2004 - the century
        sentence = "Check the year."
        raise ValidationError(sentence)
