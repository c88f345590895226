"""The checks in a browser see what they are there to see."""

import pytest
from playwright.sync_api import Browser

from tests.support.browser import PHONE, BrowserWatch, PageMaker, check_accessible, check_fits, check_page_in_browser

GOOD = "<!DOCTYPE html><html lang='en'><title>t</title><main><h1>Hello</h1></main></html>"


def test_a_good_page_passes(browser_page: PageMaker) -> None:
    page = browser_page(size=PHONE, scheme="dark")
    page.set_content(GOOD)
    check_page_in_browser(page)


def test_a_page_wider_than_the_window_is_refused(browser_page: PageMaker) -> None:
    page = browser_page(size=PHONE)
    page.set_content(GOOD.replace("<h1>", "<div style='width: 900px'>wide</div><h1>"))
    with pytest.raises(AssertionError, match="wide</div>"):
        check_fits(page)


def test_an_image_without_words_is_refused(browser_page: PageMaker) -> None:
    page = browser_page()
    page.set_content(GOOD.replace("<h1>", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><h1>"))
    with pytest.raises(AssertionError, match="image-alt"):
        check_accessible(page)


def test_console_errors_and_foreign_addresses_are_noted(browser: Browser) -> None:
    watch = BrowserWatch()
    context = browser.new_context()
    watch.guard(context)
    page = context.new_page()
    watch.watch(page)
    page.set_content(GOOD)
    page.evaluate("console.error('oh'); setTimeout(() => { throw new Error('ah') })")
    page.evaluate("fetch('http://192.0.2.1/').catch(() => 0)")
    context.close()
    said = "\n".join(watch.problems)
    assert "console error: oh" in said
    assert "uncaught error: ah" in said
    assert "asked for http://192.0.2.1/" in said
