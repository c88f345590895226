from datetime import UTC, date, datetime

import pytest
from braintree.util.generator import Generator
from braintree.util.parser import Parser

from local_braintree.wire import DEPTH_MAX, Collection, Node, Symbol, Unreadable, read_xml, write_xml


def test_what_the_sdk_writes_is_read() -> None:
    sent = {
        "transaction": {
            "amount": "10.00",
            "name": "Ä <&> \"'",
            "count": 3,
            "is_ours": True,
            "at": datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
            "nothing": None,
            "ids": ["a", "b"],
            "none": [],
            "credit_card": {"number": "4"},
        }
    }
    root, read = read_xml(Generator(sent).generate().encode())
    assert root == "transaction"
    assert read == sent["transaction"]


def test_what_is_written_the_sdk_reads() -> None:
    sent: dict[str, Node] = {
        "last_4": "1111",
        "name": "Ä <&>",
        "is_ours": True,
        "count": 3,
        "at": datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        "on": date(2026, 11, 22),
        "nothing": None,
        "empty": {},
        "ids": ["a", "b"],
        "attribute": Symbol("amount"),
        "items": Collection("thing", [{"id": "1"}, {"id": "2"}]),
    }
    assert Parser(write_xml("some_root", sent)).parse() == {
        "some_root": {
            "last_4": "1111",
            "name": "Ä <&>",
            "is_ours": True,
            "count": 3,
            "at": datetime(2026, 11, 22, 12, 0),  # noqa: DTZ001 - as the SDK gives it
            "on": date(2026, 11, 22),
            "nothing": None,
            "ids": ["a", "b"],
            "attribute": "amount",
            "thing": [{"id": "1"}, {"id": "2"}],
        }
    }


def test_an_empty_body_says_nothing() -> None:
    assert read_xml(b"") == ("", {})


@pytest.mark.parametrize(
    "body",
    [
        b"<open>",
        b"text",
        b"\xff\xfe",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<a><n type="integer">x</n></a>',
        b'<a><n type="datetime">soon</n></a>',
        b"<a>" * (DEPTH_MAX + 1) + b"</a>" * (DEPTH_MAX + 1),
    ],
)
def test_what_the_sdk_would_not_write_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_xml(body)
