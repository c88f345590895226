"""What people do in a browser, one step each; stories are written with them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

MAIL_TIMEOUT_MS = 60_000
LOOK_AGAIN_MS = 400


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody about to sign up."""

    email: str = "grace@example.com"
    password: str = "nanoseconds are eleven inches long"
    first_name: str = "Grace"
    last_name: str = "Hopper"


def fill(page: Page, values: Mapping[str, str | bool]) -> None:
    """Fills the fields of the page by their labels, whatever kind they are."""
    for label, value in values.items():
        field = find_field(page, label)
        if isinstance(value, bool):
            field.set_checked(value)
        elif field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def shown(page: Page, labels: Mapping[str, str | bool]) -> dict[str, str | bool]:
    """What the fields with these labels hold now, in the same form as ``fill`` takes them."""
    return {label: _held(find_field(page, label)) for label in labels}


def find_field(page: Page, label: str) -> Locator:
    """The field whose label begins with these words."""
    return page.locator("main").get_by_label(re.compile(rf"^\s*{re.escape(label)}"))


def press(page: Page, button: str) -> None:
    """Presses a button of the page's main part."""
    page.locator("main").get_by_role("button", name=button).click()
    page.wait_for_load_state()


def fill_sign_up(page: Page, person: Newcomer) -> None:
    """Fills the form that opens an account, and leaves marketing alone."""
    page.goto("/sign-up")
    fill(
        page,
        {
            "First name": person.first_name,
            "Last name": person.last_name,
            "E-mail address": person.email,
            "Password": person.password,
            "Country": "United States",
            "Street and house number": "270 East Lane",
            "City or town": "Burlingame",
            "State, province or region": "CA",
            "Postal code": "94010",
            "I agree to the Terms": True,
        },
    )


def sign_up(page: Page, person: Newcomer) -> None:
    """Opens an account."""
    fill_sign_up(page, person)
    press(page, "Open my account")
    expect_heading(page, "Look into your mail")


def sign_in(page: Page, person: Newcomer, *, remembers: bool = False, lands_on: str = "My Account") -> None:
    """Signs in with the form."""
    page.goto("/sign-in")
    fill(page, {"E-mail address": person.email, "Password": person.password, "Remember my": remembers})
    press(page, "Sign in")
    expect_heading(page, lands_on)


def sign_out(page: Page) -> None:
    """Signs out from the account menu."""
    page.locator("details[data-menu] summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect_message(page, "You are signed out.")


def open_mail(page: Page, subject: str, *, number: int = 1) -> None:
    """Opens the newest mail with a subject in the local mailbox, once there are so many of them."""
    page.goto("/local/mailbox")
    mails = page.get_by_role("link", name=subject)
    for _ in range(MAIL_TIMEOUT_MS // LOOK_AGAIN_MS):
        if mails.count() >= number:
            break
        page.wait_for_timeout(LOOK_AGAIN_MS)
        page.reload()
    assert mails.count() == number, f"{mails.count()} mails {subject!r} instead of {number}"
    mails.first.click()
    expect_heading(page, subject)


def follow_mailed_link(page: Page, place: str) -> None:
    """Follows the link of the open mail that leads to a place."""
    page.locator(f"main pre a[href*='{place}']").first.click()
    page.wait_for_load_state()


def expect_heading(page: Page, text: str) -> None:
    """Waits for a page by its heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def expect_message(page: Page, text: str) -> None:
    """Waits for the answer to what was just done."""
    expect(page.locator(".flash").first).to_contain_text(text)


def _held(field: Locator) -> str | bool:
    kind = field.evaluate("element => element.type")
    if kind == "checkbox":
        return field.is_checked()
    return field.locator("option:checked").inner_text() if kind.startswith("select") else field.input_value()
