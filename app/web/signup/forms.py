"""Forms of the door."""

from typing import Any

from wtforms import BooleanField, EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from app.web.shell.choices import country_choices
from app.web.shell.forms import Form, at_most, fits_folded, one_line
from app.web.words.messages import lazy

EMAIL_CHARACTERS_MAX = 254
PASSWORD_FIELD_CHARACTERS_MAX = 1024


def email_checks() -> list[Any]:
    """Validators of an e-mail address."""
    return [
        InputRequired(lazy("Enter your e-mail address.")),
        *one_line(EMAIL_CHARACTERS_MAX),
        fits_folded(EMAIL_CHARACTERS_MAX),
        Email(lazy("Enter an e-mail address like name@example.com.")),
    ]


def password_checks(sentence: str) -> list[Any]:
    """Validators of a password as typed; what makes a good one is the accounts room's rule."""
    return [
        InputRequired(sentence),
        Length(max=PASSWORD_FIELD_CHARACTERS_MAX, message=at_most(PASSWORD_FIELD_CHARACTERS_MAX)),
    ]


class SignUpForm(Form):
    """Opens an account; nothing but this is asked."""

    first_name = StringField(lazy("First name"), [InputRequired(lazy("Enter your first name.")), *one_line(80)])
    last_name = StringField(lazy("Last name"), [InputRequired(lazy("Enter your last name.")), *one_line(80)])
    email = EmailField(lazy("E-mail address"), email_checks())
    password = PasswordField(lazy("Password"), password_checks(lazy("Choose a password.")))
    country_code = SelectField(lazy("Country"), [InputRequired(lazy("Choose a country."))])
    street_address = StringField(lazy("Street and house number"), one_line(200))
    city = StringField(lazy("City or town"), one_line(100))
    city_area = StringField(lazy("District"), one_line(100))
    country_area = StringField(lazy("State, province or region"), one_line(100))
    postal_code = StringField(lazy("Postal code"), one_line(20))
    agree = BooleanField("", [DataRequired(lazy("Agree to the Terms and the Privacy Policy to open an account."))])
    wants_marketing = BooleanField(lazy("Send me tips and product news. I can stop them at any time."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.country_code.choices = [("", lazy("Choose a country")), *country_choices()]


class SignInForm(Form):
    """Starts a session."""

    email = EmailField(lazy("E-mail address"), email_checks())
    password = PasswordField(lazy("Password"), password_checks(lazy("Enter your password.")))
    remember_email = BooleanField(lazy("Remember my e-mail address on this device"))


class ResetAskForm(Form):
    """Asks for a link that resets the password."""

    email = EmailField(lazy("E-mail address"), email_checks())


class ResetForm(Form):
    """Sets a new password with a mailed link."""

    new_password = PasswordField(lazy("New password"), password_checks(lazy("Choose a new password.")))
