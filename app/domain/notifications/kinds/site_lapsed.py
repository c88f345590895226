"""A site's proof was gone for too long."""

from app.domain.events.kinds.inventory import SiteLapsed
from app.domain.notifications.rules import Notice, NoticeTexts, members, notice_rule
from app.domain.notifications.states import PageTarget
from app.foundation.messages import N_

NOTICE = Notice(
    position=240,
    title=N_("Your sites: not for sale"),
    explanation=N_("The proof of a site was gone for a week, so nothing new is sold on it."),
    told=(notice_rule(SiteLapsed, lambda event: members(event.publisher_account_id)),),
    words=NoticeTexts(
        subject=N_("No longer for sale: %(what)s"),
        sentence=N_(
            "The proof that the site is yours was gone for a week, so nothing new is sold on it. What is sold "
            "runs on. Put the proof back and let us look again."
        ),
        target=PageTarget.SITE,
        link=N_("See the site"),
    ),
)
