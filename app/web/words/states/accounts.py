"""What is said of the documents that people agree to."""

from app.domain.accounts.states import PolicyKind
from app.foundation.messages import N_
from app.web.words.states.wording import StateWords

POLICY_KINDS = {
    PolicyKind.TERMS: StateWords(N_("Terms of Service")),
    PolicyKind.PRIVACY: StateWords(N_("Privacy Policy")),
}
