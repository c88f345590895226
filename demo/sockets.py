"""The sockets of the demo market: forty places on twelve sites, their terms, and how many readers come by."""

from dataclasses import dataclass

from app.domain.inventory.rules import RateCard
from app.domain.inventory.states import ApprovalRule, CreativeFormat, Fallback, OnSilence, PagePosition

ALL_FORMATS = (CreativeFormat.PNG, CreativeFormat.JPEG, CreativeFormat.GIF, CreativeFormat.WEBP)
STILL_FORMATS = (CreativeFormat.PNG, CreativeFormat.JPEG, CreativeFormat.WEBP)
ALCOHOL, GAMBLING, DATING, CRYPTO = "1002", "1361", "1259", "1448"

GENTLE = "No countdowns, no flashing, no invented urgency."
PLAIN = "Say what it is and what it costs."


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketWords:
    """A socket of the demo market."""

    site: str
    key: str
    name: str
    page_hint: str
    position: PagePosition
    size: tuple[int, int]
    requests_a_day: int
    """On an ordinary day, before the day of the week and the hour have their say."""
    viewable_percent: int
    card: RateCard | None
    places: int = 1
    rule: ApprovalRule = ApprovalRule.EACH_ONE
    hours: int = 48
    on_silence: OnSilence = OnSilence.REFUSE
    fallback: Fallback = Fallback.OWN
    taste_rules: str = ""
    blocked: tuple[str, ...] = ()
    formats: tuple[CreativeFormat, ...] = STILL_FORMATS


def prices(
    day: int | None, week: int | None, month: int | None = None, *, lead: int = 2, longest: int = 60
) -> RateCard:
    """A rate card; prices in minor units."""
    return RateCard(day, week, month, lead_days=lead, days_min=1 if day else 7, days_max=longest)


EACH, KNOWN, NONE = ApprovalRule.EACH_ONE, ApprovalRule.KNOWN_BUYERS, ApprovalRule.APPROVE_ALL
HERE, HOUSE = Fallback.ADVERTISE_HERE, Fallback.HOUSE_AD
TOP, CONTENT, SIDE = PagePosition.ABOVE_FOLD, PagePosition.IN_CONTENT, PagePosition.SIDEBAR
BOTTOM, FOOT, LETTER, HEAD = PagePosition.BELOW_FOLD, PagePosition.FOOTER, PagePosition.NEWSLETTER, PagePosition.HEADER
S = SocketWords

# One socket in a few lines: a table reads better than a column of arguments.
# fmt: off
BRANCH_LINE = (
    S(site="branch-line", key="rect", name="Beside the lead story", page_hint="Front page and every article",
      position=TOP, size=(300, 250), requests_a_day=230, viewable_percent=71, card=prices(900, 5_400, 19_000),
      taste_rules=GENTLE, blocked=(GAMBLING, CRYPTO), fallback=HERE),
    S(site="branch-line", key="leader", name="Leaderboard under the masthead",
      page_hint="Front page and every article", position=HEAD, size=(728, 90), requests_a_day=230,
      viewable_percent=64, card=prices(700, 4_200), taste_rules=GENTLE, blocked=(GAMBLING, CRYPTO), places=2,
      fallback=HERE),
    S(site="branch-line", key="between", name="Between the paragraphs", page_hint="Articles of more than 800 words",
      position=CONTENT, size=(468, 60), requests_a_day=150, viewable_percent=78, card=prices(500, 3_000), rule=KNOWN,
      on_silence=OnSilence.APPROVE, places=3, fallback=HERE),
    S(site="branch-line", key="half", name="Half page beside the archive", page_hint="Archive and line histories",
      position=SIDE, size=(300, 600), requests_a_day=90, viewable_percent=58, card=None, taste_rules=PLAIN,
      fallback=HOUSE),
)
PLOT = (
    S(site="allotment", key="top", name="Above the diary", page_hint="Every page", position=TOP, size=(320, 100),
      requests_a_day=70, viewable_percent=74, card=prices(300, 1_800), rule=NONE, on_silence=OnSilence.APPROVE),
    S(site="allotment", key="side", name="Beside the sowing calendar", page_hint="Calendar pages", position=SIDE,
      size=(160, 600), requests_a_day=45, viewable_percent=55, card=prices(None, 1_600, 5_500), fallback=HERE),
    S(site="allotment", key="foot", name="Under each entry", page_hint="Every entry", position=FOOT, size=(300, 250),
      requests_a_day=70, viewable_percent=41, card=prices(250, 1_500), places=2),
)
FELL = (
    S(site="fell", key="map", name="Under the map", page_hint="Every walk", position=CONTENT, size=(336, 280),
      requests_a_day=120, viewable_percent=69, card=prices(650, 3_900, 14_000), blocked=(ALCOHOL,), fallback=HERE),
    S(site="fell", key="wide", name="Wide picture at the top", page_hint="Front page", position=HEAD,
      size=(970, 250), requests_a_day=60, viewable_percent=82, card=None,
      taste_rules="Pictures of outdoors, please.", hours=72),
    S(site="fell", key="bus", name="Beside the last bus", page_hint="Every walk", position=SIDE, size=(250, 250),
      requests_a_day=110, viewable_percent=66, card=prices(400, 2_400), rule=KNOWN, places=2),
)
CRUMB = (
    S(site="crumb", key="top", name="Above the formula", page_hint="Every recipe", position=TOP, size=(728, 90),
      requests_a_day=310, viewable_percent=67, card=prices(1_400, 8_400, 30_000), places=2,
      blocked=(GAMBLING, DATING)),
    S(site="crumb", key="side", name="Beside the formula", page_hint="Every recipe", position=SIDE, size=(300, 600),
      requests_a_day=300, viewable_percent=61, card=prices(1_800, 10_500), formats=ALL_FORMATS, fallback=HERE),
    S(site="crumb", key="middle", name="Between method and photographs", page_hint="Every recipe", position=CONTENT,
      size=(300, 250), requests_a_day=290, viewable_percent=76, card=None, fallback=HERE),
    S(site="crumb", key="letter", name="Sunday letter, top", page_hint="The Sunday letter", position=LETTER,
      size=(600, 300), requests_a_day=40, viewable_percent=90, card=prices(None, 7_500), hours=72),
)
BORROW = (
    S(site="borrow", key="letter", name="The one ad in the letter", page_hint="Each Tuesday's issue",
      position=LETTER, size=(600, 100), requests_a_day=80, viewable_percent=92, card=None,
      taste_rules="No job ads. " + PLAIN),
    S(site="borrow", key="archive", name="Top of the archive", page_hint="Every issue on the web", position=HEAD,
      size=(970, 90), requests_a_day=170, viewable_percent=70, card=prices(1_100, 6_600),
      blocked=(CRYPTO, GAMBLING)),
    S(site="borrow", key="code", name="Between the listings", page_hint="Every issue on the web", position=CONTENT,
      size=(468, 60), requests_a_day=160, viewable_percent=73, card=prices(600, 3_600), places=2, rule=KNOWN),
)
ROCHADE = (
    S(site="rochade", key="brett", name="Neben dem Brett", page_hint="Jede Stellung", position=TOP, size=(300, 250),
      requests_a_day=180, viewable_percent=79, card=prices(800, 4_800, 17_000), blocked=(GAMBLING,)),
    S(site="rochade", key="kopf", name="Kopfzeile", page_hint="Jede Seite", position=HEAD, size=(728, 90),
      requests_a_day=210, viewable_percent=60, card=prices(500, 3_000), places=3, rule=NONE,
      on_silence=OnSilence.APPROVE, fallback=HERE),
    S(site="rochade", key="loesung", name="Unter der Lösung", page_hint="Abends, unter der Lösung", position=BOTTOM,
      size=(336, 280), requests_a_day=90, viewable_percent=52, card=None),
)
NIGHTWATCH = (
    S(site="nightwatch", key="letter", name="New moon letter", page_hint="The monthly letter", position=LETTER,
      size=(600, 100), requests_a_day=18, viewable_percent=91, card=prices(None, 3_200), hours=72),
    S(site="nightwatch", key="tonight", name="Beside tonight's list", page_hint="Front page", position=TOP,
      size=(300, 600), requests_a_day=130, viewable_percent=72, card=prices(1_000, 6_000), formats=ALL_FORMATS),
    S(site="nightwatch", key="sketch", name="Under the sketches", page_hint="Observing reports", position=BOTTOM,
      size=(468, 60), requests_a_day=80, viewable_percent=49, card=prices(300, 1_800), fallback=HERE),
    S(site="nightwatch", key="phone", name="On the telephone, above the list", page_hint="Small screens only",
      position=TOP, size=(320, 50), requests_a_day=110, viewable_percent=84, card=prices(350, 2_100), places=2,
      rule=NONE),
)
TASSE = (
    S(site="tasse", key="haut", name="En haut de l'essai", page_hint="Tous les essais", position=TOP,
      size=(300, 250), requests_a_day=100, viewable_percent=75, card=prices(600, 3_600), blocked=(ALCOHOL, GAMBLING),
      fallback=HERE),
    S(site="tasse", key="colonne", name="Dans la colonne", page_hint="Toutes les pages", position=SIDE,
      size=(160, 600), requests_a_day=95, viewable_percent=57, card=prices(None, 2_900, 10_000)),
    S(site="tasse", key="pied", name="Au pied de la page", page_hint="Toutes les pages", position=FOOT,
      size=(728, 90), requests_a_day=90, viewable_percent=38, card=prices(250, 1_500), places=2, rule=KNOWN,
      fallback=HERE),
)
DIJK = (
    S(site="dijk", key="kaart", name="Naast de kaart", page_hint="Elke route", position=SIDE, size=(300, 250),
      requests_a_day=200, viewable_percent=68, card=prices(850, 5_100, 18_000)),
    S(site="dijk", key="boven", name="Bovenaan", page_hint="Elke pagina", position=HEAD, size=(970, 90),
      requests_a_day=220, viewable_percent=63, card=None, fallback=HERE),
    S(site="dijk", key="tekst", name="Tussen de pontjes", page_hint="Lange routes", position=CONTENT,
      size=(250, 250), requests_a_day=140, viewable_percent=77, card=prices(500, 3_000), places=2, fallback=HOUSE),
)
STRINGS = (
    S(site="strings", key="lesson", name="Above the lesson", page_hint="Every lesson", position=TOP, size=(728, 90),
      requests_a_day=240, viewable_percent=69, card=prices(950, 5_700, 20_000), places=2),
    S(site="strings", key="tab", name="Beside the tablature", page_hint="Every lesson", position=SIDE,
      size=(300, 600), requests_a_day=230, viewable_percent=65, card=None, formats=ALL_FORMATS, taste_rules=GENTLE),
    S(site="strings", key="end", name="After the last bar", page_hint="Every lesson", position=BOTTOM,
      size=(300, 250), requests_a_day=160, viewable_percent=54, card=prices(400, 2_400), fallback=HERE),
)
INVOICE = (
    S(site="invoice", key="tool", name="Beside the calculator", page_hint="All calculators", position=TOP,
      size=(336, 280), requests_a_day=85, viewable_percent=83, card=prices(1_200, 7_200), blocked=(CRYPTO, GAMBLING),
      hours=24, taste_rules=PLAIN),
    S(site="invoice", key="guide", name="Between the steps", page_hint="Every guide", position=CONTENT,
      size=(300, 50), requests_a_day=90, viewable_percent=80, card=prices(400, 2_400), rule=KNOWN),
    S(site="invoice", key="foot", name="Under the guides", page_hint="Every guide", position=FOOT, size=(468, 60),
      requests_a_day=80, viewable_percent=44, card=prices(200, 1_200), places=2, rule=NONE, fallback=HERE),
)
LETRAS = (
    S(site="letras", key="portada", name="Junto a la portada", page_hint="Cada reseña", position=TOP,
      size=(200, 200), requests_a_day=65, viewable_percent=76, card=prices(300, 1_800), fallback=HERE),
    S(site="letras", key="entre", name="Entre dos párrafos", page_hint="Entrevistas", position=CONTENT,
      size=(468, 60), requests_a_day=50, viewable_percent=72, card=prices(250, 1_500), places=2),
    S(site="letras", key="boton", name="Botón de la casa", page_hint="Todas las páginas", position=FOOT,
      size=(88, 31), requests_a_day=70, viewable_percent=47, card=prices(None, 400, 1_400), rule=NONE,
      on_silence=OnSilence.APPROVE),
    S(site="letras", key="carta", name="Carta del mes", page_hint="La carta mensual", position=LETTER,
      size=(600, 300), requests_a_day=12, viewable_percent=93, card=prices(None, 2_600)),
)
SOCKETS = (
    *BRANCH_LINE, *PLOT, *FELL, *CRUMB, *BORROW, *ROCHADE, *NIGHTWATCH, *TASSE, *DIJK, *STRINGS, *INVOICE, *LETRAS,
)
# fmt: on
