"""Messages that are stored and said later: they fit their column, and what older rows say is said as it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.web_fetch import Fetched, FetchRefused, Unreachable
from app.adapters.web_fetch.addresses import NO_SUCH_NAME, PRIVATE
from app.domain.creatives.service.landing import fetch_landing_page
from app.domain.creatives.states import LandingResult
from app.foundation.messages import StoredMessage, as_stored, from_stored
from app.web.words.stored import stored_message_words

LEADS_ON = "The landing page leads on to %(address)s, which is not reached over https."


@pytest.mark.parametrize(
    "old",
    [
        "The landing page answered 404 instead of showing a page.",
        "The landing page leads on to http://a.example/100%25s?b=[1], which is not reached over https.",
        "File: there is none. Home page: there is none.",
        "[Sale] is what it says.",
        "",
    ],
)
def test_a_finished_sentence_of_an_older_row_is_said_as_it_is(old: str) -> None:
    assert stored_message_words(old) == old


def test_what_a_message_names_is_put_in_as_it_is_and_another_message_in_its_place() -> None:
    inner = StoredMessage("It answers %(status)s.", {"status": "500"})
    stored = as_stored(StoredMessage("File: %(reason)s", {"reason": inner}), StoredMessage("100% sure."))
    assert stored_message_words(stored) == "File: It answers 500. 100% sure."
    assert stored_message_words(as_stored(StoredMessage(LEADS_ON, {"address": "http://a.example/%(x)s%"}))) == (
        "The landing page leads on to http://a.example/%(x)s%, which is not reached over https."
    )


@given(st.text(max_size=900), st.text(max_size=900))
def test_whatever_a_message_names_it_fits_its_column_and_can_be_read_again(address: str, other: str) -> None:
    message = StoredMessage("It leads on from %(other)s to %(address)s.", {"address": address, "other": other})
    stored = as_stored(message)
    assert len(stored) <= 300
    (again,) = from_stored(stored)
    assert again.message_id == message.message_id
    assert all(text.startswith(str(again.params[name])) for name, text in (("address", address), ("other", other)))
    if len(json.dumps([[message.message_id, dict(message.params)]], separators=(",", ":"), ensure_ascii=False)) <= 300:
        assert again == message


def test_a_message_that_is_itself_too_long_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="too long"):
        as_stored(StoredMessage("Long. " * 60))


class Site:
    """A fetcher of one answer."""

    allows_loopback = False

    def __init__(self, answer: Fetched | FetchRefused) -> None:
        self.answer = answer

    def fetch(self, _url: str) -> Fetched:
        if isinstance(self.answer, FetchRefused):
            raise self.answer
        return self.answer


def answered(*, status: int = 200, url: str = "https://a.example/", content_type: str = "text/html") -> Fetched:
    return Fetched(status, "", url, content_type)


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (answered(), LandingResult.REACHED, "The landing page opened when we looked."),
        (Unreachable(NO_SUCH_NAME), LandingResult.UNREACHABLE, NO_SUCH_NAME),
        (FetchRefused(PRIVATE), LandingResult.NOT_ACCEPTABLE, PRIVATE),
        (
            answered(status=404),
            LandingResult.NOT_ACCEPTABLE,
            "The landing page answered 404 instead of showing a page.",
        ),
        (
            answered(content_type="application/pdf"),
            LandingResult.NOT_ACCEPTABLE,
            "The landing page sends a file instead of a page.",
        ),
        (
            answered(url=f"http://a.example/{'x' * 900}"),
            LandingResult.NOT_ACCEPTABLE,
            LEADS_ON % {"address": f"http://a.example/{'x' * 183}"},
        ),
    ],
)
def test_what_is_found_at_a_landing_page(answer: Fetched | FetchRefused, state: LandingResult, said: str) -> None:
    found = fetch_landing_page(Site(answer), "https://a.example/")
    assert (found.state, stored_message_words(found.note)) == (state, said)
    assert len(found.note) <= 300
    assert from_stored(found.note)[0].message_id.count("%(") == len(from_stored(found.note)[0].params)


def test_the_longest_address_of_signs_that_are_written_twice_fits() -> None:
    quotes = "http://a.example/" + '"' * 900
    found = fetch_landing_page(Site(answered(url=quotes)), "https://a.example/")
    assert len(found.note) <= 300
    assert stored_message_words(found.note).endswith('"", which is not reached over https.')
