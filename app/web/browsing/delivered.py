"""What the gate has not at hand: an ad's file that is not on this disk, the landing page of an ad that ran earlier."""

from flask import make_response, redirect
from werkzeug.wrappers import Response

from app.delivery.answers import FOR_EVER
from app.delivery.creative_files import is_file_name, media_type
from app.delivery.publish import landing_page_of, shown_file
from app.delivery.tokens import TokenMint
from app.foundation.errors import NotFound
from app.web.shell.tools import config

FOUND = 302


def answer_click(token: str) -> Response:
    """On to the landing page of the ad that this token was made for. The gate has written the click down.

    Raises:
        NotFound: the token is not ours, or the ad is gone.
    """
    settings = config()
    read = TokenMint(settings.secret_key, settings.secret_key_fallbacks).read(token)
    address = landing_page_of(read.creative_id) if read is not None else None
    if address is None:
        raise NotFound
    answer = redirect(address, FOUND)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "origin"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def answer_creative(name: str) -> Response:
    """The file of an ad that runs or ran; nobody gets others by their hash alone.

    Raises:
        NotFound: it is no such file.
    """
    content = shown_file(name.partition(".")[0]) if is_file_name(name) else None
    if content is None:
        raise NotFound
    answer = make_response(content)
    answer.headers["Content-Type"] = media_type(name)
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
