"""Who is in the demo market: publishers, buyers and staff, with the sign-ins that are told to everybody."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.accounts.rules import DEMO_DOMAIN, PostalAddress
from app.foundation.access import StaffRole

# Told to everybody on purpose: these accounts exist in local mode only, and production signs none of them in.
PASSWORD = "market day at noon"  # noqa: S105 - see above


@dataclass(frozen=True, slots=True)
class Card:
    """A test card of the local gateway."""

    nonce: str = "fake-valid-visa-nonce"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWords:
    """Somebody in the demo market, as they would describe themselves."""

    key: str
    first_name: str
    last_name: str
    address: PostalAddress
    time_zone: str
    display_name: str = ""
    company_name: str = ""
    about: str = ""
    card: Card | None = None
    roles: tuple[StaffRole, ...] = ()

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.key}@{DEMO_DOMAIN}"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that is told to everybody, and what it is for."""

    email: str
    what: str


def sign_ins() -> Iterator[SignIn]:
    """The sign-ins for trying out each side of the market; all have the same password."""
    yield SignIn(NORA.email, "a publisher with three sites, ads to approve, earnings")
    yield SignIn(PRIYA.email, "a buyer with running ads, bids and a lost day")
    yield SignIn(MAYA.email, "staff: support, review, finance")
    yield SignIn(JONAS.email, "staff: finance, admin")


def _address(country: str, street: str, city: str, *, area: str = "", code: str) -> PostalAddress:
    return PostalAddress(country_code=country, street_address=street, city=city, country_area=area, postal_code=code)


NORA = PersonWords(
    key="publisher",
    first_name="Nora",
    last_name="Whitfield",
    display_name="Nora Whitfield",
    about="I write about railways, fells and beans, in that order. Ads are looked at within a day.",
    address=_address("GB", "14 Precentor's Court", "York", code="YO1 7EJ"),
    time_zone="Europe/London",
)
PRIYA = PersonWords(
    key="buyer",
    first_name="Priya",
    last_name="Raman",
    display_name="Harbour Lane Tea",
    company_name="Harbour Lane Tea Ltd",
    about="Loose leaf tea from four gardens that we have visited. We advertise where people read slowly.",
    address=_address("GB", "3 Harbour Lane", "Whitby", code="YO22 4DE"),
    time_zone="Europe/London",
    card=Card("fake-valid-mastercard-nonce"),
)
MAYA = PersonWords(
    key="support",
    first_name="Maya",
    last_name="Castellanos",
    display_name="Maya at isocket",
    address=_address("US", "270 East Lane", "Burlingame", area="CA", code="94010"),
    time_zone="America/Los_Angeles",
    roles=(StaffRole.SUPPORT, StaffRole.REVIEW, StaffRole.FINANCE),
)
JONAS = PersonWords(
    key="finance",
    first_name="Jonas",
    last_name="Berger",
    display_name="Jonas at isocket",
    address=_address("US", "270 East Lane", "Burlingame", area="CA", code="94010"),
    time_zone="America/New_York",
    roles=(StaffRole.FINANCE, StaffRole.ADMIN),
)
STAFF = (MAYA, JONAS)

PUBLISHERS = (
    NORA,
    PersonWords(
        key="walter",
        first_name="Walter",
        last_name="Okafor",
        display_name="Walter Okafor",
        about="Baker before dawn, writer after lunch.",
        address=_address("US", "88 Greene Avenue", "Brooklyn", area="NY", code="11238"),
        time_zone="America/New_York",
    ),
    PersonWords(
        key="ingrid",
        first_name="Ingrid",
        last_name="Solheim",
        display_name="Ingrid Solheim",
        about="I send one letter on Rust each Tuesday. One ad in it, never two.",
        address=_address("DE", "Weserstraße 31", "Berlin", code="12045"),
        time_zone="Europe/Berlin",
    ),
    PersonWords(
        key="matthias",
        first_name="Matthias",
        last_name="Kerner",
        display_name="Matthias Kerner",
        about="Schachtrainer. Seit 2011 jeden Morgen eine Stellung.",
        address=_address("DE", "Marktstraße 9", "Freiburg im Breisgau", code="79098"),
        time_zone="Europe/Berlin",
    ),
    PersonWords(
        key="elena",
        first_name="Elena",
        last_name="Marsh",
        display_name="Elena Marsh",
        about="Amateur astronomer with a barn that has no roof.",
        address=_address("US", "412 Juniper Road", "Boulder", area="CO", code="80302"),
        time_zone="America/Denver",
    ),
    PersonWords(
        key="camille",
        first_name="Camille",
        last_name="Renaud",
        display_name="Camille Renaud",
        about="Torréfactrice à Lyon.",
        address=_address("FR", "27 rue de Marseille", "Lyon", code="69007"),
        time_zone="Europe/Paris",
    ),
    PersonWords(
        key="pieter",
        first_name="Pieter",
        last_name="Dekker",
        display_name="Pieter Dekker",
        about="Fietst, schrijft, repareert.",
        address=_address("NL", "Oudegracht 114", "Utrecht", code="3511 AX"),
        time_zone="Europe/Amsterdam",
    ),
    PersonWords(
        key="hannah",
        first_name="Hannah",
        last_name="Yoo",
        display_name="Hannah Yoo",
        about="Guitar teacher. Twelve hundred lessons written down so far.",
        address=_address("AU", "5 Lygon Street", "Carlton", area="VIC", code="3053"),
        time_zone="Australia/Melbourne",
    ),
    PersonWords(
        key="denise",
        first_name="Denise",
        last_name="Tremblay",
        display_name="Denise Tremblay",
        about="Bookkeeper for people who work alone.",
        address=_address("CA", "210 Roncesvalles Avenue", "Toronto", area="ON", code="M6R 2L8"),
        time_zone="America/Toronto",
    ),
    PersonWords(
        key="lucia",
        first_name="Lucía",
        last_name="Prado",
        display_name="Lucía Prado",
        about="Librera. Leo lo que las editoriales grandes no imprimen.",
        address=_address("ES", "Calle de Santa Isabel 6", "Madrid", area="Madrid", code="28012"),
        time_zone="Europe/Madrid",
    ),
)

BUYERS = (
    PRIYA,
    PersonWords(
        key="kettle",
        first_name="Ruth",
        last_name="Aldous",
        display_name="Kettle & Fern",
        company_name="Kettle & Fern LLC",
        about="Enamel kettles and the pots that go with them.",
        address=_address("US", "19 Water Street", "Portland", area="ME", code="04101"),
        time_zone="America/New_York",
        card=Card(),
    ),
    PersonWords(
        key="northlight",
        first_name="Anders",
        last_name="Holm",
        display_name="Northlight Lamps",
        company_name="Northlight ApS",
        about="Reading lamps that do not look like machines.",
        address=_address("DK", "Jægersborggade 40", "København N", code="2200"),
        time_zone="Europe/Copenhagen",
        card=Card("fake-valid-mastercard-nonce"),
    ),
    PersonWords(
        key="paperbound",
        first_name="Owen",
        last_name="Pryce",
        display_name="Paperbound Maps",
        company_name="Paperbound Maps",
        about="Walking maps on paper that survives rain.",
        address=_address("GB", "2 Castle Street", "Conwy", code="LL32 8AY"),
        time_zone="Europe/London",
        card=Card("fake-valid-amex-nonce"),
    ),
    PersonWords(
        key="oakapple",
        first_name="Marguerite",
        last_name="Lowe",
        display_name="Oakapple Tools",
        company_name="Oakapple Tools",
        about="Spades, hoes and secateurs with a spare part for everything.",
        address=_address("GB", "Unit 4, Stony Lane", "Shrewsbury", code="SY1 2BA"),
        time_zone="Europe/London",
        card=Card(),
    ),
    PersonWords(
        key="brassthumb",
        first_name="Diego",
        last_name="Salas",
        display_name="Brass Thumb Strings",
        company_name="Brass Thumb Strings",
        about="Strings for people who play every day.",
        address=_address("US", "701 East 5th Street", "Austin", area="TX", code="78701"),
        time_zone="America/Chicago",
        card=Card("fake-valid-discover-nonce"),
    ),
    PersonWords(
        key="merino",
        first_name="Aroha",
        last_name="Ngata",
        display_name="Merino Mile",
        company_name="Merino Mile Limited",
        about="Wool for long days outside.",
        address=_address("NZ", "33 Cuba Street", "Wellington", code="6011"),
        time_zone="Pacific/Auckland",
        card=Card(),
    ),
    PersonWords(
        key="tinyledger",
        first_name="Felix",
        last_name="Baumann",
        display_name="Tiny Ledger",
        company_name="Tiny Ledger GmbH",
        about="Bookkeeping software with eleven buttons.",
        address=_address("AT", "Lindengasse 22", "Wien", code="1070"),
        time_zone="Europe/Vienna",
        card=Card("fake-valid-mastercard-nonce"),
    ),
)
EVERYBODY = (*PUBLISHERS, *BUYERS, *STAFF)
