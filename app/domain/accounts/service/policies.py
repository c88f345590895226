"""Agreement to the Terms and the Privacy Policy."""

from datetime import datetime

from app.domain.accounts.models import PolicyAcceptance
from app.domain.accounts.rules import current_policies
from app.foundation.db import db


def accept_policies(user_id: int, *, client_address: str, now: datetime) -> None:
    """Notes that a person agrees to the current version of every document; twice changes nothing."""
    for kind, version in current_policies().items():
        key = (user_id, kind, version)
        if db.session.get(PolicyAcceptance, key) is None:
            db.session.add(
                PolicyAcceptance(
                    user_id=user_id, kind=kind, version=version, accepted_at=now, client_address=client_address
                )
            )
    db.session.flush()
