"""Every kind of notice, one file each: why it is sent, to whom, by which channels, and what it says.

A new file with a ``NOTICE`` is a new kind, named after the file; nothing lists it.
"""

from app.domain.notifications.rules import Notice
from app.foundation.discovery import modules_of

_FOUND: dict[str, Notice] = {name: module.NOTICE for name, module in modules_of(__name__)}
NOTICES: dict[str, Notice] = dict(sorted(_FOUND.items(), key=lambda entry: entry[1].position))
"""The kinds by name, in the order of the preferences page."""
