"""The lists that publishers choose from are read whole from the IAB's files."""

from app.domain.inventory.queries import category_name, content_categories, product_categories


def test_content_categories_have_two_tiers_with_unique_codes() -> None:
    found = content_categories()
    assert {entry.tier for entry in found} == {1, 2}
    assert [sum(entry.tier == tier for entry in found) for tier in (1, 2)] == [37, 323]
    assert len({entry.code for entry in found}) == len(found)
    assert all(len(entry.code) <= 20 for entry in found)
    assert category_name("151") == "Attractions: Amusement and Theme Parks"
    assert category_name("no such code") == "no such code"


def test_product_categories_are_the_first_tier() -> None:
    found = {entry.code: entry.name for entry in product_categories()}
    assert found["1002"] == "Alcohol"
    assert "1003" not in found
    assert len(found) == len(product_categories()) > 30
