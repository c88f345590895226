"""A program that sends hostile files through the form of the real app, and says what came of each and what it took.

It runs as a process of its own, so that what it takes is what one web worker would take::

    python -m tests.support.hostile_uploads <database> <directory>
"""

import json
import resource
import sys
from pathlib import Path

import sqlalchemy as sa

from app import create_app
from app.domain.files.models import StoredFile
from app.domain.inventory.states import CreativeFormat
from app.foundation.db import db
from tests.factories.accounts import make_person, sign_in
from tests.factories.inventory import account_of, make_proved_site, make_socket
from tests.support.databases import make_config
from tests.support.drawing import GPS_CANARY, animated, empty_png, jpeg_with_gps, png
from tests.support.page_client import PageClient

SCRIPT = b"<script>document.title = 'run'</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="250"><script>1</script></svg>'
LEFTOVERS = (b"<script", b"Exif", GPS_CANARY.encode())
WORDS = {"alt_text": "Our Sunday letter", "click_through_url": "https://letters.example/sunday"}
CLEANED = frozenset({"a GIF with a script behind it", "a photo that knows where it was"})
OK, REFUSED = 200, 422
Upload = tuple[bytes, str, str]


def files() -> dict[str, Upload]:
    """What is sent, by what it is; drawing it takes seconds."""
    return {
        "far too many pixels": (empty_png(13_000, 13_000), "ad.png", "image/png"),
        "an SVG": (SVG, "ad.svg", "image/svg+xml"),
        "an SVG called PNG": (SVG, "ad.png", "image/png"),
        "a GIF with a script behind it": (animated() + SCRIPT, "ad.gif", "image/gif"),
        "a PDF called PNG": (b"%PDF-1.7\n1 0 obj\n<< /JS (app.alert(1)) >>\nendobj", "ad.png", "image/png"),
        "half a PNG": (png()[: len(png()) // 2], "ad.png", "image/png"),
        "a photo that knows where it was": (jpeg_with_gps(), "ad.jpg", "image/jpeg"),
        "forty seconds": (animated(frames=133, frame_ms=300, size=(600, 500)), "ad.gif", "image/gif"),
        "nothing": (b"", "ad.png", "image/png"),
        "more than a megabyte": (b"\x89PNG\r\n\x1a\n" + b"\0" * 1_050_000, "ad.png", "image/png"),
    }


def main() -> None:
    """Sends every file twice, and prints the answers and the growth as JSON."""
    app = create_app(make_config(sys.argv[1], Path(sys.argv[2])))
    publisher = make_person(app)
    account_id = account_of(app, publisher)
    formats = tuple(CreativeFormat)
    socket = make_socket(app, account_id, make_proved_site(app, account_id).id, formats=formats)
    client = sign_in(PageClient(app), publisher)
    page = f"/selling/sockets/{socket.id}/house-ad"
    client.get(page)
    client.submit("Put up the ad", WORDS, file=(png(), "ad.png", "image/png"))
    uploads = files()
    before = peak_kib()
    answers = {name: send(client, name, upload) for name, upload in uploads.items()}
    with app.app_context():
        kept = db.session.scalars(sa.select(StoredFile.content)).all()
    print(  # noqa: T201 - what this program is for
        json.dumps(
            {
                "answers": answers,
                "growth_kib": peak_kib() - before,
                "files": len(kept),
                "leftovers": [mark.decode() for mark in LEFTOVERS if any(mark in content for content in kept)],
            }
        )
    )


def send(client: PageClient, name: str, upload: Upload) -> dict[str, object]:
    """Fills the form with good words and this file, twice; gives what is said beside the file, and what is kept."""
    for _ in range(2):
        client.submit("Replace the ad", WORDS, file=upload, expect=OK if name in CLEANED else REFUSED)
    values = client.page.form("Replace the ad").values
    return {"says": " ".join(client.errors_beside("file")), "keeps": {field: values[field] for field in WORDS}}


def peak_kib() -> int:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
