"""A browser that sends exactly what it is told: for what no page would send, and for many at once."""

from typing import Any, TypeVar

from flask import Flask
from werkzeug.test import TestResponse

from app.foundation.identifiers import new_public_id
from tests.factories.accounts import Person
from tests.support.page_form import hidden_fields

T = TypeVar("T")
Fields = dict[str, Any]
LATEST_ANSWER_S = 60


class RawBrowser:
    """Keeps cookies, follows nothing, checks nothing."""

    def __init__(self, app: Flask, *, address: str = "127.0.0.1", base_url: str | None = None) -> None:
        self.app = app
        self.http = app.test_client()
        self.http.environ_base["REMOTE_ADDR"] = address
        self.base_url = base_url

    def get(self, path: str, **options: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's options
        """Opens an address; with ``method`` in another way."""
        return self._open(path, **({"method": "GET"} | options))

    def post(self, path: str, fields: Fields | list[tuple[str, str]], **options: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's options
        """Sends these fields and no others."""
        data = fields if isinstance(fields, dict) else _as_lists(fields)
        return self._open(path, **({"method": "POST", "data": data} | options))

    def send(self, path: str, *, key: str | None = None, **fields: str) -> TestResponse:
        """Sends a form with a good token and, unless one is given, a request key of its own."""
        hidden = {"csrf_token": self.token(), "request_key": key or new_public_id()}
        return self.post(path, hidden | fields)

    def token(self) -> str:
        """A token that this browser's forms carry."""
        return hidden_fields(self.get("/sign-in").text)["csrf_token"]

    def cookie(self, name: str) -> str | None:
        """A cookie's value."""
        found = self.http.get_cookie(name)
        return found.value if found else None

    def sign_in(self, person: Person) -> "RawBrowser":
        """Signs a person in."""
        answer = self.send("/sign-in", email=person.email, password=person.password)
        assert answer.status_code == 303, answer.text
        return self

    def twin(self) -> "RawBrowser":
        """Another window of the same browser, usable in another thread."""
        other = RawBrowser(self.app, address=self.http.environ_base["REMOTE_ADDR"], base_url=self.base_url)
        for name in ("isocket_form", "isocket_session", "isocket_email"):
            value = self.cookie(name)
            if value is not None:
                other.http.set_cookie(name, value)
        return other

    def _open(self, path: str, **options: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's options
        if self.base_url is not None:
            options.setdefault("base_url", self.base_url)
        return self.http.open(path, buffered=True, **options)


def _as_lists(pairs: list[tuple[str, str]]) -> Fields:
    lists: Fields = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists
