"""Numbers as Brazilians write them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.areas import AREAS, area_of
from common.phone import NumberKind, PhoneFault, PhoneNumber, parse_phone

VALID = [
    ("(11) 3212-3456", "+551132123456", "landline"),
    ("11987654321", "+5511987654321", "mobile"),
    ("5511987654321", "+5511987654321", "mobile"),
    ("+55 11 98765-4321", "+5511987654321", "mobile"),
    ("021 11 98765-4321", "+5511987654321", "mobile"),
    ("0 15 21 3212-3456", "+552132123456", "landline"),
    ("0800 777 1234", "+558007771234", "toll_free"),
    ("0303 123 4567", "+553031234567", "shared_cost"),
    ("0300 123 4567", "+553001234567", "shared_cost"),
    ("4004-1234", "+5540041234", "shared_cost"),
    ("3003 1234", "+5530031234", "shared_cost"),
    ("4020-1234", "+5540201234", "shared_cost"),
    ("0500 123 4567", "+555001234567", "premium"),
    ("0900 123 4567", "+559001234567", "premium"),
    ("00 15 1 212 555 1234", "+12125551234", "international"),
    ("+1 212 555 1234", "+12125551234", "international"),
    ("11 4004-1234", "+551140041234", "landline"),
    ("11999887766.0", "+5511999887766", "mobile"),
    ("'11987654321", "+5511987654321", "mobile"),
    ("011987654321", "+5511987654321", "mobile"),
    ("0055 11 98765-4321", "+5511987654321", "mobile"),
    ("55 3212-3456", "+555532123456", "landline"),
    ("55 99912-3456", "+5555999123456", "mobile"),
    ("1,1999887766E+10", "+5511999887766", "mobile"),
]

INVALID = [
    ("20987654321", PhoneFault.UNKNOWN_AREA_CODE),
    ("3032123456", PhoneFault.UNKNOWN_AREA_CODE),
    ("11612345678", PhoneFault.IMPOSSIBLE),
    ("1190000000", PhoneFault.IMPOSSIBLE),
    ("119876543210", PhoneFault.WRONG_LENGTH),
    ("190", PhoneFault.SHORT_CODE),
    ("*144", PhoneFault.NOT_A_NUMBER),
    ("5,51199E+12", PhoneFault.EXCEL_TRUNCATED),
    ("5,51199887766E+12", PhoneFault.EXCEL_TRUNCATED),
    ("5.51199E+12", PhoneFault.EXCEL_TRUNCATED),
    ("987654321", PhoneFault.NO_AREA_CODE),
    ("não tem", PhoneFault.NOT_A_NUMBER),
    ("-", PhoneFault.NOT_A_NUMBER),
    ("", PhoneFault.EMPTY),
    ("+999 123 4567 890", PhoneFault.IMPOSSIBLE),
]


@pytest.mark.parametrize(("text", "e164", "kind"), VALID)
def test_a_number_is_normalised_and_classed(text: str, e164: str, kind: str) -> None:
    assert parse_phone(text) == PhoneNumber(e164, NumberKind(kind))


@pytest.mark.parametrize(("text", "fault"), INVALID)
def test_what_cannot_be_dialed_says_why(text: str, fault: PhoneFault) -> None:
    assert parse_phone(text) is fault


@pytest.mark.parametrize("text", ["1187654321", "(11) 8765-4321", "+55 11 8765 4321", "0 21 11 8765-4321"])
def test_an_old_mobile_number_gets_its_ninth_digit_and_a_flag(text: str) -> None:
    assert parse_phone(text) == PhoneNumber("+5511987654321", NumberKind.MOBILE, ninth_digit_added=True)


@pytest.mark.parametrize(
    ("area", "text", "e164"),
    [
        ("011", "98765-4321", "+5511987654321"),
        ("11", "3212-3456", "+551132123456"),
        ("11.0", "87654321", "+5511987654321"),
        ("(21)", "11 98765-4321", "+5511987654321"),
        ("11", "4004-1234", "+551140041234"),
    ],
)
def test_an_area_code_column_completes_a_number_that_has_none(area: str, text: str, e164: str) -> None:
    number = parse_phone(text, area_code=area)
    assert isinstance(number, PhoneNumber)
    assert number.e164 == e164


def test_an_unknown_area_code_in_its_own_column_is_told() -> None:
    assert parse_phone("987654321", area_code="20") is PhoneFault.UNKNOWN_AREA_CODE


def test_there_are_67_area_codes_in_27_states() -> None:
    assert len(AREAS) == 67
    assert len({area.state for area in AREAS.values()}) == 27


@pytest.mark.parametrize(
    ("e164", "state", "zones"),
    [
        ("+5511987654321", "SP", ("America/Sao_Paulo",)),
        ("+5581987654321", "PE", ("America/Recife",)),
        ("+558136191234", "PE", ("America/Noronha",)),
        ("+5593987654321", "PA", ("America/Santarem",)),
        ("+5597987654321", "AM", ("America/Manaus", "America/Eirunepe")),
        ("+5568987654321", "AC", ("America/Rio_Branco",)),
    ],
)
def test_a_number_tells_its_state_and_zones(e164: str, state: str, zones: tuple[str, ...]) -> None:
    area = area_of(e164)
    assert area is not None
    assert (area.state, area.zones) == (state, zones)


def test_a_service_number_or_a_foreign_one_has_no_area() -> None:
    assert area_of("+5540041234") is None
    assert area_of("+12125551234") is None


@given(st.text(alphabet="0123456789+()- .,E/x", max_size=22))
def test_whatever_comes_in_a_result_is_valid_to_libphonenumber_and_stable(text: str) -> None:
    number = parse_phone(text)
    if isinstance(number, PhoneNumber):
        assert phonenumbers.is_valid_number(phonenumbers.parse(number.e164))
        again = parse_phone(number.e164)
        assert isinstance(again, PhoneNumber)
        assert again.e164 == number.e164


@given(st.from_regex(r"[1-9][0-9]{9,10}", fullmatch=True))
def test_geographic_numbers_agree_with_libphonenumber(text: str) -> None:
    ours = parse_phone(text)
    if isinstance(ours, PhoneNumber) and ours.kind in {NumberKind.LANDLINE, NumberKind.MOBILE}:
        theirs = phonenumbers.parse(ours.e164)
        expected = {
            NumberKind.LANDLINE: phonenumbers.PhoneNumberType.FIXED_LINE,
            NumberKind.MOBILE: phonenumbers.PhoneNumberType.MOBILE,
        }
        assert phonenumbers.number_type(theirs) == expected[ours.kind]
