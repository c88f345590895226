"""Every kind of business event, by what it is about; a class in one of these modules is all that a new one takes."""

from inspect import isclass

from app.domain.events.rules import EventData
from app.foundation.discovery import modules_of

EVENTS: dict[str, type[EventData]] = {
    data.kind: data
    for _, module in modules_of(__name__)
    for data in vars(module).values()
    if isclass(data) and issubclass(data, EventData) and "kind" in vars(data)
}
"""The kinds by the word they are stored under."""
