"""Names of places as cover pages print them, and the codes EDGAR has for them."""

import pytest

from models.places import as_the_postcode_says, is_state, place_code, with_digits

PRINTED = {
    "Delaware": "DE", "State of Delaware": "DE", "Delaware, U.S.A.": "DE", "USA (Delaware)": "DE",
    "Delaware limited liability company": "DE", "ORGANIZED IN DELAWARE": "DE",
    "a New York limited partnership": "NY", "NY, USA": "NY", "tx": "TX",
    "Commonwealth of Massachusetts": "MA", "Utah, United States": "UT", "West Virginia": "WV",
    "Washington": "WA", "Washington, D.C.": "DC", "Georgia": "GA", "New Mexico": "NM",
    "United States": "X1", "United States of America": "X1", "U.S.": "X1", "USA": "X1",
    "United States citizen": "X1", "Citizen of the United States and Israel": "X1",
    "Canada": "Z4", "Canada (Federal)": "Z4", "Ontario, Canada": "A6", "Québec": "A8",
    "Province of British Columbia": "A1",
    "The Cayman Islands": "E9", "Cayman Islands exempted company": "E9", "CaymanIslands": "E9",
    "Cayman Islands, British West Indies": "E9",
    "British Virgin Islands": "D8", "Virgin Islands, British": "D8", "U.S. Virgin Islands": "VI",
    "United Kingdom": "X0", "England & Wales": "X0", "England and Wales": "X0",
    "Northern Ireland": "X0", "Republic of Ireland": "L2",
    "Republic of Korea": "M5", "Korea, Republic of": "M5", "South Korea": "M5",
    "People’s Republic of China": "F4", "Taiwan, Republic of China": "F5", "Hong Kong SAR": "K3",
    "Federal Republic of Germany": "2M", "Grand Duchy of Luxembourg": "N4", "State of Israel": "L3",
    "Republic of the Marshall Islands": "1T", "Dominican Republic corporation": "G8",
    "Papua New Guinea": "R2", "Côte d'Ivoire": "L7", "St. Lucia": "U9", "The Netherlands": "P7",
    "Jersey, Channel Islands": "Y9", "New Jersey": "NJ",
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), PRINTED.items())
def test_a_place_is_told_by_its_name_however_it_is_dressed(text: str, code: str) -> None:
    assert place_code(text) == code


@pytest.mark.parametrize(
    "text", ["", " ", "N/A", "None", "Not applicable", "See Item 2(c)", "Various", "Atlantis", "ZZ"]
)
def test_what_names_no_place_has_no_code(text: str) -> None:
    assert place_code(text) == ""


@pytest.mark.parametrize(
    ("code", "postcode", "expected"),
    [("MO", "105-6923", "M0"), ("MO", "63101", "MO"), ("M0", "63101", "MO"), ("M0", "", "M0"),
     ("NY", "H3B 4W8", "NY"), ("CO", "80202-1234", "CO"), ("V8", "8001", "V8")],
)  # fmt: skip
def test_of_two_codes_that_look_alike_the_postcodes_counts(
    code: str, postcode: str, expected: str
) -> None:
    assert as_the_postcode_says(code, postcode) == expected


def test_states_are_told_from_countries() -> None:
    assert is_state("DE")
    assert is_state("DC")
    assert not is_state("X1")
    assert not is_state("A6")
    assert not is_state("ZZ")


def test_a_code_that_none_has_is_the_one_it_looks_like() -> None:
    assert [with_digits(code) for code in ("DO", "XO", "Kl", "0H")] == ["D0", "X0", "K1", "OH"]
    for code in ("CO", "MO", "M5", "HM", "D0"):
        assert with_digits(code) == code
