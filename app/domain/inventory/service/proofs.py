"""Going and looking for the proof that a domain is its publisher's: no database, and never inside a transaction."""

from http import HTTPStatus
from urllib.parse import urlsplit

from app.adapters.web_fetch import Fetched, Fetcher, FetchRefused, Unreachable
from app.domain.inventory.queries import ProofTarget
from app.domain.inventory.rules import ads_txt_proves, file_proves, is_on_domain, meta_proves, place_of_proof
from app.domain.inventory.service.sites import ProofCheck
from app.domain.inventory.states import ProofMethod
from app.foundation.messages import N_, StoredMessage, as_stored

# A sentence for each place and problem: languages put a place into their sentences in their own ways.
ABSENT = {
    ProofMethod.WELL_KNOWN_FILE: N_("File: there is none."),
    ProofMethod.META_TAG: N_("Home page: there is none."),
    ProofMethod.ADS_TXT: N_("ads.txt: there is none."),
}
WRONG_ANSWER = {
    ProofMethod.WELL_KNOWN_FILE: N_("File: the site answers %(status)s."),
    ProofMethod.META_TAG: N_("Home page: the site answers %(status)s."),
    ProofMethod.ADS_TXT: N_("ads.txt: the site answers %(status)s."),
}
ELSEWHERE = {
    ProofMethod.WELL_KNOWN_FILE: N_("File: it leads to another site."),
    ProofMethod.META_TAG: N_("Home page: it leads to another site."),
    ProofMethod.ADS_TXT: N_("ads.txt: it leads to another site."),
}
# A home page may be sent as what it likes.
NOT_PLAIN = {
    ProofMethod.WELL_KNOWN_FILE: N_("File: it is not sent as plain text (text/plain)."),
    ProofMethod.ADS_TXT: N_("ads.txt: it is not sent as plain text (text/plain)."),
}
NOT_THERE = {
    ProofMethod.WELL_KNOWN_FILE: N_("File: it does not hold the token on a line of its own."),
    ProofMethod.META_TAG: N_("Home page: its head has no meta tag with the token."),
    ProofMethod.ADS_TXT: N_("ads.txt: it has no DIRECT line for your account."),
}
NOT_FETCHED = {
    ProofMethod.WELL_KNOWN_FILE: N_("File: %(reason)s"),
    ProofMethod.META_TAG: N_("Home page: %(reason)s"),
    ProofMethod.ADS_TXT: N_("ads.txt: %(reason)s"),
}
PLAIN_TEXT = "text/plain"


def our_domain(base_url: str) -> str:
    """This market's name in ads.txt: the host of its public address, with the port when it has one."""
    return urlsplit(base_url).netloc.lower()


def look_for_proof(fetcher: Fetcher, target: ProofTarget, our_domain: str) -> ProofCheck:
    """Looks at the three places where a proof can be, until one proves the domain. Takes seconds."""
    findings: list[StoredMessage] = []
    reasons: list[str] = []
    for method in ProofMethod:
        try:
            found = fetcher.fetch(place_of_proof(target.address, method))
        except Unreachable as refused:
            findings.append(StoredMessage(refused.reason))
            break
        except FetchRefused as refused:
            findings.append(StoredMessage(NOT_FETCHED[method], {"reason": StoredMessage(refused.reason)}))
            reasons.append(refused.reason)
            continue
        problem = _problem(found, method, target, our_domain)
        if problem is None:
            return ProofCheck(target.token, method, "")
        findings.append(problem)
    if len(reasons) == len(ProofMethod) and len(set(reasons)) == 1:
        # What keeps us from all places alike is said once: thrice it would be too long to be stored.
        findings = [StoredMessage(reasons[0])]
    return ProofCheck(target.token, None, as_stored(*findings))


def _problem(found: Fetched, method: ProofMethod, target: ProofTarget, our_domain: str) -> StoredMessage | None:
    """Why an answer proves nothing; None when it does."""
    if found.status == HTTPStatus.NOT_FOUND:
        return StoredMessage(ABSENT[method])
    if found.status != HTTPStatus.OK:
        return StoredMessage(WRONG_ANSWER[method], {"status": str(found.status)})
    if not is_on_domain(target.domain, found.final_url):
        return StoredMessage(ELSEWHERE[method])
    if method in NOT_PLAIN and found.content_type != PLAIN_TEXT:
        return StoredMessage(NOT_PLAIN[method])
    proves = {
        ProofMethod.WELL_KNOWN_FILE: lambda: file_proves(found.text, target.token),
        ProofMethod.META_TAG: lambda: meta_proves(found.text, target.token),
        ProofMethod.ADS_TXT: lambda: ads_txt_proves(found.text, our_domain, target.account_key),
    }
    return None if proves[method]() else StoredMessage(NOT_THERE[method])
