"""Reads of the creatives room; a review is found by its publisher, a creative by the two parties of its line item."""

from app.domain.creatives.queries.line_items import (
    Booked,
    LineItemRow,
    ReviewRow,
    booked,
    bookings_of,
    flights_without_creative,
    is_known_buyer,
    opens_money_back,
    reviews_of,
    running_assignment,
    waiting_review,
)
from app.domain.creatives.queries.pictures import (
    Picture,
    house_ad_of,
    house_picture,
    kept_picture,
    picture_of_review,
)
from app.domain.creatives.queries.publisher import (
    AnswerRecord,
    Waiting,
    answer_record,
    answered_by,
    answered_lately,
    own_review,
    reviews_overdue,
    waiting_count,
    waiting_for,
)
from app.domain.creatives.queries.staff import any_picture, line_item_called
from app.domain.creatives.queries.timeline import CreativeTimeline, Ran, Reviewed, creative_timeline

__all__ = [
    "AnswerRecord",
    "Booked",
    "CreativeTimeline",
    "LineItemRow",
    "Picture",
    "Ran",
    "ReviewRow",
    "Reviewed",
    "Waiting",
    "answer_record",
    "answered_by",
    "answered_lately",
    "any_picture",
    "booked",
    "bookings_of",
    "creative_timeline",
    "flights_without_creative",
    "house_ad_of",
    "house_picture",
    "is_known_buyer",
    "kept_picture",
    "line_item_called",
    "opens_money_back",
    "own_review",
    "picture_of_review",
    "reviews_of",
    "reviews_overdue",
    "running_assignment",
    "waiting_count",
    "waiting_for",
    "waiting_review",
]
