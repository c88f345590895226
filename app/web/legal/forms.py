"""The form of the agreement."""

from wtforms import BooleanField, HiddenField, ValidationError
from wtforms.validators import DataRequired

from app.web.shell.forms import Form
from app.web.words.messages import lazy


class AgreementForm(Form):
    """Agrees to the documents that the page named, and to no others."""

    agree = BooleanField(
        lazy("I have read and agree to the Terms of Service and the Privacy Policy"),
        [DataRequired(lazy("Tick the box to agree. Without it you cannot go on using your account."))],
    )
    versions = HiddenField()

    def __init__(self, in_force: str) -> None:
        super().__init__()
        self._in_force = in_force
        if not self.is_submitted():
            self.versions.data = in_force

    def validate_versions(self, field: HiddenField) -> None:
        """Takes the tick back when a newer version came out between opening the page and sending it.

        Raises:
            ValidationError: the page did not name the versions that are in force.
        """
        if field.data != self._in_force:
            field.data = self._in_force
            self.agree.data = False
            message = "A newer version came out while this page was open. Read it, then agree to it."
            raise ValidationError(message)
