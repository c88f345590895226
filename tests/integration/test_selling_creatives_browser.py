"""Ads and their answers in a real browser: sent, seen at true size, changed, refused, approved, by keyboard alone."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page, expect
from werkzeug.serving import make_server

from tests.factories.accounts import Person
from tests.factories.inventory import make_offer
from tests.factories.orders import LiveLineItem, make_booked_line_item
from tests.support.browser import PageMaker
from tests.support.drawing import png

pytestmark = pytest.mark.databases("sqlite")  # what is tested here happens in the browser

# A navigation here rebuilds an image in a process of its own and opens a page besides.
NAVIGATION_TIMEOUT_MS = 60_000
RULES = "No flashing, no invented urgency."


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Page, served: str, person: Person) -> Page:
    page.set_default_navigation_timeout(NAVIGATION_TIMEOUT_MS)
    page.goto(f"{served}/sign-in?next=/notices")
    page.get_by_label("E-mail", exact=False).first.fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    press(page, "Sign in")
    page.wait_for_url("**/notices")
    return page


def press(page: Page, words: str) -> None:
    """Presses a button with a key."""
    page.locator("main").get_by_role("button", name=words, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def follow(page: Page, words: str) -> None:
    """Follows a link with a key."""
    page.locator("main").get_by_role("link", name=words).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, button: str, label: str, words: str) -> None:
    """Types into a field of the form with this button."""
    form = page.locator("form").filter(has=page.get_by_role("button", name=button, exact=True))
    form.get_by_label(label, exact=False).focus()
    page.keyboard.type(words)


def picture(number: int) -> FilePayload:
    return {"name": f"ad-{number}.png", "mimeType": "image/png", "buffer": png(number=number)}


def send_ad(page: Page, served: str, booking: LiveLineItem, number: int) -> None:
    page.goto(f"{served}/campaigns/{booking.line_item}")
    page.get_by_label("Image file").set_input_files(picture(number))
    button = "Send the ad"
    write(page, button, "Text for those who cannot see it", f"Garden tools, version {number}")
    write(page, button, "Landing page", f"{served}/terms")
    write(page, button, "What the ad is for", "Travel and Tourism")
    press(page, button)
    expect(page.locator(".flash-success")).to_contain_text("Sent.")
    assert_true_size(page)


def assert_true_size(page: Page) -> None:
    """The ad on the page is loaded and has the size that readers will see."""
    shown = page.locator(".proof-frame img").first
    expect(shown).to_be_visible()
    assert shown.evaluate("image => [image.complete, image.naturalWidth, image.width, image.height]") == [
        True,
        300,
        300,
        250,
    ]


@pytest.mark.timeout(400)  # two people, three ads, each rebuilt in a process of its own
@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_ad_is_sent_changed_refused_and_approved_by_keyboard(
    app: Flask, served: str, browser_page: PageMaker, *, has_scripts: bool
) -> None:
    booking = make_booked_line_item(app, socket={"taste_rules": RULES})
    buyer = sign_in(browser_page(java_script_enabled=has_scripts), served, booking.buyer)
    publisher = sign_in(browser_page(java_script_enabled=has_scripts), served, booking.publisher)

    send_ad(buyer, served, booking, 1)
    publisher.goto(f"{served}/selling/creatives")
    follow(publisher, "Top banner on Compiler News")
    assert_true_size(publisher)
    write(publisher, "Ask for this change", "What should be different", "Larger text, please.")
    press(publisher, "Ask for this change")
    expect(publisher.locator(".flash-success")).to_contain_text("The buyer is asked for a change.")

    send_ad(buyer, served, booking, 2)
    expect(buyer.locator("main")).to_contain_text("Larger text, please.")
    publisher.goto(f"{served}/selling/creatives")
    follow(publisher, "Top banner on Compiler News")
    write(publisher, "Refuse the ad", "What is wrong with it", "It flashes.")
    press(publisher, "Refuse the ad")
    expect(publisher.get_by_role("alert")).to_contain_text("Choose the ground.")
    expect(publisher.get_by_label("What is wrong with it")).to_have_value("It flashes.")
    publisher.get_by_label("Breaking the rules").focus()
    publisher.keyboard.press("Space")
    press(publisher, "Refuse the ad")
    expect(publisher.locator(".flash-success")).to_contain_text("Refused.")

    send_ad(buyer, served, booking, 3)
    expect(buyer.locator("main")).to_contain_text("It flashes.")
    publisher.goto(f"{served}/selling/creatives")
    follow(publisher, "Top banner on Compiler News")
    expect(publisher.locator("main")).to_contain_text("A second refusal ends the booking")
    press(publisher, "Approve the ad")
    expect(publisher.locator(".flash-success")).to_contain_text("Approved.")
    buyer.reload()
    expect(buyer.locator("main")).to_contain_text("and the ad is approved")


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_publishers_own_ad_is_put_up_by_keyboard(
    app: Flask, served: str, browser_page: PageMaker, *, has_scripts: bool
) -> None:
    offered = make_offer(app)
    page = sign_in(browser_page(java_script_enabled=has_scripts), served, offered.publisher)
    page.goto(f"{served}/selling/sockets/{offered.socket_id}")
    follow(page, "What stands there while nothing is booked")
    page.get_by_label("Image file").set_input_files(picture(1))
    write(page, "Put up the ad", "Text for those who cannot see it", "Our Sunday letter")
    press(page, "Put up the ad")
    expect(page.get_by_role("alert")).to_contain_text("Enter the page that a click opens.")
    assert_true_size(page)
    write(page, "Put up the ad", "Landing page", "https://letters.example/sunday")
    press(page, "Put up the ad")
    expect(page.locator(".flash-success")).to_contain_text("Your ad is up.")
    assert_true_size(page)
    press(page, "Take it down")
    expect(page.locator("main")).to_contain_text("Nothing is up.")
