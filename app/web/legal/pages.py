"""What the legal pages show: the published versions of each document, and which of them is in force."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from app.domain.accounts.queries import PublishedPolicy, published_policies
from app.domain.accounts.states import PolicyKind
from app.foundation.errors import NotFound
from app.web.words.states.accounts import POLICY_KINDS


@dataclass(frozen=True, slots=True)
class LegalDocument:
    """One version of one document; ``versions`` lists all of its kind, newest first: (version, URL, in force)."""

    kind: PolicyKind
    title: str
    version: str
    effective_on: date
    versions: tuple[tuple[str, str, bool], ...]

    @property
    def body_template(self) -> str:
        """The template with its text; never edited once published."""
        return f"legal/{self.kind.value}/{self.version}.html"


def document(kind: PolicyKind, version: str | None = None) -> LegalDocument:
    """A version of a document; the one in force when none is named.

    Raises:
        NotFound: no such version was ever published.
    """
    published = [one for one in published_policies() if one.kind is kind]
    for one in published:
        if one.version == version or (version is None and one.is_current):
            return LegalDocument(
                kind=kind,
                title=POLICY_KINDS[kind].label,
                version=one.version,
                effective_on=one.effective_on,
                versions=tuple(_listed(other) for other in reversed(published)),
            )
    raise NotFound


def versions_in_force() -> str:
    """The versions that the agreement page names, as its form sends them back."""
    return " ".join(f"{one.kind.value}:{one.version}" for one in published_policies() if one.is_current)


def _listed(policy: PublishedPolicy) -> tuple[str, str, bool]:
    if policy.is_current:
        return policy.version, url_for(f"legal.{policy.kind.value}"), True
    return policy.version, url_for(f"legal.{policy.kind.value}_version", version=policy.version), False
