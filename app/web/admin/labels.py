"""What staff pages call a state or kind, whatever room it is of, and how they print a name as it is stored."""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

from app.foundation.messages import N_
from app.web.admin.blueprint import blueprint
from app.web.admin.pages import JobState, in_words
from app.web.shell.health import IN_ORDER
from app.web.words.messages import translated
from app.web.words.states.auctions import (
    AUCTION_STATES,
    STAFF_AWARD_KINDS,
    STAFF_AWARD_STATES,
    STAFF_WITHDRAWAL_REASONS,
)
from app.web.words.states.creatives import LANDING_STATES
from app.web.words.states.inventory import APPROVAL_RULES, PROOF_METHODS, SITE_STATES, SOCKET_STATES
from app.web.words.states.ledger import STAFF_ACCOUNT_CODES, STAFF_ENTRY_KINDS
from app.web.words.states.measurement import MEASURES
from app.web.words.states.notifications import MAIL_STATES
from app.web.words.states.orders import LINE_ITEM_STATES, ORDER_SOURCES, ORDER_STATES, PAUSED_BY
from app.web.words.states.payments import INTENT_KINDS, INTENT_STATES
from app.web.words.states.settlement import (
    ADJUSTMENT_REASONS,
    BATCH_STATES,
    DAY_OUTCOMES,
    PAYOUT_STATES,
    RETURN_REASONS,
)
from app.web.words.states.wording import StateWords

JOB_STATES = {
    JobState.RUNNING: StateWords(N_("Running")),
    JobState.LOST: StateWords(N_("Stopped half-way")),
    JobState.NEVER: StateWords(N_("Not run yet")),
    JobState.FAILED: StateWords(N_("Failed")),
    JobState.FINISHED: StateWords(N_("Finished")),
}
CHECKS = {"database": N_("Database"), "migrations": N_("Migrations"), "jobs": N_("Jobs")}
# Each table is of one enum, which finds it again.
TABLES: tuple[Mapping[Any, StateWords], ...] = (
    *(ADJUSTMENT_REASONS, APPROVAL_RULES, AUCTION_STATES, BATCH_STATES, DAY_OUTCOMES, INTENT_KINDS),
    *(INTENT_STATES, JOB_STATES, LANDING_STATES, LINE_ITEM_STATES, MAIL_STATES, MEASURES, ORDER_SOURCES),
    *(ORDER_STATES, PAUSED_BY, PAYOUT_STATES, PROOF_METHODS, RETURN_REASONS, SITE_STATES, SOCKET_STATES),
    *(STAFF_ACCOUNT_CODES, STAFF_AWARD_KINDS, STAFF_AWARD_STATES, STAFF_ENTRY_KINDS),
    STAFF_WITHDRAWAL_REASONS,
)

blueprint.add_app_template_filter(in_words, "stored_name")


@blueprint.app_template_filter("state_label")
def state_label(member: Enum) -> str:
    """A few words for a member of any enum that staff pages show."""
    return _tables()[type(member)][member].label


def check_words(name: str, result: str) -> tuple[str, str]:
    """What staff pages call a check of ``readiness``, and what is wrong; that is empty when nothing is."""
    return translated(CHECKS[name]), "" if result == IN_ORDER else translated(result)


@lru_cache(maxsize=1)
def _tables() -> dict[type[Enum], Mapping[Any, StateWords]]:
    return {type(next(iter(table))): table for table in TABLES}
