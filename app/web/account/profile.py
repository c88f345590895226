"""Reviewing and changing what an account says about itself."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.domain.accounts.queries import get_account, get_address, get_user
from app.domain.accounts.rules import PostalAddress, normalized_postal_address
from app.domain.accounts.service.profile import (
    ContactSwitches,
    Profile,
    amend_address,
    amend_profile,
    show_contact_details,
)
from app.foundation.access import Permission
from app.web.account.blueprint import blueprint
from app.web.account.forms import AddressForm, ProfileForm, PublicProfileForm
from app.web.shell.access import requires, signed_in
from app.web.shell.answers import render, submit
from app.web.shell.choices import country_name
from app.web.shell.principal import me
from app.web.words.messages import _


@blueprint.get("")
@signed_in
def overview() -> Response:
    """What is stored about the account, with a way to change each part."""
    person = me()
    address = get_address(person.account_id)
    return render(
        "account/overview.html",
        user=get_user(person.user_id),
        account=get_account(person.account_id),
        address=address,
        country=country_name(address.country_code),
    )


@blueprint.get("/profile")
@signed_in
def profile() -> Response:
    """The profile's form."""
    person = me()
    user, account = get_user(person.user_id), get_account(person.account_id)
    form = ProfileForm(
        first_name=user.first_name,
        last_name=user.last_name,
        display_name=account.display_name,
        company_name=account.company_name,
        about=account.about,
        website=account.website,
        phone=account.phone,
        time_zone=account.time_zone,
    )
    return render("account/profile.html", form=form)


@blueprint.post("/profile")
@signed_in
def save_profile() -> Response:
    """Stores the profile."""
    form, person = ProfileForm(), me()

    def work() -> str:
        names = Profile.__dataclass_fields__
        amend_profile(person.user_id, person.account_id, Profile(**{name: form.text(name) for name in names}))
        return url_for("account.overview")

    return _saved(submit(form, work, "account/profile.html"))


@blueprint.get("/address")
@signed_in
def address() -> Response:
    """The address's form."""
    form = AddressForm(obj=get_address(me().account_id))
    return render("account/address.html", form=form)


@blueprint.post("/address")
@signed_in
def save_address() -> Response:
    """Stores the address in the form its country asks for."""
    form, person = AddressForm(), me()

    def work() -> str:
        names = PostalAddress.__dataclass_fields__
        amend_address(
            person.account_id, normalized_postal_address(PostalAddress(**{name: form.text(name) for name in names}))
        )
        return url_for("account.overview")

    return _saved(submit(form, work, "account/address.html"))


@blueprint.get("/public-profile")
@signed_in
def public_profile() -> Response:
    """Which contact details everybody may see."""
    account = get_account(me().account_id)
    return render("account/public_profile.html", form=PublicProfileForm(obj=account), account=account)


@blueprint.post("/public-profile")
@requires(Permission.SHOW_CONTACT_DETAILS)
def save_public_profile() -> Response:
    """Switches contact details on or off."""
    form, person = PublicProfileForm(), me()

    def work() -> str:
        switches = {name: bool(form[name].data) for name in ContactSwitches.__dataclass_fields__}
        show_contact_details(person.account_id, ContactSwitches(**switches))
        return url_for("account.public_profile")

    context = lambda: {"account": get_account(person.account_id)}  # noqa: E731 - shown again only after a mistake
    return _saved(submit(form, work, "account/public_profile.html", context))


def _saved(response: Response) -> Response:
    if response.status_code < 400:  # noqa: PLR2004 - anything but an error
        flash(_("Saved."), "success")
    return response
