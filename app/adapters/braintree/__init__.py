"""Card payments leave here: to Braintree, or to the local Braintree on this machine. The only importer of the SDK."""

from collections.abc import Callable
from datetime import datetime

from app.adapters.braintree.gateway import SdkGateway
from app.adapters.braintree.local import make_local_gateway
from app.adapters.braintree.port import PaymentGateway
from config import Config, ConfigurationError


def make_gateway(config: Config, *, clock: Callable[[], datetime]) -> PaymentGateway:
    """The gateway that this installation's settings choose; the clock is the local gateway's.

    Raises:
        ConfigurationError: production without a Braintree account; the local gateway is for local mode only.
    """
    if config.braintree is not None:
        return SdkGateway.of_keys(config.braintree)
    if not config.is_local:
        raise ConfigurationError(["BRAINTREE_ENVIRONMENT and its keys are needed: the local gateway moves no money."])
    return make_local_gateway(config, clock=clock)
