"""A socket's calendar by month, and the days its publisher takes off the market."""

from zoneinfo import ZoneInfo

from flask import request, url_for
from werkzeug.wrappers import Response

from app.domain.inventory.queries import own_socket, taken_places
from app.domain.inventory.service import calendar as verbs
from app.foundation.access import Permission
from app.foundation.flight import DAY, today
from app.web.parts.months import month_bounds, month_of
from app.web.selling.blueprint import SOCKET, blueprint
from app.web.selling.forms import DaysForm, LiftForm, day_of
from app.web.shell.access import requires
from app.web.shell.answers import flash_on_success, render, submit
from app.web.shell.principal import me, request_now
from app.web.words.messages import _
from app.web.words.states.inventory import OWN_DAY_KINDS

TEMPLATE = "selling/calendar.html"


@blueprint.get(f"{SOCKET}/calendar")
@requires(Permission.SELL)
def calendar(socket_id: int) -> Response:
    """One month of a socket: which days are free, held, sold, in an auction or blacked out."""
    return render(TEMPLATE, form=DaysForm(formdata=None), lift_form=LiftForm(formdata=None), **_page(socket_id))


@blueprint.post(f"{SOCKET}/blackout")
@requires(Permission.SELL)
def black_out(socket_id: int) -> Response:
    """Takes days off the market."""
    form, person, now = DaysForm(), me(), request_now()

    def work() -> str:
        first = day_of(form.starts_on)
        verbs.black_out(person.account_id, socket_id, starts_on=first, ends_before=form.ends_before, now=now)
        return url_for("selling.calendar", socket_id=socket_id, month=f"{first:%Y-%m}")

    context = lambda: _page(socket_id) | {"lift_form": LiftForm(formdata=None)}  # noqa: E731 - asked only after a mistake
    return flash_on_success(submit(form, work, TEMPLATE, context), _("These days are off the market."))


@blueprint.post(f"{SOCKET}/blackout/lifting")
@requires(Permission.SELL)
def lift_blackout(socket_id: int) -> Response:
    """Brings blacked-out days back to the market."""
    form, person = LiftForm(), me()

    def work() -> str:
        first, last = day_of(form.lift_from), day_of(form.lift_until)
        verbs.lift_blackout(person.account_id, socket_id, starts_on=first, ends_before=last + DAY)
        return url_for("selling.calendar", socket_id=socket_id, month=f"{first:%Y-%m}")

    context = lambda: _page(socket_id) | {"lift_form": form, "days_form": DaysForm(formdata=None)}  # noqa: E731 - asked only after a mistake
    return flash_on_success(submit(form, work, TEMPLATE, context), _("These days are back on the market."))


def _page(socket_id: int) -> dict[str, object]:
    socket, site = own_socket(me().account_id, socket_id)
    now = request_now()
    here = today(now, ZoneInfo(site.time_zone))
    first, before = month_bounds(request.args.get("month", ""), here)
    taken = taken_places(socket.id, first=first, before=before, now=now)
    month = month_of(first, taken, places=socket.places, today=here, words=OWN_DAY_KINDS, tells_past=True)
    return {
        "socket": socket,
        "site": site,
        "today": here,
        "month": month,
        "month_url": lambda month: url_for("selling.calendar", socket_id=socket_id, month=month),
    }
