"""What the creatives room refuses, and how it says so."""

from app.foundation.errors import Conflict, Refusal


class FlightOver(Conflict):
    """This booking is over, so no ad can be sent for it any more."""


class CategoryBlocked(Refusal):
    """The publisher takes no ads for this. It stands with the socket; choose a socket that takes them."""

    field = "product"


class CategoryUnknown(Refusal):
    """Choose a category from the list."""

    field = "product"


class SizeWrong(Refusal):
    """This image does not have the socket's size. Save it at that size, and send the new file."""

    field = "file"


class ClickThroughUrlRefused(Refusal):
    """Enter the landing page's address. It has to start with https://."""

    field = "click_through_url"


class AlreadyRunning(Conflict):
    """This very ad is approved already and is on its place. Nothing was changed."""


class ReviewAnswered(Conflict):
    """This was answered already, or the buyer sent another one meanwhile. Look at it again."""


class NoteMissing(Refusal):
    """Say in a sentence or two what is wrong, so that the buyer can mend it."""

    field = "note"


class GroundRefused(Refusal):
    """You can refuse an ad only on a ground that stood with the socket when it was sold. Choose one of them."""

    field = "ground"


class BlockedCategoryMissing(Refusal):
    """Choose which of the categories you blocked it belongs to."""

    field = "blocked"


class NothingRefused(Conflict):
    """No ad of this booking was refused, or sent back for changes twice, so there is nothing to pay back for it."""


class AnswerOutstanding(Conflict):
    """Your latest ad is still with the publisher. Wait for the answer; then you can ask for the money back."""
