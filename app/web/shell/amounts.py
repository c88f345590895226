"""A form field for an amount of money in the installation's currency."""

from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from app.foundation.money import AmountRefused, parse_amount
from app.web.shell.tools import config
from app.web.words.messages import lazy
from app.web.words.refusals import refusal_sentence

NOTHING = lazy("Enter more than nothing, or leave it empty.")


class AmountField(StringField):
    """An amount of money as people write it; ``minor`` is what it means, None when it was left empty."""

    minor: int | None = None

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - fixed by WTForms
        """Reads the amount.

        Raises:
            ValidationError: it cannot be read, or is nothing.
        """
        self.minor = None
        if not self.data:
            return
        try:
            self.minor = parse_amount(self.data, config().currency)
        except AmountRefused as refusal:
            raise ValidationError(refusal_sentence(refusal)) from refusal
        if self.minor == 0:
            raise ValidationError(NOTHING)
