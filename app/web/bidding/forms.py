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

from app.foundation.errors import InvariantBroken
from app.foundation.flight import DAY, Flight
from app.web.shell.amounts import AmountField
from app.web.shell.forms import Form, one_line
from app.web.words.messages import _, lazy
from app.web.words.states.auctions import WITHDRAWAL_REASONS

LOOK, PLACE = "look", "place"
LAST_YEAR = 2199


class BidForm(Form):
    """The most that somebody would pay."""

    step = HiddenField(default=PLACE, validators=[AnyOf((LOOK, PLACE))])
    amount = AmountField(lazy("Your ceiling"), [InputRequired(lazy("Enter the most you would pay.")), *one_line(40)])

    @property
    def ceiling_minor(self) -> int:
        """The ceiling, once the form is valid."""
        if self.amount.minor is None:
            raise InvariantBroken(self.amount.name)
        return self.amount.minor


class WithdrawalForm(Form):
    """Why a bid is taken back."""

    reason = RadioField(
        lazy("Why do you withdraw?"),
        [InputRequired(lazy("Choose a reason."))],
        choices=[SelectChoice(reason.value, lazy(words.label_id)) for reason, words in WITHDRAWAL_REASONS.items()],
    )


class AuctionForm(Form):
    """Prices and end of an auction; times are those of the site."""

    step = HiddenField(default=LOOK, validators=[AnyOf((LOOK, PLACE))])
    opening_price = AmountField(lazy("Opening price"), [InputRequired(lazy("Enter the opening price.")), *one_line(40)])
    reserve_price = AmountField(lazy("Reserve price"), one_line(40))
    buy_now_price = AmountField(lazy("Buy-now price"), one_line(40))
    ends_at = DateTimeLocalField(
        lazy("Ends at"),
        [InputRequired(lazy("Enter when the auction ends."))],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    is_short_notice = BooleanField(lazy("Short notice: the winner has 24 hours to pay, and there is no second chance"))

    def end_in(self, zone: ZoneInfo) -> datetime:
        """When it ends, once the form is valid."""
        local: datetime | None = self.ends_at.data
        if local is None:
            raise InvariantBroken(self.ends_at.name)
        return local.replace(tzinfo=zone)

    def validate_ends_at(self, field: DateTimeLocalField) -> None:
        """Checks the year.

        Raises:
            ValidationError: it is none that anybody means.
        """
        _check_year(field.data)


class NewAuctionForm(AuctionForm):
    """The same, with the dates that are sold."""

    starts_on = DateField(lazy("First day of the ad"), [InputRequired(lazy("Enter the first day."))])
    ends_on = DateField(lazy("Last day of the ad"), [InputRequired(lazy("Enter the last day."))])

    @property
    def flight(self) -> Flight:
        """The dates, once the form is valid."""
        first, last = self.starts_on.data, self.ends_on.data
        if first is None or last is None:
            raise InvariantBroken(self.starts_on.name)
        return Flight(first, last + DAY)

    def validate_starts_on(self, field: DateField) -> None:
        """Checks the year.

        Raises:
            ValidationError: it is none that anybody means.
        """
        _check_year(field.data)

    def validate_ends_on(self, field: DateField) -> None:
        """Checks the last day against the first.

        Raises:
            ValidationError: it is before the first, or its year is none that anybody means.
        """
        _check_year(field.data)
        first: date | None = self.starts_on.data
        if field.data is not None and first is not None and field.data < first:
            raise ValidationError(_("The last day must not be before the first."))


def _check_year(day: date | datetime | None) -> None:
    if day is not None and not 2000 <= day.year <= LAST_YEAR:  # noqa: PLR2004 - the century
        raise ValidationError(_("Check the year."))
