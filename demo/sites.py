"""The sites of the demo market, as their publishers would describe them."""

from dataclasses import dataclass

from app.domain.inventory.states import ProofMethod

FRONT_SITE = "branch-line"
# Another name than the market's 127.0.0.1: cookies do not tell ports apart, and a publisher's page is another origin.
FRONT_HOST = "localhost"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number about a site's readers; where it is from; how many days before the demo's last day it was measured."""

    label: str
    value: int
    source: str
    age_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWords:
    """A site of the demo market."""

    key: str
    owner: str
    name: str
    domain: str
    description: str
    category_code: str
    language: str
    country_code: str
    time_zone: str
    proof: ProofMethod = ProofMethod.WELL_KNOWN_FILE
    figures: tuple[Figure, ...] = ()

    def address(self, front_address: str) -> str:
        """Its home page; the front site's is the page that really runs on this machine."""
        return front_address if self.key == FRONT_SITE else f"https://{self.domain}"


SITES = (
    SiteWords(
        key=FRONT_SITE,
        owner="publisher",
        name="The Branch Line Weekly",
        domain="",
        description="Rural railways, closed and open: line histories, station gardens, and what the new timetable"
        " does to a village. One long piece each Friday since 2009, read by people who know what a "
        "token exchange is.",
        category_code="664",
        language="en",
        country_code="GB",
        time_zone="Europe/London",
        figures=(
            Figure("Page views a month", 41_800, "Own server log, bots left out", 12),
            Figure("Readers by e-mail", 3_120, "Mailing list, confirmed addresses", 12),
        ),
    ),
    SiteWords(
        key="allotment",
        owner="publisher",
        name="Plot 37B",
        domain="plot37b.example",
        description="A diary of one allotment: what was sown, what came up, what the pigeons left. Beans above all.",
        category_code="275",
        language="en",
        country_code="GB",
        time_zone="Europe/London",
        proof=ProofMethod.META_TAG,
        figures=(Figure("Page views a month", 9_400, "Own server log, bots left out", 20),),
    ),
    SiteWords(
        key="fell",
        owner="publisher",
        name="Fell & Tarn",
        domain="fellandtarn.example",
        description="Day walks in the north of England that begin and end at a station or a bus stop, with the "
        "last bus home printed where you see it.",
        category_code="655",
        language="en",
        country_code="GB",
        time_zone="Europe/London",
        figures=(Figure("Page views a month", 18_250, "Own server log, bots left out", 20),),
    ),
    SiteWords(
        key="crumb",
        owner="walter",
        name="Crumb Structure",
        domain="crumbstructure.example",
        description="A sourdough journal with numbers: flour, water, hours, degrees, and a photograph of each cut"
        " loaf, the failures too.",
        category_code="217",
        language="en",
        country_code="US",
        time_zone="America/New_York",
        proof=ProofMethod.ADS_TXT,
        figures=(Figure("Page views a month", 63_000, "Cookieless analytics, own install", 8),),
    ),
    SiteWords(
        key="borrow",
        owner="ingrid",
        name="The Borrow Check",
        domain="borrowcheck.example",
        description="A weekly letter on Rust for people who ship it: three changes that matter, one crate read "
        "from front to back, no job board. The archive on the web has everything since the first "
        "issue.",
        category_code="599",
        language="en",
        country_code="DE",
        time_zone="Europe/Berlin",
        figures=(
            Figure("Subscribers", 11_460, "Mailing list, confirmed addresses", 6),
            Figure("Opened within a week, per cent", 52, "Mail provider, median of 8 issues", 6),
        ),
    ),
    SiteWords(
        key="rochade",
        owner="matthias",
        name="Rochade am Morgen",
        domain="rochade-am-morgen.example",
        description="Jeden Morgen eine Stellung, abends die Lösung. Dazu Turnierberichte aus Vereinen, über die "
        "sonst niemand schreibt.",
        category_code="269",
        language="de",
        country_code="DE",
        time_zone="Europe/Berlin",
        proof=ProofMethod.META_TAG,
        figures=(Figure("Page views a month", 27_300, "Own server log", 15),),
    ),
    SiteWords(
        key="nightwatch",
        owner="elena",
        name="Barn Without a Roof",
        domain="barnwithoutaroof.example",
        description="Visual astronomy from one place in Colorado: what is up tonight, sketches at the eyepiece, "
        "and honest reviews of things that cost more than a car.",
        category_code="472",
        language="en",
        country_code="US",
        time_zone="America/Denver",
        figures=(Figure("Page views a month", 22_700, "Own server log, bots left out", 9),),
    ),
    SiteWords(
        key="tasse",
        owner="camille",
        name="La Tasse lente",
        domain="latasselente.example",
        description="Le café sans mystère : fermes, torréfaction, eau, moulins. Un essai par semaine, goûté à "
        "plusieurs.",
        category_code="222",
        language="fr",
        country_code="FR",
        time_zone="Europe/Paris",
        figures=(Figure("Pages vues par mois", 15_900, "Journal du serveur", 11),),
    ),
    SiteWords(
        key="dijk",
        owner="pieter",
        name="Achter de dijk",
        domain="achterdedijk.example",
        description="Fietsroutes van pont naar pont, met wind mee als het kan. En hoe je onderweg een ketting "
        "weer dicht krijgt.",
        category_code="483",
        language="nl",
        country_code="NL",
        time_zone="Europe/Amsterdam",
        proof=ProofMethod.ADS_TXT,
        figures=(Figure("Paginaweergaven per maand", 31_200, "Eigen serverlog", 14),),
    ),
    SiteWords(
        key="strings",
        owner="hannah",
        name="Quiet Strings",
        domain="quietstrings.example",
        description="Fingerstyle guitar for adults who began late: one small lesson a day, written out in full, "
        "with the sound of a real room.",
        category_code="243",
        language="en",
        country_code="AU",
        time_zone="Australia/Melbourne",
        figures=(Figure("Page views a month", 36_500, "Cookieless analytics, own install", 10),),
    ),
    SiteWords(
        key="invoice",
        owner="denise",
        name="Invoice Day",
        domain="invoiceday.example",
        description="Money for people who work alone in Canada: instalments, sales tax, what to put aside, and "
        "how to ask for what you are owed.",
        category_code="396",
        language="en",
        country_code="CA",
        time_zone="America/Toronto",
        figures=(Figure("Page views a month", 12_600, "Own server log, bots left out", 18),),
    ),
    SiteWords(
        key="letras",
        owner="lucia",
        name="Letras pequeñas",
        domain="letraspequenas.example",
        description="Reseñas de libros de editoriales pequeñas, una por semana, y entrevistas con quienes los "
        "imprimen.",
        category_code="48",
        language="es",
        country_code="ES",
        time_zone="Europe/Madrid",
        figures=(Figure("Páginas vistas al mes", 8_700, "Registro propio del servidor", 16),),
    ),
)
