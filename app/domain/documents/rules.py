"""Pure rules of the documents room."""

from datetime import date, timedelta

DIGITS_MIN = 6


def number_text(number: int) -> str:
    """An invoice's number as it is printed.

    >>> number_text(42), number_text(1_234_567)
    ('I-000042', 'I-1234567')
    """
    return f"I-{number:0{DIGITS_MIN}}"


def days_text(starts_on: date, ends_before: date) -> str:
    """A flight as a document names it, with its last day.

    >>> days_text(date(2026, 12, 28), date(2027, 1, 4))
    '28 December 2026 to 3 January 2027'
    >>> days_text(date(2026, 12, 28), date(2026, 12, 29))
    '28 December 2026'
    """
    first, last = starts_on, ends_before - timedelta(days=1)
    shown = [f"{day.day} {day:%B %Y}" for day in (first, last)]
    return shown[0] if first == last else " to ".join(shown)
