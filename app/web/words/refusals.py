"""Refusals in the reader's language."""

from datetime import date

from app.foundation.errors import Refusal
from app.foundation.messages import Alternatives
from app.foundation.money import Amount
from app.web.words.dates import day_words
from app.web.words.messages import translated
from app.web.words.money import amount_words
from app.web.words.numbers import count_words, or_words, tenths_words


def refusal_sentence(refusal: Refusal) -> str:
    """What a refusal says, with the amounts, days and numbers that it names."""
    text = " ".join(translated(message_id) for message_id in refusal.message_ids)
    return text % {name: _shown(value) for name, value in refusal.params.items()} if refusal.params else text


def refusal_problems(refusal: Refusal) -> dict[str, str]:
    """What a refusal says, by form field; empty when it is about no single field."""
    if refusal.field:
        return {refusal.field: refusal_sentence(refusal)}
    return {name: translated(text) for name, text in refusal.problems.items()}


def _shown(value: object) -> object:
    if isinstance(value, Amount):
        return amount_words(value.minor, value.currency)
    if isinstance(value, Alternatives):
        return or_words(value)
    if isinstance(value, int):
        return count_words(value)
    if isinstance(value, float):
        return tenths_words(value)
    return day_words(value) if isinstance(value, date) else value
