"""The styleguide's sample form, untouched and not accepted."""

from werkzeug.datastructures import MultiDict

from app.foundation.identifiers import new_public_id
from app.web.local.forms import SampleForm
from app.web.shell.forms import ALLOWED_EXTRA

WRONG = {
    "full_name": "Ann Example",
    "email": "ann at example",
    "country": "",
    "starts_on": "",
    "opening_price": "",
    "about": "More than ten characters.",
}


def blank_sample() -> SampleForm:
    """The form as it is first seen; its ids are its own, so that both fit on one page."""
    form = SampleForm(formdata=None)
    for field in form:
        field.id = field.label.field_id = f"blank-{field.id}"
    return form


def refused_sample() -> SampleForm:
    """The form after it was sent with mistakes in it."""
    form = SampleForm(formdata=MultiDict(WRONG | {"request_key": new_public_id()}))
    for field in form:
        if field.name not in ALLOWED_EXTRA:
            field.validate(form)
    return form
