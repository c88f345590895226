"""What a site's owner sees of their own site is not counted: notes from where the owner is signed in."""

import sqlalchemy as sa

from app.domain.inventory.queries import has_site
from app.domain.measurement.service.salts import note_own_address
from app.foundation.clock import database_now
from app.foundation.db import db
from app.foundation.log import get_logger
from app.web.shell.client import request_address

log = get_logger(__name__)


def note_presence(account_id: int) -> None:
    """Notes the address of this request when its account owns a site; called in the session's own transaction.

    A failure is logged and goes no further: nobody is to be kept from their page for the sake of a statistic.
    """
    try:
        with db.session.begin_nested():
            if has_site(account_id):
                note_own_address(account_id, request_address(), now=database_now())
    except sa.exc.SQLAlchemyError:
        log.exception("own_address_not_noted")
