"""Other people's pages come in here: guarded against private addresses, bounded in time and size."""

from app.adapters.web_fetch.guarded import GuardedFetcher
from app.adapters.web_fetch.port import Fetched, Fetcher, FetchRefused, Unreachable
from config import Config

__all__ = ["FetchRefused", "Fetched", "Fetcher", "Unreachable", "make_fetcher"]


def make_fetcher(config: Config) -> Fetcher:
    """The way to other people's pages; only local mode may look at this machine."""
    return GuardedFetcher(user_agent=f"isocket-site-check (+{config.base_url})", allows_loopback=config.is_local)
