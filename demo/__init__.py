"""The demo market: what ``flask demo load`` plays through the services, so that there is something to look at."""
