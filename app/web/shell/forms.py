"""The base of every form: CSRF token, request key, trimmed text, nothing unknown and nothing twice."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, SelectMultipleField
from wtforms.validators import Length, Regexp, ValidationError

from app.foundation.errors import Refusal
from app.foundation.identifiers import new_public_id
from app.web.words.messages import lazy
from app.web.words.refusals import refusal_problems, refusal_sentence

if TYPE_CHECKING:
    from wtforms.fields.core import UnboundField

UNKNOWN_FIELD = lazy(
    "The form was sent with a field that does not belong to it. Nothing was changed; open the page again."
)
NO_KEY = lazy(
    "The form was sent without its own number. Nothing was changed; open the page again and send it from there."
)
SENT_TWICE = lazy("This was sent twice. Send one value.")
CONTROL_CHARACTERS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*\Z"
ONE_LINE = r"^[^\x00-\x1f\x7f]*\Z"
ALLOWED_EXTRA = frozenset({"csrf_token", "request_key"})


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """A form that changes something."""

    form_errors: list[str]
    request_key = HiddenField(
        default=new_public_id,
        validators=[Length(min=16, max=64), Regexp(r"^[A-Za-z0-9_-]+\Z")],
    )

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask-wtf carries no types
        """Trims text, but never a password: it is taken exactly as typed."""

        def bind_field(self, form: "Form", unbound_field: "UnboundField[Any]", options: dict[str, Any]) -> Field:
            """Adds the trimming filter to every text field."""
            if not issubclass(unbound_field.field_class, PasswordField):
                filters = list(unbound_field.kwargs.get("filters", []))
                options["filters"] = [trimmed, *filters]
                unbound_field = _without_filters(unbound_field)
            bound: Field = unbound_field.bind(form=form, **options)
            return bound

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Validates each field, then what the form as a whole was sent with."""
        is_valid = bool(super().validate(extra_validators=extra_validators))
        has_key = bool(self.request_key.raw_data) and not self.request_key.errors
        if not has_key:
            # Its default would make a form without a key look like a new one each time it is sent.
            self.request_key.errors = []
            self.request_key.data = new_public_id()
            self.form_errors = [*self.form_errors, NO_KEY]
        return self._has_nothing_extra() and is_valid and has_key

    def take(self, refusal: Refusal) -> None:
        """Puts a refusal's sentence beside its field, or at the top when it is about no single field."""
        problems = {name: text for name, text in refusal_problems(refusal).items() if name in self._fields}
        for name, text in problems.items():
            self._fields[name].errors = [*self._fields[name].errors, text]
        if not problems:
            self.form_errors = [*self.form_errors, refusal_sentence(refusal)]

    def text(self, name: str) -> str:
        """A text field's value; empty when nothing was sent."""
        return str(self._fields[name].data or "")

    def _has_nothing_extra(self) -> bool:
        is_clean = True
        for name, values in request.form.lists():
            field = self._fields.get(name)
            if field is None and name not in ALLOWED_EXTRA:
                self.form_errors = [*self.form_errors, UNKNOWN_FIELD]
                is_clean = False
            elif len(values) > 1 and not isinstance(field, SelectMultipleField):
                self._refuse_doubled(field)
                is_clean = False
        return is_clean

    def _refuse_doubled(self, field: Field | None) -> None:
        if field is None or isinstance(field, HiddenField):
            self.form_errors = [*self.form_errors, SENT_TWICE]
        else:
            field.errors = [*field.errors, SENT_TWICE]


def trimmed(value: object) -> object:
    """Text without the space around it; anything else as it is."""
    return value.strip() if isinstance(value, str) else value


def one_line(maximum: int, minimum: int = 0) -> list[Any]:
    """Validators of a one-line text: its length, and no control characters."""
    sentence = at_most(maximum)
    if minimum:
        sentence = lazy("Use %(minimum)s to %(maximum)s characters.", minimum=minimum, maximum=maximum)
    plain = lazy("Use plain text on one line.")
    return [Length(min=minimum, max=maximum, message=sentence), Regexp(ONE_LINE, message=plain)]


def fits_folded(maximum: int) -> Callable[[Form, Field], None]:
    """A validator: the text fits its column with capital and small letters made equal, too; some letters grow."""

    def check(_form: Form, field: Field) -> None:
        if len(str(field.data or "").casefold()) > maximum:
            raise ValidationError(at_most(maximum))

    return check


def many_lines(maximum: int) -> list[Any]:
    """Validators of a longer text: its length, and no control characters but line ends."""
    return [
        Length(max=maximum, message=at_most(maximum)),
        Regexp(CONTROL_CHARACTERS, message=lazy("Use plain text.")),
    ]


def at_most(maximum: int) -> str:
    """The sentence for a text that is too long."""
    return lazy("Use at most %(maximum)s characters.", maximum=maximum)


def _without_filters(unbound_field: "UnboundField[Any]") -> "UnboundField[Any]":
    unbound_field.kwargs.pop("filters", None)
    return unbound_field
