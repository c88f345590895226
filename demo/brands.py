"""What the buyers of the demo market advertise: words, colours, and where a click would go."""

from dataclasses import dataclass
from enum import StrEnum

Colour = tuple[int, int, int]


class Motif(StrEnum):
    """What is drawn beside the words."""

    LEAVES = "leaves"
    KETTLE = "kettle"
    LAMP = "lamp"
    HILLS = "hills"
    ROWS = "rows"
    STRINGS = "strings"
    WEAVE = "weave"
    SQUARES = "squares"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """One advertiser's look and words."""

    buyer: str
    name: str
    line: str
    button: str
    paper: Colour
    ink: Colour
    accent: Colour
    motif: Motif
    landing_page: str
    product_code: str

    @property
    def alt_text(self) -> str:
        """What somebody hears who does not see the ad."""
        return f"{self.name}: {self.line}"


BRANDS = {
    brand.buyer: brand
    for brand in (
        Brand(
            buyer="buyer",
            name="Harbour Lane Tea",
            line="Loose leaf from four gardens we have visited.",
            button="See the teas",
            paper=(244, 238, 222),
            ink=(38, 52, 40),
            accent=(74, 110, 72),
            motif=Motif.LEAVES,
            landing_page="https://harbourlanetea.example/gardens",
            product_code="1355",
        ),
        Brand(
            buyer="kettle",
            name="Kettle & Fern",
            line="Enamel that outlives the stove.",
            button="Look inside",
            paper=(26, 62, 70),
            ink=(240, 236, 224),
            accent=(226, 150, 74),
            motif=Motif.KETTLE,
            landing_page="https://kettleandfern.example/enamel",
            product_code="1263",
        ),
        Brand(
            buyer="northlight",
            name="Northlight",
            line="A lamp for the last chapter.",
            button="Find yours",
            paper=(34, 34, 42),
            ink=(250, 238, 206),
            accent=(246, 196, 84),
            motif=Motif.LAMP,
            landing_page="https://northlight.example/reading",
            product_code="1263",
        ),
        Brand(
            buyer="paperbound",
            name="Paperbound Maps",
            line="Paper that survives the rain you came for.",
            button="Choose a sheet",
            paper=(232, 240, 236),
            ink=(30, 58, 66),
            accent=(196, 84, 58),
            motif=Motif.HILLS,
            landing_page="https://paperboundmaps.example/sheets",
            product_code="1419",
        ),
        Brand(
            buyer="oakapple",
            name="Oakapple Tools",
            line="A spare part for every part.",
            button="To the shed",
            paper=(236, 228, 214),
            ink=(58, 42, 28),
            accent=(120, 84, 46),
            motif=Motif.ROWS,
            landing_page="https://oakappletools.example/spades",
            product_code="1396",
        ),
        Brand(
            buyer="brassthumb",
            name="Brass Thumb",
            line="Strings for people who play every day.",
            button="Hear a set",
            paper=(70, 26, 30),
            ink=(248, 232, 208),
            accent=(218, 170, 88),
            motif=Motif.STRINGS,
            landing_page="https://brassthumb.example/sets",
            product_code="1494",
        ),
        Brand(
            buyer="merino",
            name="Merino Mile",
            line="One shirt, eleven days, no complaints.",
            button="Feel the wool",
            paper=(222, 230, 240),
            ink=(28, 40, 74),
            accent=(54, 92, 160),
            motif=Motif.WEAVE,
            landing_page="https://merinomile.example/shirts",
            product_code="1058",
        ),
        Brand(
            buyer="tinyledger",
            name="Tiny Ledger",
            line="Bookkeeping with eleven buttons.",
            button="Press one",
            paper=(250, 250, 246),
            ink=(20, 24, 28),
            accent=(22, 120, 104),
            motif=Motif.SQUARES,
            landing_page="https://tinyledger.example/try",
            product_code="1082",
        ),
    )
}
HOUSE = Brand(
    buyer="",
    name="Write for us",
    line="Your station, in a thousand words.",
    button="How it works",
    paper=(238, 236, 230),
    ink=(44, 44, 48),
    accent=(140, 40, 40),
    motif=Motif.ROWS,
    landing_page="https://writers.example/how",
    product_code="1419",
)
