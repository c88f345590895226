"""Unpaid awards that count against buyers, and forgiving one."""

from flask import url_for
from werkzeug.wrappers import Response

from app.domain.auctions.queries import page_of_strikes as strikes_page
from app.domain.auctions.service.awards import lift_strike
from app.domain.audit.service import record_audit
from app.foundation.access import Permission, allows
from app.web.admin.blueprint import blueprint
from app.web.admin.pages import staff_links
from app.web.admin.staff_page import asked_page, existing, staff_page
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, submit
from app.web.shell.forms import Form
from app.web.shell.principal import me, request_now
from app.web.words.messages import _

TEMPLATE = "admin/strikes.html"


@blueprint.get("/staff/strikes")
@requires(Permission.SEE_MARKET)
def strikes() -> Response:
    """Every strike, newest first."""
    return staff_page(TEMPLATE, form=Form(), **_context())


@blueprint.post("/staff/strikes/<int:strike_id>/pardon")
@requires(Permission.LIFT_STRIKES)
def pardon(strike_id: int) -> Response:
    """Lifts a strike and puts on record who did it."""
    person, now = me(), request_now()

    def work() -> str:
        strike = lift_strike(strike_id, now=now)
        subject, actor = f"account:{strike.account_id}", f"staff:{person.user_id}"
        record_audit("strike_lifted", actor=actor, subject=subject, now=now, strike=strike_id)
        return url_for("admin.strikes")

    response = submit(Form(), work, TEMPLATE, lambda: {"links": staff_links(person), **_context()})
    return flash_on_success(response, _("The strike is lifted."))


def _context() -> dict[str, object]:
    page = existing(strikes_page(asked_page()))
    may_lift = allows(me(), Permission.LIFT_STRIKES)
    rows = [
        # A form each: a request key is for one act only.
        (strike, auction, Form(formdata=None) if may_lift and strike.lifted_at is None else None)
        for strike, auction in page.rows
    ]
    return {"page": page, "rows": rows}
