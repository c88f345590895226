"""What is said of what is measured, and of what is not counted."""

from app.domain.measurement.states import Measure, Verdict
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

MEASURES = {
    Measure.REQUEST: StateWords(N_("Requests"), sentence_id=N_("The tag asked what to show in this socket.")),
    Measure.FILLED: StateWords(N_("Filled"), sentence_id=N_("The answer was a booked ad.")),
    Measure.IMPRESSION: StateWords(N_("Impressions"), sentence_id=N_("The ad began to show.")),
    Measure.MEASURABLE: StateWords(
        N_("Measurable"), sentence_id=N_("The browser could tell how much of the ad was in view.")
    ),
    Measure.VIEWABLE: StateWords(
        N_("Viewable"), sentence_id=N_("Half of the ad was in view for a second; of large ones, 30 %.")
    ),
    Measure.CLICK: StateWords(N_("Clicks"), sentence_id=N_("The ad's link was followed.")),
}
VERDICTS = {
    Verdict.COUNTED: StateWords(N_("Counted"), sentence_id=N_("It counts.")),
    Verdict.BAD_TOKEN: StateWords(N_("Not from us"), sentence_id=N_("It carried no token of ours, or a forged one.")),
    Verdict.STALE_TOKEN: StateWords(
        N_("Too old"), sentence_id=N_("It came more than 4 hours after the ad was given out; a click, 24 hours.")
    ),
    Verdict.WRONG_DOMAIN: StateWords(
        N_("Another site"), sentence_id=N_("It came from a page that is not on the site's domain.")
    ),
    Verdict.PREFETCH: StateWords(
        N_("Fetched ahead"), sentence_id=N_("The browser fetched the page before anybody opened it.")
    ),
    Verdict.KNOWN_BOT: StateWords(
        N_("Robot"), sentence_id=N_("The browser names itself as a robot, or does not name itself.")
    ),
    Verdict.DATA_CENTRE: StateWords(
        N_("Data centre"), sentence_id=N_("It came from a network of servers or of a VPN, not of readers.")
    ),
    Verdict.OWN_VIEW: StateWords(
        N_("Publisher's own"), sentence_id=N_("It came from where the publisher was signed in within a day.")
    ),
    Verdict.DUPLICATE: StateWords(N_("Repeated"), sentence_id=N_("The same showing of the ad was counted already.")),
    Verdict.RATE_LIMIT: StateWords(N_("Too many"), sentence_id=N_("Too many came from one place in a few minutes.")),
    Verdict.LATE: StateWords(N_("Too late"), sentence_id=N_("Its day was settled already; it moves no money.")),
}
