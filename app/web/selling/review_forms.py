"""Forms with which a publisher answers an ad that a buyer sent."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from app.domain.creatives.rules import NOTE_CHARACTERS_MAX
from app.domain.creatives.states import RefusalGround
from app.domain.inventory.queries import product_name
from app.web.shell.forms import Form, many_lines
from app.web.words.messages import lazy
from app.web.words.states.creatives import REFUSAL_GROUNDS

SAY_WHAT = lazy("Say in a sentence or two what is wrong, so that the buyer can mend it.")


class ChangeForm(Form):
    """Asks the buyer for a changed ad."""

    note = TextAreaField(
        lazy("What should be different"), [InputRequired(SAY_WHAT), *many_lines(NOTE_CHARACTERS_MAX)], id="change-note"
    )


class RefusalForm(Form):
    """Refuses an ad on one of the grounds that stand with its socket."""

    ground = RadioField(lazy("Ground"), [InputRequired(lazy("Choose the ground."))])
    blocked = SelectField(lazy("Which blocked category"))
    note = TextAreaField(
        lazy("What is wrong with it"), [InputRequired(SAY_WHAT), *many_lines(NOTE_CHARACTERS_MAX)], id="refusal-note"
    )

    def __init__(
        self, *args: object, grounds: Sequence[RefusalGround], blocked_products: Sequence[str], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ground.choices = [(ground.value, REFUSAL_GROUNDS[ground].label) for ground in grounds]
        self.blocked.choices = [
            ("", lazy("Choose a category")),
            *((code, product_name(code)) for code in blocked_products),
        ]
        if RefusalGround.CATEGORY not in grounds:
            del self.blocked

    @property
    def blocked_product(self) -> str:
        """The blocked category that was chosen; empty when none was, or none is blocked."""
        return self.text("blocked") if "blocked" in self._fields else ""
