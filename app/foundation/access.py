"""Who may do what, on one screen: permissions as data.

Every endpoint declares *public*, *signed in* or one permission of this table; nothing declared means
refused. Somebody else's things are never a matter of permission: they are simply not found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StaffRole(StrEnum):
    """What a member of staff is trusted with. No role sees everything."""

    SUPPORT = "support"
    """Helps people with their accounts."""
    REVIEW = "review"
    """Decides on sites, creatives and identity checks."""
    FINANCE = "finance"
    """Looks after refunds, payouts and reconciliation."""
    ADMIN = "admin"
    """Runs the installation: jobs, facts, staff."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The signed-in person as this request knows them: read once, never an ORM object."""

    user_id: int
    account_id: int
    session_id: int
    account_slug: str
    display_name: str
    first_name: str
    email: str
    time_zone: str
    is_confirmed: bool
    must_accept_policies: bool
    staff_roles: frozenset[StaffRole]
    signed_in_at: datetime

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def is_staff(self) -> bool:
        """Whether this person holds any staff role."""
        return bool(self.staff_roles)

    def get_id(self) -> str:
        """The identifier that flask-login asks for."""
        return str(self.user_id)


class Permission(StrEnum):
    """What an endpoint may ask for; each with its sentence."""

    SHOW_CONTACT_DETAILS = "account:contact_details:show"
    """Let everybody see contact details on the public profile: the address must be confirmed first."""
    BID = "auctions:bid"
    """Bid in auctions and take offers: the address must be confirmed first."""
    SELL = "inventory:sell"
    """Add sites and sockets and put them on sale: the address must be confirmed first."""
    BUY = "orders:buy"
    """Store cards, hold days and pay: the address must be confirmed first."""
    SEE_STAFF_HOME = "staff:home:see"
    """See the staff pages' entrance."""
    SEE_PEOPLE = "staff:people:see"
    """List people, with their personal data masked."""
    SEE_SYSTEM = "staff:system:see"
    """See jobs, facts, mail states and health."""
    SEE_AUDIT = "staff:audit:see"
    """Read the audit records."""
    SEE_MARKET = "staff:market:see"
    """See sites, auctions, orders and strikes of everybody; ceilings and payments are not part of it."""
    SEE_MONEY = "staff:money:see"
    """See ceilings, reserves, payments and the ledger."""
    SEE_PAYOUTS = "staff:payouts:see"
    """See payouts and bank files; account numbers only as their last four digits."""
    MAKE_PAYOUTS = "staff:payouts:make"
    """Make bank files, download them, and mark somebody else's as paid."""
    LIFT_STRIKES = "staff:strikes:lift"
    """Forgive an award that was not paid."""


Clause = Callable[[Principal], bool]


def is_confirmed(principal: Principal) -> bool:
    """Holds once the mailed link was opened."""
    return principal.is_confirmed


def has_role(*roles: StaffRole) -> Clause:
    """Holds for staff with at least one of the roles."""

    def clause(principal: Principal) -> bool:
        return not principal.staff_roles.isdisjoint(roles)

    return clause


PERMISSIONS: dict[Permission, tuple[Clause, ...]] = {
    Permission.SHOW_CONTACT_DETAILS: (is_confirmed,),
    Permission.BID: (is_confirmed,),
    Permission.SELL: (is_confirmed,),
    Permission.BUY: (is_confirmed,),
    Permission.SEE_STAFF_HOME: (has_role(*StaffRole),),
    Permission.SEE_PEOPLE: (has_role(StaffRole.SUPPORT, StaffRole.REVIEW, StaffRole.ADMIN),),
    Permission.SEE_SYSTEM: (has_role(StaffRole.SUPPORT, StaffRole.ADMIN),),
    Permission.SEE_AUDIT: (has_role(StaffRole.ADMIN),),
    Permission.SEE_MARKET: (has_role(*StaffRole),),
    Permission.SEE_MONEY: (has_role(StaffRole.FINANCE, StaffRole.ADMIN),),
    Permission.SEE_PAYOUTS: (has_role(StaffRole.FINANCE, StaffRole.ADMIN),),
    Permission.MAKE_PAYOUTS: (has_role(StaffRole.FINANCE),),
    Permission.LIFT_STRIKES: (has_role(StaffRole.SUPPORT, StaffRole.ADMIN),),
}


def allows(principal: Principal | None, permission: Permission) -> bool:
    """Whether this person may do that: every clause of the permission holds."""
    return principal is not None and all(clause(principal) for clause in PERMISSIONS[permission])


def lacks_only_confirmation(principal: Principal, permission: Permission) -> bool:
    """Whether confirming the e-mail address is all that is missing."""
    clauses = PERMISSIONS[permission]
    return is_confirmed in clauses and all(clause(principal) for clause in clauses if clause is not is_confirmed)
