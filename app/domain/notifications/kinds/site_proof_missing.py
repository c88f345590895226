"""A site's proof was not found."""

from app.domain.events.kinds.inventory import SiteProofMissing
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=230,
    title=N_("Your sites: proof missing"),
    explanation=N_("The proof that a site is yours was not found."),
    told=(notice_rule(SiteProofMissing, lambda event: members(event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("The proof is gone: %(what)s"),
        sentence=N_(
            "We looked at your site and no longer found the proof that it is yours. Put it back %(until)s, or "
            "nothing new is sold on it."
        ),
        target=PageTarget.SITE,
        link=N_("See the site"),
    ),
)
