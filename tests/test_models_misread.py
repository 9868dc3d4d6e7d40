"""Words that no text has, and those that only look strange."""

import pytest

from models.misread import mended_words, without_scraps


@pytest.mark.parametrize(("read", "true"), [
    ("Vellum Holdings 11, L.P.", "Vellum Holdings II, L.P."),
    ("Growth Fund 1V-A LLC", "Growth Fund IV-A LLC"),
    ("/s/ Xenia C IIves", "/s/ Xenia C Ilves"), ("5 INDUSTRIAL BIVD.", "5 INDUSTRIAL BLVD."),
    ("19 Market Bivd.", "19 Market Blvd."), ("NG' ANG'A TODD", "NG'ANG'A TODD"),
    ("Mei O' Rourke", "Mei O'Rourke"),
    ("/s/ Keith Q.Xu, Jr.", "/s/ Keith Q. Xu, Jr."), ("Keith Q. Xu. Ir.", "Keith Q. Xu, Jr."),
    ("Comon Stock", "Common Stock"), ("COMON STOCK", "COMMON STOCK"),
    ("Eamout Rights", "Earnout Rights"),
    ("100 N, MAIN ST", "100 N. MAIN ST"), ("P.O.BOX 7", "P.O. BOX 7"),
    ("P.O., Box 7", "P.O. Box 7"), ("BLDG. 3. UNIT C", "BLDG. 3, UNIT C"),
    ("By: /s/ Walter Long. Manager", "By: /s/ Walter Long, Manager"),
    ("Harbor Fund S.a rI", "Harbor Fund S.a r.l."), ("Harbor Fund Sa r1.", "Harbor Fund S.a r.l."),
    ("Chief Legal Oficer", "Chief Legal Officer"), ("/s/ lleana Ek", "/s/ Ileana Ek"),
    ("Mcllvain Mary", "McIlvain Mary"), ("Roy Mclntyre", "Roy McIntyre"),
    ("Mclean Al", "Mclean Al"),
])  # fmt: skip
def test_impossible_words_are_the_ones_they_look_like(read: str, true: str) -> None:
    assert mended_words(read) == true


@pytest.mark.parametrize("text", [
    "Fund III, L.P.", "Fund VI LLC", "Series 11 Preferred", "Series IIa", "By IRA II",
    "Dec. 11, Inc", "Members' Rights", "MEMBERS' RIGHTS", "Family 2011 LLC", "Grifin",
    "Farming", "Bumham", "Roe Inc. President", "Harbor S.a. r.l.", "2 N, Suite 3", "Sa red",
    "Hofman", "one of five", "llama",
])  # fmt: skip
def test_possible_words_stay(text: str) -> None:
    assert mended_words(text) == text


def test_bits_of_marks_at_the_end_of_a_text_are_none_of_it() -> None:
    assert without_scraps("By Spouse's IRA)") == "By Spouse's IRA"
    assert without_scraps("Orchard Group Ltd-") == "Orchard Group Ltd"
    for whole in ("Option (right to buy)", "Class A (par $.01)", "Twenty-one"):
        assert without_scraps(whole) == whole
