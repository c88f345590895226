"""What is counted refers to a line item that there is; what names another one counts for nobody."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.domain.measurement.models import AdCount, EventFile
from app.domain.measurement.states import Measure, Verdict
from app.foundation.db import db, in_transaction
from config import Config
from tests.factories.bare import make_line_items
from tests.factories.events import Told, events_directory, make_tagged_socket, move_events, write_log

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
LINE_ITEM = 41


@pytest.fixture
def event(app: Flask) -> Told:
    socket = make_tagged_socket(app)
    make_line_items(app, LINE_ITEM, offered=socket)
    return Told(at=NOW, socket_id=socket.socket_id, line_item_id=LINE_ITEM, creative_id=7)


def test_what_names_no_line_item_that_there_is_counts_for_nobody(app: Flask, config: Config, event: Told) -> None:
    """As after a restore of an older database: the log must not stop at it, and nothing may refer to it."""
    write_log(events_directory(config), event.but(line_item_id=LINE_ITEM + 1).line + event.line)
    move_events(app, config)
    with app.app_context():
        rows = db.session.execute(sa.select(AdCount.measure, AdCount.line_item_id, AdCount.verdict, AdCount.events))
        counted = {tuple(row) for row in rows}
        file = db.session.scalars(sa.select(EventFile)).one()
        db.session.remove()
    assert counted == {
        (Measure.REQUEST, 0, Verdict.COUNTED, 1),
        (Measure.FILLED, LINE_ITEM, Verdict.COUNTED, 1),
    }
    assert (file.lines, file.strays) == (2, 1)


def test_a_counter_is_of_a_line_item_that_there_is(app: Flask, event: Told) -> None:
    def work(line_item_id: int) -> None:
        row = {"socket_id": event.socket_id, "hour_at": NOW, "line_item_id": line_item_id, "creative_id": 0}
        counted = {"measure": Measure.FILLED, "verdict": Verdict.COUNTED, "events": 1}
        db.session.execute(sa.insert(AdCount).values(**row, **counted))

    with app.app_context():
        in_transaction(lambda: work(0))
        in_transaction(lambda: work(LINE_ITEM))
        with pytest.raises(IntegrityError):
            in_transaction(lambda: work(LINE_ITEM + 1))
        db.session.remove()
