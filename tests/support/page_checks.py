"""What must hold for every page anybody fetches; each check gives sentences about what is wrong."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from tests.support.page import Page, text_of
from tests.support.page_form import Form

# html5lib predates these; browsers and the current standard accept them.
HARMLESS_PARSE_ERRORS: frozenset[str] = frozenset()
FOOTER_LINKS = ("/terms", "/privacy", "/contact")
UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "reset", "image"})
LEADING = frozenset({"href", "src", "action", "formaction", "data", "srcdoc"})
DATA_SCRIPTS = frozenset({"application/json", "application/ld+json"})
REFERRING = ("for", "aria-describedby", "aria-labelledby", "aria-errormessage", "aria-controls", "form")
INTERACTIVE = frozenset({"a", "button", "select", "textarea", "label"})
PARENTS = {
    "li": {"ul", "ol", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody", "tfoot"},
    "option": {"select", "optgroup", "datalist"},
    "legend": {"fieldset"},
    "summary": {"details"},
}
REQUIRED_CSP = {"default-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'self'"}


def check_page(page: Page) -> None:
    """Fails with everything that is wrong with a page, not only the first thing."""
    problems = [problem for check in CHECKS for problem in check(page)]
    if problems:
        message = f"{page!r} breaks the rules of every page:\n" + "\n".join(f"  - {problem}" for problem in problems)
        raise AssertionError(message)


def document_problems(page: Page) -> Iterator[str]:
    """One h1, a title, a language, a main part, valid HTML."""
    if len(page.elements("h1")) != 1:
        yield f"{len(page.elements('h1'))} h1 elements instead of one"
    if not page.title:
        yield "no title"
    if not page.root.get("lang"):
        yield "html has no lang"
    if len(page.elements("main")) != 1:
        yield f"{len(page.elements('main'))} main elements instead of one"
    for position, code, data in page.parse_errors:
        if code not in HARMLESS_PARSE_ERRORS:
            yield f"HTML error {code} {dict(data)} at line {position[0]}: {_line(page.body, position[0])!r}"


def nesting_problems(page: Page) -> Iterator[str]:
    """Elements stand where their content model allows them."""
    for element in page.elements():
        parent = page.parents.get(element)
        allowed = PARENTS.get(element.tag)
        if allowed and parent is not None and parent.tag not in allowed:
            yield f"<{element.tag}> inside <{parent.tag}>"
        around = {outer.tag for outer in page.ancestors(element)}
        if element.tag in INTERACTIVE and around & {"a", "button"}:
            yield f"<{element.tag}> inside {sorted(around & {'a', 'button'})}: {text_of(element)!r}"


def reference_problems(page: Page) -> Iterator[str]:
    """Ids are unique, and whatever points to one finds it."""
    ids = Counter(element.get("id") for element in page.elements() if element.get("id") is not None)
    for name, times in ids.items():
        if times > 1 or not name or re.search(r"\s", name):
            yield f"id {name!r} stands {times} times or is not a name"
    for element in page.elements():
        wanted = {f"{name}={part!r}": part for name in REFERRING for part in element.get(name, "").split()}
        yield from (
            f"{saying} of <{element.tag}> points to nothing" for saying, part in wanted.items() if part not in ids
        )
    for link in page.elements("a"):
        href = link.get("href", "")
        if href.startswith("#") and href[1:] not in ids:
            yield f"link {href!r} points to nothing"


def image_problems(page: Page) -> Iterator[str]:
    """Every image says in words what it shows, or that it shows nothing."""
    for image in page.elements("img"):
        if image.get("alt") is None:
            yield f"image {image.get('src')!r} has no alt"


def form_problems(page: Page) -> Iterator[str]:
    """Forms that change something carry their token and key; fields have labels; none asks by GET for secrets."""
    for form in page.forms:
        yield from _token_problems(form)
        if form.element.get("action") == "":
            yield f"form {form.describe()} has an empty action"
    labelled = {label.get("for") for label in page.elements("label")}
    for form in page.forms:
        for control in form.controls:
            if control.get("type", "text") in UNLABELLED_TYPES:
                continue
            named = control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in labelled
            if not named and not any(outer.tag == "label" for outer in page.ancestors(control)):
                yield f"field {control.get('name')!r} in form {form.describe()} has no label"


def _token_problems(form: Form) -> Iterator[str]:
    hidden = {control.get("name"): control.get("value") for control in form.controls if control.get("type") == "hidden"}
    for name in ("csrf_token", "request_key"):
        if form.method == "post" and not hidden.get(name):
            yield f"form {form.describe()} has no {name}"
        if form.method != "post" and name in hidden:
            yield f"form {form.describe()} would put {name} into an address"
    if form.method not in {"get", "post"}:
        yield f"form {form.describe()} has an unknown method"


def inline_problems(page: Page) -> Iterator[str]:
    """Nothing that the content security policy would refuse."""
    for element in page.elements():
        for attribute, value in element.attrib.items():
            runs = attribute in LEADING and value.strip().lower().startswith("javascript:")
            if attribute == "style" or attribute.startswith("on") or runs:
                yield f"<{element.tag}> has an inline {attribute}={value!r}"
    if page.has("style"):
        yield "an inline style element"
    for script in page.elements("script"):
        if script.get("src") is None and script.get("type") not in DATA_SCRIPTS:
            yield "an inline script"


def header_problems(page: Page) -> Iterator[str]:
    """The headers that keep a page safe."""
    policy = _directives(page.headers.get("Content-Security-Policy", ""))
    for directive, value in REQUIRED_CSP.items():
        if policy.get(directive) != value:
            yield f"content security policy: {directive} is {policy.get(directive)!r}, not {value!r}"
    for directive, value in policy.items():
        if "unsafe" in value or "*" in value.split() or "http:" in value.split():
            yield f"content security policy: {directive} allows {value!r}"
    if page.headers.get("X-Content-Type-Options") != "nosniff":
        yield "no X-Content-Type-Options: nosniff"
    if page.headers.get("Cross-Origin-Opener-Policy") != "same-origin":
        yield "no Cross-Origin-Opener-Policy: same-origin"
    if not page.headers.get("Referrer-Policy"):
        yield "no Referrer-Policy"


def footer_problems(page: Page) -> Iterator[str]:
    """Terms, privacy and contact are one click away from everywhere."""
    hrefs = {link.get("href", "") for footer in page.elements("footer") for link in footer.iter("a")}
    for wanted in FOOTER_LINKS:
        if wanted not in hrefs:
            yield f"the footer has no link to {wanted}"


def _directives(policy: str) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in policy.split(";") if part.strip()]
    return {name: value.strip() for name, _, value in parts}


def _line(body: str, number: int) -> str:
    lines = body.splitlines()
    return lines[number - 1].strip()[:160] if 0 < number <= len(lines) else ""


CHECKS: tuple[Callable[[Page], Iterator[str]], ...] = (
    document_problems,
    nesting_problems,
    reference_problems,
    image_problems,
    form_problems,
    inline_problems,
    header_problems,
    footer_problems,
)
