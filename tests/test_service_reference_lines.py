"""Reference lists as they are sent: every line is right, or is named with what is wrong."""

import pytest

from models.errors import BadReferenceList
from service.reference_lines import (
    Line,
    bare_key,
    count_of,
    lines_of,
    name_key,
    ticker_key,
    ticker_keys,
)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1,Marl Inc", "line 3: there are 2 columns, not 3"),
        (b"x1,Marl Inc,MARL", "line 3: the CIK is 'x1', not a number of 1 to 10 digits"),
        (b"00000000001,Marl Inc,", "line 3: the CIK is '00000000001'"),
        (b"0,Marl Inc,", "line 3: the CIK is '0'"),
        (b"1, -- ,", "line 3: the name has no letters or digits"),
        (b"1," + b"M" * 256 + b",", "line 3: the name is longer than 255 characters"),
        (b"1," + b"&" * 100 + b",", "line 3: the name is longer than 255 characters"),
        (b'1,Marl Inc,"MARL, MRL"', "line 3: the ticker is 'MARL, MRL', not one ticker"),
        (b"1,Marl Inc,ABCDEFGHIJKLMNOPQ", "line 3: the ticker is"),
        (b"1,Marl\x00Inc,", "line 3: there are characters that are not UTF-8 or not printable"),
        (b"1,Nestl\xe9,", "line 3: there are characters that are not UTF-8 or not printable"),
        (b'1,"Marl" Inc,', "line 3: this is no CSV"),
        (b'1,"Marl Inc,', "this is no CSV"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_reason(line: bytes, reason: str) -> None:
    data = b"cik,name,ticker\n7,Slate Inc,\n" + line + b"\n8,Flint Inc,\n"
    with pytest.raises(BadReferenceList) as caught:
        count_of(data, "issuers")
    assert caught.value.detail.startswith("Lines that cannot be used: 1.")
    assert reason in caught.value.detail


def test_the_first_twenty_of_many_bad_lines_are_named() -> None:
    with pytest.raises(BadReferenceList) as caught:
        count_of(b"cik,name\n" + b"x,Lee Bo\n" * 25, "owners")
    said = caught.value.detail
    assert said.startswith("Lines that cannot be used: 25. line 2: ")
    assert (said.count("line "), said.endswith("; and 5 more.")) == (20, True)
    assert "line 21:" in said and "line 22:" not in said


@pytest.mark.parametrize("data", [b"", b"name,cik\n1,Marl\n", b"cik;name\n", b"\xff\xfe"])
def test_a_file_with_another_header_is_refused(data: bytes) -> None:
    with pytest.raises(BadReferenceList, match="line 1: the header is not cik,name\\."):
        count_of(data, "owners")


def test_a_list_of_no_lines_is_refused_for_it_would_be_a_mistake() -> None:
    with pytest.raises(BadReferenceList, match="no lines"):
        count_of(b"cik,name\n\n", "owners")


def test_a_file_as_excel_writes_it_is_taken() -> None:
    data = b'\xef\xbb\xbfCIK, Name ,Ticker\r\n\r\n 1 ," Marl,  Inc. ", marl \r\n'
    assert count_of(data, "issuers") == 1
    (line,) = lines_of(data, "issuers")
    assert line == Line(3, "0000000001", "Marl, Inc.", "marl inc", "MARL")


def test_keys_of_names_and_tickers() -> None:
    assert bare_key(name_key("The Marl Company, Inc.")) == "marl"
    assert bare_key(name_key("Company Inc")) == "co inc"
    assert {ticker_key(text) for text in ("brk.b", "BRK-B", " BRK B ")} == {"BRKB"}
    assert [ticker_key(text) for text in ("None", "n/a", "-", "")] == [""] * 4
    assert ticker_keys("NYSE:BRK.A; BRK.B, NONE") == {"BRKA", "BRKB"}
