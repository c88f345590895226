"""Forms of local mode: moving the clock, and the sample form of the styleguide."""

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    BooleanField,
    DateField,
    EmailField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Regexp

from app.web.shell.forms import Form, many_lines, one_line

STEPS = r"^([1-9][0-9]{0,2}|1000)\Z"


class ClockForm(Form):
    """How far the clock moves forward."""

    amount = StringField(
        "How many",
        validators=[DataRequired("Enter a number."), Regexp(STEPS, message="Use a whole number from 1 to 1,000.")],
    )
    unit = SelectField("Hours or days", choices=[SelectChoice("hours"), SelectChoice("days")])


class SampleForm(Form):
    """Every kind of field, for the styleguide only; it is never kept."""

    full_name = StringField("Full name", validators=[DataRequired("Enter your name."), *one_line(80)])
    email = EmailField(
        "E-mail address",
        validators=[DataRequired("Enter an address."), Email("Enter an address like ann@example.com.")],
    )
    password = PasswordField("Password", validators=[DataRequired("Enter a password.")])
    country = SelectField(
        "Country",
        choices=[SelectChoice("", "Choose"), SelectChoice("DE", "Germany"), SelectChoice("US", "United States")],
        validators=[DataRequired("Choose a country.")],
    )
    starts_on = DateField("First day", validators=[InputRequired("Enter a date.")])
    opening_price = StringField("Opening price", validators=[DataRequired("Enter a price.")])
    about = TextAreaField("About the socket", validators=many_lines(10))
    approval = RadioField(
        "Approval",
        choices=[SelectChoice("all", "Accept all"), SelectChoice("each", "Look at each one")],
        validators=[DataRequired("Choose one.")],
    )
    agrees = BooleanField("I agree to the Terms", validators=[DataRequired("Tick this to go on.")])
    wants_news = BooleanField("Send me tips and offers")
