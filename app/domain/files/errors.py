"""What the files room refuses, and how it says so."""

from app.foundation.errors import Refusal


class FileTooHeavy(Refusal):
    """This file is heavier than 1 MB. Save it smaller, and send that."""

    field = "file"
