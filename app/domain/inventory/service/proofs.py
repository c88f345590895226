"""Going and looking for the proof that a domain is its publisher's: no database, and never inside a transaction."""

from http import HTTPStatus
from urllib.parse import urlsplit

from app.adapters.web_fetch import Fetched, Fetcher, FetchRefused, Unreachable
from app.domain.inventory.queries import ProofTarget
from app.domain.inventory.rules import ads_txt_proves, file_proves, is_on_domain, meta_proves, place_of_proof
from app.domain.inventory.service.sites import ProofCheck
from app.domain.inventory.states import ProofMethod

EXPLANATION_CHARACTERS_MAX = 300
PLACES = {
    ProofMethod.WELL_KNOWN_FILE: "File",
    ProofMethod.META_TAG: "Home page",
    ProofMethod.ADS_TXT: "ads.txt",
}
NOT_THERE = {
    ProofMethod.WELL_KNOWN_FILE: "it does not hold the token on a line of its own.",
    ProofMethod.META_TAG: "its head has no meta tag with the token.",
    ProofMethod.ADS_TXT: "it has no DIRECT line for your account.",
}
PLAIN_TEXT = "text/plain"


def our_domain(base_url: str) -> str:
    """This market's name in ads.txt: the host of its public address, with the port when it has one."""
    return urlsplit(base_url).netloc.lower()


def look_for_proof(fetcher: Fetcher, target: ProofTarget, our_domain: str) -> ProofCheck:
    """Looks at the three places where a proof can be, until one proves the domain. Takes seconds."""
    findings = []
    for method in ProofMethod:
        try:
            found = fetcher.fetch(place_of_proof(target.address, method))
        except Unreachable as refused:
            findings.append(refused.reason)
            break
        except FetchRefused as refused:
            findings.append(f"{PLACES[method]}: {refused.reason}")
            continue
        problem = _problem(found, method, target, our_domain)
        if problem is None:
            return ProofCheck(target.token, method, "")
        findings.append(f"{PLACES[method]}: {problem}")
    return ProofCheck(target.token, None, " ".join(findings)[:EXPLANATION_CHARACTERS_MAX])


def _problem(found: Fetched, method: ProofMethod, target: ProofTarget, our_domain: str) -> str | None:
    """Why an answer proves nothing, to follow the name of its place; None when it does."""
    if found.status != HTTPStatus.OK:
        return "there is none." if found.status == HTTPStatus.NOT_FOUND else f"the site answers {found.status}."
    if not is_on_domain(target.domain, found.final_url):
        return "it leads to another site."
    if method is not ProofMethod.META_TAG and found.content_type != PLAIN_TEXT:
        return "it is not sent as plain text (text/plain)."
    proves = {
        ProofMethod.WELL_KNOWN_FILE: lambda: file_proves(found.text, target.token),
        ProofMethod.META_TAG: lambda: meta_proves(found.text, target.token),
        ProofMethod.ADS_TXT: lambda: ads_txt_proves(found.text, our_domain, target.account_key),
    }
    return None if proves[method]() else NOT_THERE[method]
