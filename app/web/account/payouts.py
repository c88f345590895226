"""Where earnings are paid and what their owner is for tax; changing the bank account asks for the password again."""

from collections.abc import Callable

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.settlement.queries.earnings import open_payout_of, payout_account_of, tax_profile_of
from app.domain.settlement.service.accounts import (
    BankAccount,
    TaxDetails,
    certify_tax_profile,
    change_payout_account,
)
from app.domain.settlement.states import EntityKind
from app.foundation.access import Permission
from app.foundation.clock import database_now
from app.web.account.blueprint import blueprint
from app.web.account.credentials import check_current_password
from app.web.account.forms import PayoutAccountForm, TaxProfileForm
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, render, submit, submit_prepared
from app.web.shell.principal import me
from app.web.shell.rate_limits import limited
from app.web.shell.tools import sealer
from app.web.words.messages import _

PAYOUT, TAX = "account/payout.html", "account/tax.html"


@blueprint.get("/payouts/account")
@requires(Permission.SELL)
def payout() -> Response:
    """The form for the bank account; its numbers are never shown again."""
    account = payout_account_of(me().account_id)
    form = PayoutAccountForm(
        holder_name=account.holder_name if account else "", country_code=account.country_code if account else "US"
    )
    return render(PAYOUT, form=form, **_present_account())


@blueprint.post("/payouts/account")
@requires(Permission.SELL)
@limited("10/hour")
def save_payout_account() -> Response:
    """Keeps another bank account, and tells its owner by mail."""
    form, account_id = PayoutAccountForm(), me().account_id

    def prepare() -> Callable[[], str]:
        check_current_password(form)
        typed = BankAccount(**{name: form.text(name) for name in BankAccount.__dataclass_fields__})

        def work() -> str:
            change_payout_account(account_id, typed, user_id=me().user_id, sealer=sealer(), now=database_now())
            return url_for("account.earnings")

        return work

    response = submit_prepared(form, prepare, PAYOUT, _present_account)
    return flash_on_success(response, _("The bank account is kept. We have told you by mail as well."))


@blueprint.get("/payouts/tax")
@requires(Permission.SELL)
def tax() -> Response:
    """The tax profile's form; the number is never shown again."""
    profile = tax_profile_of(me().account_id)
    form = TaxProfileForm(
        legal_name=profile.legal_name if profile else "",
        entity_kind=profile.entity_kind.value if profile else "",
        country_code=profile.country_code if profile else "US",
    )
    return render(TAX, form=form, profile=profile)


@blueprint.post("/payouts/tax")
@requires(Permission.SELL)
@limited("10/hour")
def save_tax_profile() -> Response:
    """Keeps what was certified."""
    form, account_id = TaxProfileForm(), me().account_id

    def work() -> str:
        typed = TaxDetails(
            legal_name=form.text("legal_name"),
            entity_kind=EntityKind(form.text("entity_kind")),
            country_code=form.text("country_code"),
            tax_number=form.text("tax_number"),
        )
        certify_tax_profile(account_id, typed, user_id=me().user_id, sealer=sealer(), now=database_now())
        return url_for("account.earnings")

    response = submit(form, work, TAX, lambda: {"profile": tax_profile_of(account_id)})
    return flash_on_success(response, _("Your tax profile is kept."))


def _present_account() -> dict[str, object]:
    account_id = me().account_id
    return {"account": payout_account_of(account_id), "running": open_payout_of(account_id)}
