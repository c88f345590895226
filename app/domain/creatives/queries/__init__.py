"""Reads of the creatives room; a review is found by its publisher, a creative by the two parties of its line item."""

from app.domain.creatives.queries.line_items import (
    LineItemRow,
    PaidLineItem,
    ReviewRow,
    booked,
    flights_without_creative,
    is_known_buyer,
    opens_money_back,
    paid_line_items_of,
    reviews_of,
    running_assignment,
    waiting_review,
)
from app.domain.creatives.queries.pictures import (
    Picture,
    house_ad_of,
    house_picture,
    picture_of_review,
    stored_picture,
)
from app.domain.creatives.queries.publisher import (
    AnswerRecord,
    WaitingReview,
    answer_record,
    answered_by,
    answered_lately,
    own_review,
    reviews_overdue,
    waiting_for,
    waiting_review_count,
)
from app.domain.creatives.queries.staff import any_picture, line_item_called
from app.domain.creatives.queries.timeline import CreativeRun, CreativeTimeline, ReviewedCreative, creative_timeline

__all__ = [
    "AnswerRecord",
    "CreativeRun",
    "CreativeTimeline",
    "LineItemRow",
    "PaidLineItem",
    "Picture",
    "ReviewRow",
    "ReviewedCreative",
    "WaitingReview",
    "answer_record",
    "answered_by",
    "answered_lately",
    "any_picture",
    "booked",
    "creative_timeline",
    "flights_without_creative",
    "house_ad_of",
    "house_picture",
    "is_known_buyer",
    "line_item_called",
    "opens_money_back",
    "own_review",
    "paid_line_items_of",
    "picture_of_review",
    "reviews_of",
    "reviews_overdue",
    "running_assignment",
    "stored_picture",
    "waiting_for",
    "waiting_review",
    "waiting_review_count",
]
