"""How documents print numbers and days."""

import doctest

from app.domain.documents import rules


def test_the_examples_hold() -> None:
    result = doctest.testmod(rules)
    assert result.attempted == 3
    assert result.failed == 0
