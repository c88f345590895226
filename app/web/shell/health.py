"""Probes: is the process alive, and can it serve."""

from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify

from app.foundation.clock import ClockOffset, database_now
from app.foundation.db import WRITES, db
from app.foundation.leases import HEARTBEAT, HEARTBEAT_FRESH_FOR, JobLease
from app.foundation.log import get_logger
from app.foundation.messages import N_
from app.web.shell.access import public

blueprint = Blueprint("health", __name__)
NO_SUCH_ROW = -1
IN_ORDER = "ok"

log = get_logger(__name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """The database takes writes, its tables are those of this release, and the jobs are running."""
    checks = readiness()
    is_ready = all(result == IN_ORDER for result in checks.values())
    return jsonify(status="ok" if is_ready else "not ready", checks=checks), 200 if is_ready else 503


def readiness() -> dict[str, str]:
    """Each check's name with "ok" or what is wrong, without secrets.

    What is wrong is English, as the probe says it to programs, and a message id for the page of the staff.
    """
    try:
        with db.engine.connect().execution_options(**{WRITES: True}) as connection:
            connection.execute(sa.update(ClockOffset).where(ClockOffset.id == NO_SUCH_ROW).values(seconds=0))
            revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            beat = connection.execute(sa.select(JobLease.last_finished_at).where(JobLease.name == HEARTBEAT)).scalar()
            now = database_now(connection)
            connection.rollback()
    except sa.exc.SQLAlchemyError as error:
        log.warning("not_ready", kind=type(error).__name__)
        return {"database": N_("does not take writes"), "migrations": N_("unknown"), "jobs": N_("unknown")}
    is_beating = beat is not None and now - beat < HEARTBEAT_FRESH_FOR
    return {
        "database": IN_ORDER,
        "migrations": IN_ORDER if revision == _head_revision() else N_("not at this release"),
        "jobs": IN_ORDER if is_beating else N_("no heartbeat for a minute"),
    }


def _head_revision() -> str | None:
    if "isocket_head" not in current_app.extensions:
        folder = Path(current_app.root_path).parent / "migrations"
        current_app.extensions["isocket_head"] = ScriptDirectory(str(folder)).get_current_head()
    head: str | None = current_app.extensions["isocket_head"]
    return head
