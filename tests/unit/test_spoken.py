"""The check of words finds what it is for."""

import pytest
from werkzeug.datastructures import Headers

from tests.support.page import Page
from tests.support.spoken import problems_of


def problems(body: str, *names: str) -> list[str]:
    document = f"<!DOCTYPE html><html lang=el><head><title>⟦A⟧</title></head><body><main>{body}</main></body></html>"
    return problems_of(Page(path="/", status=200, headers=Headers(), body=document), list(names))


@pytest.mark.parametrize(
    "body",
    [
        "<p>⟦A whole sentence by Ada.⟧</p>",
        "<p>⟦A link <a href='/'>in</a> a sentence⟧</p>",
        "<p><a href='/'>⟦One⟧</a> <a href='/'>⟦Two⟧</a></p>",
        "<p>⟦A sentence.⟧ ⟦And another.⟧</p>",
        "<p>Compiler News, ⟦a size⟧</p>",
        "<p>⟦From ⟪⟪1 Σεπ⟫ to 2 Σεπ⟫ on⟧</p>",
        "<p>⟦Position: ⟦at the top⟧⟧</p>",
        "<p>12:30 UTC, <code>anything at all</code> · <span translate=no>isocket</span></p>",
        "<dl><dt>⟦Label⟧</dt><dd>Compiler News</dd></dl>",
    ],
)
def test_what_is_well(body: str) -> None:
    assert not problems(body, "Compiler News")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<p>Plain words</p>", "not of the catalogue"),
        ("<p>⟦Some⟧ words</p>", "not of the catalogue"),
        ("<img alt='A picture' src='/'>", "alt of"),
        ("<p>⟦Wait for ⟦the buyer⟧.⟧</p>", "a sentence inside a sentence"),
        ("<p>⟦An ad on⟧ Compiler News</p>", "put together"),
        ("<p>⟦If it happens again,⟧ <a href='/'>⟦write to us⟧</a></p>", "put together"),
        ("<p>⟦One⟧ ⟦two⟧</p>", "put together"),
    ],
)
def test_what_is_found(body: str, problem: str) -> None:
    [found] = problems(body, "Compiler News")
    assert problem in found
