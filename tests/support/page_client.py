"""A browser without scripts for integration tests: it checks every page it fetches.

::

    page = client.get("/sign-in")
    page = client.submit("Sign in", email="ann@example.com", password="wrong", expect=422)
    assert client.errors_beside("password") == ["..."]
"""

import io
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.support.page import Page
from tests.support.page_checks import check_page
from tests.support.page_form import Pairs, Typed, hidden_fields
from tests.support.statements import statements

STATEMENTS_MAX = 12
STATEMENTS_MAX_CHANGING = 40
REDIRECTS_MAX = 5
OK, SEE_OTHER = 200, 303


class PageClient:
    """Fetches pages, fills their real forms, follows redirects; remembers the last page."""

    def __init__(self, app: Flask, *, headers: Mapping[str, str] | None = None) -> None:
        """A new browser: no cookies, no page yet."""
        self.app = app
        self.http = app.test_client()
        self.headers = dict(headers or {})
        self.statements: list[str] = []
        self._page: Page | None = None
        self._led_to: str | None = None

    @property
    def page(self) -> Page:
        """The page on the screen."""
        if self._led_to is not None:
            self.get(self._led_to)
        assert self._page is not None, "no page has been fetched yet"
        return self._page

    @property
    def text(self) -> str:
        """What the page on the screen says."""
        return self.page.text

    @property
    def flash(self) -> str:
        """The messages on the page on the screen."""
        return self.page.flash

    @property
    def path(self) -> str:
        """The address of the page on the screen, with its query."""
        return self.page.path

    def errors_beside(self, field: str) -> list[str]:
        """The sentences beside a field of the page on the screen."""
        return self.page.errors_beside(field)

    def get(self, path: str, *, expect: int = OK, statements_max: int = STATEMENTS_MAX) -> Page:
        """Opens an address, follows redirects, checks the page and its status."""
        return self._show("GET", path, expect=expect, limit=statements_max)

    def follow(self, words: str, *, expect: int = OK) -> Page:
        """Clicks the first link whose text contains these words."""
        return self.get(self._inside(self.page.link(words)), expect=expect)

    def submit(
        self,
        form: str | int | None = None,
        typed: Mapping[str, Typed] | None = None,
        /,
        *,
        expect: int = OK,
        extra: Pairs | None = None,
        without: Collection[str] = (),
        **fields: Typed,
    ) -> Page:
        """Fills a form of the page on the screen and sends it, hidden fields included.

        Args:
            form: its number, id, action or the words on its button; without it the one form of the main part.
            typed: what a person types, as a mapping: ``client.submit("Save", ADDRESS, expect=422)``.
            expect: the status at the end, redirects followed.
            extra: pairs no browser would add: unknown or doubled input.
            without: names to leave out as no browser would, such as ``csrf_token``.
            fields: the same by name, and on top of it: text, ticks (bool), picks, files; ``None`` leaves a field out.
        """
        chosen = self.page.form(form)
        pressed = form if isinstance(form, str) else None
        filled = chosen.fill({**(typed or {}), **fields}, pressed=pressed)
        pairs = [pair for pair in filled if pair[0] not in without] + (extra or [])
        address = chosen.action or self.page.path
        if chosen.method == "post":
            return self.post(address, pairs, expect=expect)
        response = self._fetch("GET", self._inside(address), query_string=_multi(pairs))
        return self._arrive(response, expect=expect, limit=STATEMENTS_MAX)

    def send_unseen(self, path: str, **typed: str) -> None:
        """Fills the form of a page without a look at it, for what is done on the way to what a test is about.

        The page is neither read nor checked, and the one it leads to is fetched when somebody looks at it.
        """
        hidden = hidden_fields(self._fetch("GET", path).text)
        response = self._fetch("POST", path, data=hidden | typed)
        assert response.status_code == SEE_OTHER, f"{path} answered {response.status_code}: {response.text[:600]}"
        self._page, self._led_to = None, response.location

    def post(self, path: str, pairs: Pairs, *, expect: int = OK) -> Page:
        """Sends hand-made pairs; ``submit`` is nearly always what you want."""
        return self._show("POST", path, expect=expect, limit=STATEMENTS_MAX_CHANGING, data=_multi(pairs))

    def _show(self, method: str, path: str, *, expect: int, limit: int, **options: Any) -> Page:  # noqa: ANN401 - werkzeug's options
        return self._arrive(self._fetch(method, self._inside(path), **options), expect=expect, limit=limit)

    def _arrive(self, response: TestResponse, *, expect: int, limit: int) -> Page:
        redirects = 0
        while response.location:
            redirects += 1
            assert redirects <= REDIRECTS_MAX, f"more than {REDIRECTS_MAX} redirects, the last to {response.location}"
            limit = STATEMENTS_MAX
            response = self._fetch("GET", self._inside(urljoin(response.request.url, response.location)))
        self._page, self._led_to = _read(response), None
        page = self._page
        assert page.status == expect, f"{page!r} instead of {expect}: {page.text[:600]}"
        if response.mimetype == "text/html":
            check_page(page)
        self._check_statements(limit)
        return page

    def _fetch(self, method: str, path: str, **options: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's options
        with statements() as self.statements:
            return self.http.open(path, method=method, headers=self.headers, **options)

    def _check_statements(self, limit: int) -> None:
        asked = self.statements
        if len(asked) > limit:
            message = f"{self.page!r} asks the database {len(asked)} times, more than {limit}:\n" + "\n".join(asked)
            raise AssertionError(message)

    def _inside(self, address: str) -> str:
        """The path of an address of ours: absolute addresses and redirects may not lead elsewhere."""
        parts = urlsplit(urljoin(self._page.path if self._page else "/", address))
        ours = {"", "localhost", urlsplit(self.app.config["ISOCKET"].base_url).netloc}
        assert parts.netloc in ours, f"{address} leads out of the site"
        return parts.path + (f"?{parts.query}" if parts.query else "")


def _read(response: TestResponse) -> Page:
    parts = urlsplit(response.request.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    with response:
        return Page(path=path, status=response.status_code, headers=response.headers, body=response.text)


def _multi(pairs: Pairs) -> "MultiDict[str, Any]":
    data: MultiDict[str, Any] = MultiDict()
    for name, value in pairs:
        if isinstance(value, str):
            data.add(name, value)
        else:
            content, filename, media_type = value
            data.add(name, (io.BytesIO(content), filename, media_type))
    return data
