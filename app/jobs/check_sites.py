"""Looks again, every week, whether the proof of each site's domain is still there."""

from functools import partial
from typing import TYPE_CHECKING

from flask import current_app

from app.domain.inventory.queries import ProofTarget, proofs_due
from app.domain.inventory.service.proofs import look_for_proof, our_domain
from app.domain.inventory.service.sites import ProofCheck, record_proof_check
from app.foundation.clock import database_now
from app.foundation.db import in_transaction, reading_connection
from app.foundation.errors import Refusal
from app.foundation.log import get_logger
from app.jobs.context import JobContext
from app.jobs.each import each_by_itself, retries_of

if TYPE_CHECKING:
    from app.adapters.web_fetch import Fetcher
    from config import Config

JOB = "check_sites"
SITES_A_RUN_MAX = 20
# The other jobs wait while this one looks: slow sites must not keep auctions from closing.
LOOKING_S_MAX = 5.0

log = get_logger(__name__)


def run(context: JobContext) -> int:
    """Looks at the sites that are due, the longest waiting first; returns how many it has looked at.

    Raises:
        WorkFailedError: at least one could not be looked at; the others were.
    """
    retries = retries_of(JOB, context)
    with reading_connection() as connection:
        due = {target.site_id: target for target in proofs_due(connection, SITES_A_RUN_MAX, retries=retries)}
    return each_by_itself(context.stopping_after(LOOKING_S_MAX), due, lambda site_id: _look(due[site_id]), job=JOB)


def _look(target: ProofTarget) -> bool:
    fetcher: Fetcher = current_app.extensions["isocket_fetcher"]
    config: Config = current_app.config["ISOCKET"]
    check = look_for_proof(fetcher, target, our_domain(config.base_url))
    try:
        in_transaction(partial(_record, target, check))
    except Refusal as refusal:
        # The site was changed while we looked; it is looked at again once its new address is proved.
        log.info("site_check_dropped", site_id=target.site_id, reason=type(refusal).__name__)
    else:
        log.info("site_checked", site_id=target.site_id, found=check.method)
    return True


def _record(target: ProofTarget, check: ProofCheck) -> None:
    record_proof_check(target.site_id, check, now=database_now())
