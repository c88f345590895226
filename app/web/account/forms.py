"""Forms of My Account."""

from urllib.parse import urlsplit

from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)
from wtforms.validators import Email, InputRequired, Length, Optional, Regexp, ValidationError

from app.web.shell.choices import country_choices, time_zone_choices
from app.web.shell.forms import Form, fits_folded, many_lines, one_line
from app.web.words.messages import lazy
from app.web.words.states.settlement import ENTITY_KINDS

PASSWORD_CHARACTERS_MAX = 1024
PHONE = r"^\+?[0-9 ().\-/]{5,40}\Z"


def check_web_address(_form: Form, field: Field) -> None:
    """Raises if it is not an http or https address with a host name.

    Raises:
        ValidationError: it is something else.
    """
    parts = urlsplit(str(field.data))
    if parts.scheme not in {"http", "https"} or "." not in (parts.hostname or "") or parts.username:
        sentence = lazy("Enter a web address like https://example.com.")
        raise ValidationError(sentence)


def current_password_field() -> PasswordField:
    """The present password, asked again before something important changes."""
    too_long = Length(max=PASSWORD_CHARACTERS_MAX, message=lazy("Use at most 1024 characters."))
    return PasswordField(lazy("Current password"), [InputRequired(lazy("Enter your current password.")), too_long])


class ProfileForm(Form):
    """Everything about a person and their account that is not an address, an e-mail address or a password."""

    first_name = StringField(lazy("First name"), [InputRequired(lazy("Enter your first name.")), *one_line(80)])
    last_name = StringField(lazy("Last name"), [InputRequired(lazy("Enter your last name.")), *one_line(80)])
    display_name = StringField(lazy("Display name"), [InputRequired(lazy("Enter a display name.")), *one_line(80, 2)])
    company_name = StringField(lazy("Company"), one_line(120))
    about = TextAreaField(lazy("About"), many_lines(1000))
    website = URLField(lazy("Website"), [Optional(), *one_line(300), check_web_address])
    phone = TelField(
        lazy("Phone"), [Optional(), *one_line(40), Regexp(PHONE, message=lazy("Enter a number like +1 650 555 0100."))]
    )
    time_zone = SelectField(lazy("Time zone"), [InputRequired(lazy("Choose a time zone."))])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone.choices = time_zone_choices()


class AddressForm(Form):
    """The postal address."""

    country_code = SelectField(lazy("Country"), [InputRequired(lazy("Choose a country."))])
    street_address = StringField(lazy("Street and house number"), one_line(200))
    city = StringField(lazy("City or town"), one_line(100))
    city_area = StringField(lazy("District"), one_line(100))
    country_area = StringField(lazy("State, province or region"), one_line(100))
    postal_code = StringField(lazy("Postal code"), one_line(20))
    sorting_code = StringField(lazy("Sorting code"), one_line(20))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.country_code.choices = [("", lazy("Choose a country")), *country_choices()]


class PublicProfileForm(Form):
    """Which contact details everybody may see."""

    shows_email = BooleanField(lazy("Show my e-mail address"))
    shows_phone = BooleanField(lazy("Show my phone number"))
    shows_website = BooleanField(lazy("Show my website"))
    shows_location = BooleanField(lazy("Show my city and country"))


class PasswordForm(Form):
    """Changes the password."""

    current_password = current_password_field()
    new_password = PasswordField(
        lazy("New password"),
        [
            InputRequired(lazy("Choose a new password.")),
            Length(max=PASSWORD_CHARACTERS_MAX, message=lazy("Use at most 1024 characters.")),
        ],
    )


class EmailForm(Form):
    """Changes the e-mail address."""

    email = EmailField(
        lazy("New e-mail address"),
        [
            InputRequired(lazy("Enter the new address.")),
            *one_line(254),
            fits_folded(254),
            Email(lazy("Enter an e-mail address like name@example.com.")),
        ],
    )
    current_password = current_password_field()


class CardForm(Form):
    """What the gateway's card fields gave for the card that was typed into them; good for one use."""

    nonce = HiddenField(
        lazy("Card"),
        [
            InputRequired(lazy("Type the card's details.")),
            Length(max=200),
            Regexp(r"^[A-Za-z0-9_-]+\Z", message=lazy("Type the card's details again.")),
        ],
    )


class PayoutAccountForm(Form):
    """Where earnings are paid; which of the numbers are needed depends on the country."""

    holder_name = StringField(
        lazy("Account holder"), [InputRequired(lazy("Enter the name of the account holder.")), *one_line(140)]
    )
    country_code = SelectField(lazy("Country of the bank"), [InputRequired(lazy("Choose a country."))])
    routing_number = StringField(lazy("Routing number"), one_line(20))
    account_number = StringField(lazy("Account number"), one_line(30))
    iban = StringField(lazy("IBAN"), one_line(50))
    current_password = current_password_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.country_code.choices = [("", lazy("Choose a country")), *country_choices()]


class TaxProfileForm(Form):
    """What a publisher certifies to be for tax."""

    legal_name = StringField(lazy("Legal name"), [InputRequired(lazy("Enter the legal name.")), *one_line(140)])
    entity_kind = SelectField(lazy("Kind"), [InputRequired(lazy("Choose one."))])
    country_code = SelectField(lazy("Country of tax residence"), [InputRequired(lazy("Choose a country."))])
    tax_number = StringField(lazy("Tax number"), one_line(40))
    certifies = BooleanField(
        lazy("I certify that this is true and complete, and that I may say so for this account."),
        [InputRequired(lazy("Tick the box to certify it."))],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.entity_kind.choices = [
            ("", lazy("Choose one")),
            *((kind.value, words.label) for kind, words in ENTITY_KINDS.items()),
        ]
        self.country_code.choices = [("", lazy("Choose a country")), *country_choices()]
