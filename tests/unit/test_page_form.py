"""A form is filled as a browser would fill it."""

import pytest
from werkzeug.datastructures import Headers

from tests.support.page import Page

BODY = """<!DOCTYPE html><html lang="en"><head><title>t</title></head><body><main>
<form id="f" method="post" action="/a">
<input type="hidden" name="csrf_token" value="t">
<label>Name <input name="name" value="Ann" aria-describedby="hint name-error"></label><p id="hint">As on your card</p>
<div id="name-error" class="field-error"><p><span class="visually-hidden">Error: </span>Too short.</p></div>
<textarea name="note">
two
lines</textarea>
<select name="country"><option value="DE">Germany</option><option value="US" selected>United States</option></select>
<select name="kinds" multiple><option>a</option><option>b</option></select>
<input type="checkbox" name="agree" value="y"><input type="checkbox" name="news" checked>
<input type="radio" name="role" value="buyer" checked><input type="radio" name="role" value="publisher">
<input name="off" value="x" disabled><fieldset disabled><input name="far" value="x"></fieldset>
<input type="file" name="image"><button name="step" value="next">Go on</button>
<button name="step" value="back">Back</button>
</form><input name="outside" form="f" value="o"></main></body></html>"""


@pytest.fixture
def page() -> Page:
    return Page(path="/a", status=200, headers=Headers(), body=BODY)


def test_an_untouched_form_sends_what_it_shows(page: Page) -> None:
    assert page.form().fill({}) == [
        ("csrf_token", "t"),
        ("name", "Ann"),
        ("note", "two\nlines"),
        ("country", "US"),
        ("news", "on"),
        ("role", "buyer"),
        ("outside", "o"),
    ]


def test_a_person_types_ticks_picks_and_attaches(page: Page) -> None:
    upload = (b"GIF", "a.gif", "image/gif")
    typed: dict[str, str | bool | list[str]] = {
        "name": "Bo",
        "country": "DE",
        "kinds": ["a", "b"],
        "agree": True,
        "news": False,
        "role": "publisher",
    }
    pairs = page.form("Back").fill({**typed, "image": upload, "note": None}, pressed="Back")
    assert pairs == [
        ("csrf_token", "t"),
        ("name", "Bo"),
        ("country", "DE"),
        ("kinds", "a"),
        ("kinds", "b"),
        ("agree", "y"),
        ("role", "publisher"),
        ("image", upload),
        ("outside", "o"),
        ("step", "back"),
    ]


@pytest.mark.parametrize("typed", [{"nothing": "x"}, {"country": "FR"}, {"role": "admin"}])
def test_what_a_person_could_not_do_is_refused(page: Page, typed: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        page.form().fill(typed)


def test_the_errors_beside_a_field(page: Page) -> None:
    assert page.errors_beside("name") == ["Too short."]
    assert page.errors_beside("note") == []
