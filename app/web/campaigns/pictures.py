"""The pictures of ads, for those who may see them: never from the public host before they are approved."""

from werkzeug.wrappers import Response

from app.domain.creatives.queries import picture_of_review, stored_picture
from app.foundation.errors import NotFound
from app.web.campaigns.blueprint import blueprint
from app.web.parts.kept_images import kept_image
from app.web.shell.access import signed_in
from app.web.shell.principal import me
from app.web.shell.uploads import show_picture


@blueprint.get("/pictures/<public_id>")
@signed_in
def picture(public_id: str) -> Response:
    """The picture of an ad that was sent, for the buyer and the publisher of its booking."""
    return show_picture(picture_of_review(me().account_id, public_id, wants_still=False))


@blueprint.get("/pictures/<public_id>/still")
@signed_in
def still(public_id: str) -> Response:
    """The frame at which a moving ad rests, for the same two."""
    return show_picture(picture_of_review(me().account_id, public_id, wants_still=True))


@blueprint.get("/uploads/<token>")
@signed_in
def upload(token: str) -> Response:
    """A picture that was uploaded while its form is still being corrected, for whoever uploaded it."""
    kept = kept_image(token, me().account_id)
    if kept is None:
        raise NotFound
    return show_picture(stored_picture(kept.sha256))
