"""What comes after a deal, one step each: an ad is sent, answered, shown and counted, its days settled and paid out."""

import csv
from collections import Counter
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.market_steps import reload_until
from tests.journeys.steps import LOOK_AGAIN_MS, MAIL_TIMEOUT_MS, expect_message, fill, press

ACCOUNT_NUMBER = "000123456789"
OUR_WORDS = "<p>Our own words</p>"


@dataclass(frozen=True, slots=True)
class Ad:
    """An ad as a buyer sends it."""

    image: bytes
    alt_text: str
    landing_page: str
    product: str


def copy_tag(page: Page) -> str:
    """The two things to paste from the tag page of the socket that is open, with own words put into the box."""
    page.get_by_role("link", name="The tag for your pages").click()
    script, box = page.locator("#tag-script").inner_text(), page.locator("#tag-place").inner_text()
    assert "<!-- your own content -->" in box
    return script + box.replace("<!-- your own content -->", OUR_WORDS)


def page_with(tag: str) -> str:
    """A page of the publisher's with this in it."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>News</title></head>'
        f"<body><h1>News</h1>{tag}<p>The end</p></body></html>"
    )


def send_ad(page: Page, ad: Ad) -> None:
    """Sends an ad from the page of a booking."""
    image: FilePayload = {"name": "ad.png", "mimeType": "image/png", "buffer": ad.image}
    page.get_by_label("Image file").set_input_files(image)
    fill(
        page,
        {
            "Text for those who cannot see it": ad.alt_text,
            "Landing page": ad.landing_page,
            "What the ad is for": ad.product,
        },
    )
    press(page, "Send the ad")
    expect_message(page, "Sent. The publisher has the ad and is asked to answer.")


def results_on(page: Page) -> list[str]:
    """Both tables of the results that are open, as they are read."""
    tables = page.locator("main").get_by_role("table")
    tables.nth(1).wait_for()  # a link was followed, and its page may still be on its way
    return tables.all_inner_texts()


def counted_on(page: Page) -> Counter[tuple[str, str]]:
    """What the results that are open say of all that came in: by measure, whether it was counted or why not."""
    table = page.get_by_role("table", name="What came in")
    names = table.locator("thead th").all_text_contents()
    found: Counter[tuple[str, str]] = Counter()
    for row in table.locator("tbody tr").all():
        measure, came_in, *parts = (cell.replace(",", "") for cell in row.locator("th, td").all_text_contents())
        assert int(came_in) == sum(map(int, parts)), f"{measure}: {came_in} came in, accounted for are {parts}"
        found += Counter({(measure, name): int(part) for name, part in zip(names[2:], parts, strict=True)})
    return found


def wait_for_counts(page: Page, sent: Counter[tuple[str, str]]) -> None:
    """Loads the results again until they account for everything that was sent, and for nothing else."""
    reload_until(page, page.get_by_role("table", name="What came in"))
    for _ in range(MAIL_TIMEOUT_MS // LOOK_AGAIN_MS):
        if counted_on(page) == sent:
            return
        page.wait_for_timeout(LOOK_AGAIN_MS)
        page.reload()
    assert counted_on(page) == sent
    expect(page.locator("main")).to_be_visible()


def refuse_ad(page: Page, alt_text: str, ground: str, note: str) -> None:
    """Refuses the ad that waits, on a ground that stands with its socket."""
    open_waiting_ad(page, alt_text)
    page.get_by_role("radio", name=ground).check()
    fill(page, {"What is wrong with it": note})
    press(page, "Refuse the ad")
    expect_message(page, "Refused. The buyer is told why.")


def approve_ad(page: Page, alt_text: str) -> None:
    """Approves the ad that waits."""
    open_waiting_ad(page, alt_text)
    press(page, "Approve the ad")
    expect_message(page, "Approved. The buyer is told.")


def open_waiting_ad(page: Page, alt_text: str) -> None:
    """Opens the one ad that waits for the publisher's answer, from the queue, and sees it at its true size."""
    page.goto("/selling/creatives")
    page.get_by_role("table", name="Ads that wait for your answer").get_by_role("link").click()
    ad = page.get_by_role("img", name=alt_text)
    expect(ad).to_have_js_property("naturalWidth", 300)
    expect(ad).to_have_js_property("width", 300)


def expect_earnings(page: Page, **amounts: str) -> None:
    """Loads the page of earnings until the jobs have brought every one of these figures to its amount."""
    page.goto("/account/earnings")
    for name, amount in amounts.items():
        words = name.replace("_", " ")
        figure = page.locator(".stat").filter(has_text=words).filter(has_text=amount)
        reload_until(page, figure)


def give_bank_account(page: Page, password: str) -> None:
    """Says where earnings go and what their owner is for tax; the bank account asks for the password once more."""
    account = {"Account holder": "Paula Pohl", "Routing number": "021000021", "Account number": ACCOUNT_NUMBER}
    page.goto("/account/payouts/account")
    fill(page, {**account, "Current password": "not this one"})
    press(page, "Keep this account")
    expect(page.locator(".error-summary")).to_be_visible()
    fill(page, {**account, "Current password": password})
    press(page, "Keep this account")
    page.get_by_role("link", name="Fill in the tax profile").first.click()
    fill(
        page,
        {
            "Legal name": "Paula Pohl",
            "Kind": "A person, or a business without a form of its own",
            "Country of tax residence": "United States",
            "Tax number": "123-45-6789",
            "I certify": True,
        },
    )
    press(page, "Certify and keep")
    expect_message(page, "Your tax profile is kept.")
    expect(page.locator("main")).to_contain_text("Ending in 6789")
    expect(page.locator("main")).not_to_contain_text("123456789")


def make_bank_file(page: Page) -> list[dict[str, str]]:
    """Puts what is due into a bank file, and fetches it for a stated reason; its lines."""
    page.goto("/staff/payouts")
    press(page, "Make the bank file")
    expect_message(page, "The bank file is made.")
    fill(page, {"Reason": "For the bank's web page"})
    with page.expect_download() as download:
        page.locator("main").get_by_role("button", name="Download").click()
    with download.value.path().open(newline="") as file:
        return list(csv.DictReader(file))
