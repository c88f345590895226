"""What a page with card fields needs: its module, the scripts behind it, and what its policy must allow.

The checkout script is the same for the real and the local gateway; only the module differs from which it
takes ``createCardFields``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.adapters.braintree.local import PUBLIC_PATH
from config import Config

# Client and fields must be of one exact version; the hashes are of these very files.
WEB_VERSION = "3.144.0"
SCRIPTS_HOST = "https://js.braintreegateway.com"
ASSETS_HOST = "https://assets.braintreegateway.com"
CLIENT_SRI = "sha384-9fh4cMF7ixkYp52R/MmrRToQIJQIi+iGbqnCH+4aeIFUFTd8IGn6SujrvUxT/6J6"
FIELDS_SRI = "sha384-S287m5KdW85YIo18PpFYHar2+zUfPkgrs71YbuqZNRtdycp5kjvLIzX7ldcEOCLc"
LOCAL_MODULE = f"{PUBLIC_PATH}/v1/card-fields.js"
HOSTED_MODULE = "/static/js/hosted-card-fields.js"


@dataclass(frozen=True, slots=True)
class HostedScript:
    """A script of Braintree's, pinned by its hash; load it with ``crossorigin="anonymous"``."""

    url: str
    integrity: str


@dataclass(frozen=True, slots=True)
class CardFieldsSetup:
    """For the template: the module to import, scripts to load before it, and additions to the page's policy."""

    module_url: str
    is_test: bool
    scripts: tuple[HostedScript, ...] = ()
    policy: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def card_fields_setup(config: Config) -> CardFieldsSetup:
    """What pages of this installation need to show card fields."""
    if config.braintree is None:
        return CardFieldsSetup(LOCAL_MODULE, is_test=True, policy={"frame-src": ("'self'",)})
    is_test = config.braintree.environment != "production"
    prefix = "sandbox." if is_test else ""
    scripts = (
        HostedScript(f"{SCRIPTS_HOST}/web/{WEB_VERSION}/js/client.js", CLIENT_SRI),
        HostedScript(f"{SCRIPTS_HOST}/web/{WEB_VERSION}/js/hosted-fields.js", FIELDS_SRI),
    )
    hosts = ("api", "client-analytics")
    policy = {
        "script-src": (SCRIPTS_HOST,),
        "img-src": (ASSETS_HOST,),
        "frame-src": (ASSETS_HOST,),
        "child-src": (ASSETS_HOST,),
        "connect-src": (
            *(f"https://{host}.{prefix}braintreegateway.com" for host in hosts),
            "https://*.braintree-api.com",
        ),
    }
    return CardFieldsSetup(HOSTED_MODULE, is_test=is_test, scripts=scripts, policy=policy)
