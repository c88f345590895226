"""What the inventory room refuses, and how it says so."""

from app.foundation.errors import Conflict, Refusal


class SiteRefused(Refusal):
    """This site cannot be added as it is."""


class DomainTaken(Refusal):
    """Another site with this domain has already been proved. A domain can be sold by one account, as one site."""

    field = "address"


class SiteChanged(Conflict):
    """The site's address was changed while we looked. Check again."""


class SiteInUse(Conflict):
    """Days of this site are sold, up for auction or just being bought. Change this when they are over."""


class NotProved(Refusal):
    """Show first that the site is yours: nothing can be sold before that."""


class DaysTaken(Conflict):
    """Some of these days were taken in the meantime. Choose other dates; nothing was charged."""

    field = "starts_on"


class DaysNotOffered(Refusal):
    """These dates are not offered."""

    field = "starts_on"


class SocketInUse(Conflict):
    """An auction of this socket runs or awaits its payment, or somebody is just buying days. Change it after that."""


class PlacesSold(Refusal):
    """Days of this socket are sold with their share of its places. The number can change when those days are over."""

    field = "places"


class SocketClosed(Refusal):
    """This socket is closed. Reopen it first."""


class HoldExpired(Conflict):
    """The 15 minutes are over and the days are free again. Choose the dates once more; nothing was charged."""


class ListingClosed(Conflict):
    """This is no longer for sale."""


class PriceMissing(Refusal):
    """Give at least a price per day, or a price per week or 30 days that the shortest flight can use."""

    field = "price_day"
