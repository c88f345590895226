"""Numbers of bank accounts and tax authorities: what their check digits catch."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.settlement.rules.banking import (
    IBAN_CHARACTERS,
    is_account_number,
    is_iban,
    is_routing_number,
    is_tax_number,
    plain,
)

# Published as examples by the banks and standards concerned.
GOOD_ROUTING = ("021000021", "011401533", "091000019", "122105155")
GOOD_IBANS = (
    "DE89370400440532013000",
    "GB29NWBK60161331926819",
    "FR1420041010050500013M02606",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
    "SA0380000000608010167519",
)
DIGITS = st.sampled_from(string.digits)


@pytest.mark.parametrize("number", GOOD_ROUTING)
def test_a_routing_number_with_one_digit_wrong_is_no_routing_number(number: str) -> None:
    assert is_routing_number(number)
    wrong = [
        number[:at] + digit + number[at + 1 :] for at in range(9) for digit in string.digits if digit != number[at]
    ]
    assert not any(is_routing_number(one) for one in wrong)


@pytest.mark.parametrize("number", ["", "02100002", "0210000210", "02100002a", "٠٢١٠٠٠٠٢١", "000000000"])
def test_what_is_no_nine_digits_is_no_routing_number(number: str) -> None:
    assert not is_routing_number(number)


@pytest.mark.parametrize("iban", GOOD_IBANS)
def test_an_iban_with_one_sign_wrong_is_no_iban(iban: str) -> None:
    assert is_iban(iban)
    for at, sign in enumerate(iban):
        pool = string.digits if sign.isdigit() else string.ascii_uppercase
        assert not any(is_iban(iban[:at] + other + iban[at + 1 :]) for other in pool if other != sign)


@pytest.mark.parametrize("iban", GOOD_IBANS)
def test_an_iban_with_two_neighbours_exchanged_is_no_iban(iban: str) -> None:
    exchanged = [iban[:at] + iban[at + 1] + iban[at] + iban[at + 2 :] for at in range(len(iban) - 1)]
    assert not any(is_iban(one) for one in exchanged if one != iban)


@given(st.sampled_from(sorted(IBAN_CHARACTERS)), st.lists(DIGITS, min_size=30, max_size=30))
def test_of_a_hundred_check_digits_one_pair_is_right_and_only_at_the_right_length(
    country: str, signs: list[str]
) -> None:
    rest = "".join(signs)[: IBAN_CHARACTERS[country] - 4]
    good = [check for check in range(2, 99) if is_iban(f"{country}{check:02d}{rest}")]
    assert len(good) == 1
    assert not any(is_iban(f"{country}{check:02d}{rest}0") for check in range(100))


@pytest.mark.parametrize(
    "text", ["de89370400440532013000", "DE89 3704 0044 0532 0130 00", "", "DE", "DE89ÄÖ", "D" * 40]
)
def test_an_iban_is_read_only_when_it_is_plain(text: str) -> None:
    assert not is_iban(text)


@given(st.lists(DIGITS, max_size=20).map("".join))
def test_an_account_number_has_4_to_17_digits(digits: str) -> None:
    assert is_account_number(digits) is (4 <= len(digits) <= 17)
    assert is_tax_number(digits) is (len(digits) == 9)


@given(st.text(alphabet=string.ascii_letters + string.digits + " .-\t\u00a0", max_size=40))
def test_numbers_are_read_as_people_write_them(text: str) -> None:
    signs = [sign for sign in text if sign.isalnum()]
    assert plain(text) == "".join(signs).upper()
