"""One line item as staff see it: its creatives and reviews, what was delivered, and how its days were settled."""

from dataclasses import dataclass

from werkzeug.wrappers import Response

from app.domain.creatives.queries import any_picture, creative_timeline, reviews_of
from app.domain.inventory.queries import product_name
from app.domain.measurement.queries.statistics import EventFigures, figures_by_line_item
from app.domain.measurement.states import Measure
from app.domain.orders.queries import any_line_item, moves_of
from app.domain.settlement.queries.days import settled_days_of
from app.foundation.access import Permission, allows
from app.web.admin.blueprint import blueprint
from app.web.admin.staff_page import note_view, staff_page
from app.web.parts.creative_words import answer_in_words, image_in_words
from app.web.shell.access import requires
from app.web.shell.principal import me
from app.web.shell.uploads import show_picture
from app.web.words.numbers import count_words
from app.web.words.states.creatives import REVIEW_STATES
from app.web.words.states.measurement import VERDICTS


@dataclass(frozen=True, slots=True)
class MeasureCounts:
    """What was measured of one kind: how many events count, and why the others do not."""

    measure: Measure
    counted: int
    not_counted: str


@blueprint.get("/staff/line-items/<public_id>")
@requires(Permission.SEE_MARKET)
def line_item(public_id: str) -> Response:
    """One line item; what its days moved is for those only who may see money."""
    shows_money = allows(me(), Permission.SEE_MONEY)
    note_view("line_item_viewed", f"line_item:{public_id}", money="shown" if shows_money else "hidden")
    found, order, socket, site = any_line_item(public_id)
    figures = figures_by_line_item([found.id])[found.id]
    return staff_page(
        "admin/line_item.html",
        item=found,
        order=order,
        socket=socket,
        site=site,
        moves=moves_of(found.id),
        rows=[
            (row, REVIEW_STATES[row.review.state].badge, answer_in_words(row.review), image_in_words(row.creative))
            for row in reviews_of(found.id)
        ],
        product_name=product_name,
        ran=creative_timeline(found.id).assignments,
        delivered=_delivered(figures),
        days=settled_days_of(found.id),
        shows_money=shows_money,
    )


@blueprint.get("/staff/reviews/<public_id>/picture")
@requires(Permission.SEE_MARKET)
def review_picture(public_id: str) -> Response:
    """The picture of a creative that was sent, running or not."""
    note_view("creative_viewed", f"review:{public_id}")
    return show_picture(any_picture(public_id))


def _delivered(figures: EventFigures) -> list[MeasureCounts]:
    return [
        MeasureCounts(
            measure,
            figures.counted(measure),
            ", ".join(
                f"{VERDICTS[verdict].label}: {count_words(events)}"
                for verdict, events in figures.not_counted(measure).items()
            ),
        )
        for measure in Measure
        if figures.all_of(measure)
    ]
