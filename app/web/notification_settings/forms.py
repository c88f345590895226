"""Forms of the notices and their preferences."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import Regexp

from app.domain.notifications.queries import switchable
from app.domain.notifications.states import Channel
from app.web.shell.forms import UNKNOWN_FIELD, Form
from app.web.words.messages import lazy
from app.web.words.states.notifications import CHANNELS


def field_name(kind: str, channel: Channel) -> str:
    """The name of the box for a kind and channel."""
    return f"{kind}_by_{channel}"


class _PreferencesForm(Form):
    """One box for each kind and channel that a person decides about."""

    def choices(self) -> dict[tuple[str, Channel], bool]:
        """What is ticked and what is not."""
        return {
            (kind, channel): bool(self._fields[field_name(kind, channel)].data)
            for kind, channel, _title in switchable()
        }


# The boxes follow the table of kinds: a new kind appears here by itself.
PreferencesForm: type[_PreferencesForm] = type(
    "PreferencesForm",
    (_PreferencesForm,),
    {
        field_name(kind, channel): BooleanField(
            lazy("%(kind)s: %(channel)s", kind=lazy(title), channel=lazy(CHANNELS[channel].label_id))
        )
        for kind, channel, title in switchable()
    },
)


class ReadAllForm(Form):
    """Marks everything up to the newest notice on the page as read."""

    newest = HiddenField(validators=[Regexp(r"^[0-9]{1,18}\Z", message=UNKNOWN_FIELD)])
