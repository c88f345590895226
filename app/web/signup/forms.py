"""Forms of the door."""

from typing import Any

from wtforms import BooleanField, EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from app.web.shell.choices import country_choices
from app.web.shell.forms import Form, fits_folded, one_line

EMAIL_CHARACTERS_MAX = 254
PASSWORD_FIELD_CHARACTERS_MAX = 1024


def email_checks() -> list[Any]:
    """Validators of an e-mail address."""
    return [
        InputRequired("Enter your e-mail address."),
        *one_line(EMAIL_CHARACTERS_MAX),
        fits_folded(EMAIL_CHARACTERS_MAX),
        Email("Enter an e-mail address like name@example.com."),
    ]


def password_checks(sentence: str) -> list[Any]:
    """Validators of a password as typed; what makes a good one is the accounts room's rule."""
    too_long = f"Use at most {PASSWORD_FIELD_CHARACTERS_MAX} characters."
    return [InputRequired(sentence), Length(max=PASSWORD_FIELD_CHARACTERS_MAX, message=too_long)]


class SignUpForm(Form):
    """Opens an account; nothing but this is asked."""

    first_name = StringField("First name", [InputRequired("Enter your first name."), *one_line(80)])
    last_name = StringField("Last name", [InputRequired("Enter your last name."), *one_line(80)])
    email = EmailField("E-mail address", email_checks())
    password = PasswordField("Password", password_checks("Choose a password."))
    country_code = SelectField("Country", [InputRequired("Choose a country.")])
    street_address = StringField("Street and house number", one_line(200))
    city = StringField("City or town", one_line(100))
    city_area = StringField("District", one_line(100))
    country_area = StringField("State, province or region", one_line(100))
    postal_code = StringField("Postal code", one_line(20))
    agree = BooleanField("", [DataRequired("Agree to the Terms and the Privacy Policy to open an account.")])
    wants_marketing = BooleanField("Send me tips and product news. I can stop them at any time.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.country_code.choices = [("", "Choose a country"), *country_choices()]


class SignInForm(Form):
    """Starts a session."""

    email = EmailField("E-mail address", email_checks())
    password = PasswordField("Password", password_checks("Enter your password."))
    remember_email = BooleanField("Remember my e-mail address on this device")


class ResetAskForm(Form):
    """Asks for a link that resets the password."""

    email = EmailField("E-mail address", email_checks())


class ResetForm(Form):
    """Sets a new password with a mailed link."""

    new_password = PasswordField("New password", password_checks("Choose a new password."))
