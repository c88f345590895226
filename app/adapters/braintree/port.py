"""What the product asks of any way to take card payments, in the product's words.

Every operation that moves money carries a key of ours. The same key is the same operation: whoever does
not know how it ended asks ``find_by_key``, or repeats it under the same key, and never takes a new key.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias


class SettlementState(StrEnum):
    """How far a charge or a refund that went through has come."""

    AUTHORIZED = "authorized"  # the bank holds the amount; nothing was taken yet
    SUBMITTED = "submitted"  # the amount will be taken or given back with the next settlement; can still be voided
    SETTLED = "settled"  # the amount was taken or given back; can no longer be voided


class GatewayDeclineKind(StrEnum):
    """Who said no."""

    BANK = "bank"  # the card's bank
    GATEWAY = "gateway"  # the gateway's own checks, before the bank was asked
    NETWORK = "network"  # nobody could be asked: the card network was down
    INVALID = "invalid"  # what was sent cannot be used: a card removed, a nonce used twice


@dataclass(frozen=True, slots=True)
class GatewayBuyer:
    """Whose card it is, as the gateway knows it: a reference of ours of at most 36 characters, and an address."""

    reference: str
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardToStore:
    """A card that was typed into the gateway's own fields. ``token`` is the name we give it (at most 36 characters)."""

    token: str
    buyer: GatewayBuyer
    nonce: str = field(repr=False)
    cardholder_name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class GatewayCard:
    """A card that the gateway keeps for us and that its bank knows."""

    token: str
    brand: str
    last_four: str
    expires_month: int
    expires_year: int


@dataclass(frozen=True, slots=True)
class Charge:
    """Money to take from a stored card now. ``key`` is unique for ever: it is the order id and the request key."""

    key: str
    amount_minor: int
    currency: str
    card_token: str
    buyer_reference: str
    is_merchant_initiated: bool = False


@dataclass(frozen=True, slots=True)
class Refund:
    """Money to give back of a settled charge, in full or in part."""

    key: str
    gateway_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class GatewaySuccess:
    """The charge or refund stands. ``duplicate_ids`` lists others that stand under the same key: void them."""

    gateway_id: str
    amount_minor: int
    currency: str
    state: SettlementState
    duplicate_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GatewayVoid:
    """The charge was taken back before it was settled; no money moves."""

    gateway_id: str


@dataclass(frozen=True, slots=True)
class Declined:
    """No money moves. After a hard decline the same card will not do; ``text`` is the bank's, for staff."""

    code: str
    text: str
    is_hard: bool
    kind: GatewayDeclineKind
    gateway_id: str | None = None


@dataclass(frozen=True, slots=True)
class NotPossible:
    """The gateway refuses this operation in the charge's present state; nothing changed."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The gateway keeps the card no longer."""


@dataclass(frozen=True, slots=True)
class GatewayUnknown:
    """Nobody knows whether it was done: no answer, or none that can be read. Never say that it failed."""

    reason: str


CardOutcome: TypeAlias = GatewayCard | Declined | GatewayUnknown
ChargeOutcome: TypeAlias = GatewaySuccess | Declined | GatewayVoid | GatewayUnknown
VoidOutcome: TypeAlias = GatewayVoid | NotPossible | GatewayUnknown
RefundOutcome: TypeAlias = GatewaySuccess | Declined | GatewayVoid | NotPossible | GatewayUnknown


class GatewayUnavailable(Exception):  # noqa: N818 - named after what happened
    """The payment service cannot be reached right now."""


class PaymentGateway(Protocol):
    """A way to take card payments. Call it outside any transaction: an answer can take 20 seconds."""

    def client_token(self) -> str:
        """What the card fields of one page need; good for a day.

        Raises:
            GatewayUnavailable: it cannot be had now.
        """
        ...

    def store_card(self, card: CardToStore) -> CardOutcome:
        """Verifies a card with its bank and keeps it for the buyer, whom the gateway gets to know when it must."""
        ...

    def find_card(self, token: str) -> GatewayCard | GatewayUnknown | None:
        """The card kept under our name for it, or None: how a ``store_card`` without an answer ended."""
        ...

    def remove_card(self, token: str) -> CardRemoved | GatewayUnknown:
        """Makes the gateway forget a card; one it does not know is removed already."""
        ...

    def charge(self, charge: Charge) -> ChargeOutcome:
        """Takes money; the same charge under the same key is taken once, however often this is called.

        Raises:
            InvariantBroken: the key was used for another charge, or the currency is not the account's.
        """
        ...

    def find_by_key(self, key: str) -> ChargeOutcome | None:
        """What became of the charge or refund with this key; None when the gateway has not heard of it.

        A request still on its way is not found yet: believe None only when the intent is some minutes old.
        """
        ...

    def find(self, gateway_id: str) -> ChargeOutcome | None:
        """How a charge or refund stands now, by the gateway's own id; None when there is none."""
        ...

    def void(self, gateway_id: str, key: str) -> VoidOutcome:
        """Takes a charge back before it is settled; ``NotPossible`` afterwards: refund then."""
        ...

    def refund(self, refund: Refund) -> RefundOutcome:
        """Gives money back after it was settled; ``NotPossible`` before (void then) and beyond the amount."""
        ...
