"""Words that are nearly a part of what stands beside them, and words that are not."""

from collections.abc import Sequence
from dataclasses import replace

from models.addresses import CITY, POSTCODE, STATE
from models.neighbours import SIGNATURE, with_neighbours
from models.tagger import OUTSIDE, Tagged
from tests.test_models_strays import NAME, line, texts


def rivalled(tagged: Sequence[Tagged], text: str, rival: str, score: float) -> list[Tagged]:
    """The tokens, the word with a second choice."""
    return [replace(each, rival=rival, rival_score=score) if each.token.text == text else each
            for each in tagged]  # fmt: skip


def test_a_second_choice_beside_words_of_a_name_is_the_names() -> None:
    words = line(1, ("Doe", NAME), ("Ann", OUTSIDE), ("V", OUTSIDE))
    nearly = rivalled(rivalled(words, "Ann", NAME, 0.3), "V", NAME, 0.06)
    assert texts(with_neighbours(nearly), NAME) == ["Doe", "Ann", "V"]
    assert texts(with_neighbours(words), NAME) == ["Doe"]
    hardly = rivalled(words, "Ann", NAME, 0.01)
    assert texts(with_neighbours(hardly), NAME) == ["Doe"]


def test_a_word_between_two_of_a_name_is_the_names() -> None:
    words = line(1, ("ORCHID", NAME), ("BIOTECH", OUTSIDE), ("FUND", NAME), ("Director", OUTSIDE))
    assert texts(with_neighbours(words), NAME) == ["ORCHID", "BIOTECH", "FUND"]


def test_the_month_before_a_day_is_the_dates() -> None:
    words = line(1, ("Dated:", OUTSIDE), ("June", SIGNATURE), ("11,", "signatureDate"),
                 ("2022", "signatureDate"))  # fmt: skip
    assert texts(with_neighbours(words), "signatureDate") == ["June", "11,", "2022"]
    name = line(1, ("/s/", SIGNATURE), ("June", SIGNATURE), ("6/11/2022", "signatureDate"))
    assert texts(with_neighbours(name), SIGNATURE) == ["/s/", "June"]


def test_an_exhibit_above_a_signature_is_a_remark() -> None:
    exhibit = line(1, *((word, SIGNATURE) for word in ["Ex.", "24.1", "Power", "of", "Attorney"]))
    signed = line(
        2, *((word, SIGNATURE) for word in ["/s/", "Ann", "Doe,", "by", "power", "of", "attorney"])
    )
    made = with_neighbours([*exhibit, *signed])
    assert len(texts(made, "remarks")) == 5
    assert texts(made, SIGNATURE)[0] == "/s/"


def test_a_number_goes_with_its_word_in_an_address() -> None:
    street = "rptOwnerStreet2"
    words = line(1, ("Suite", street), ("132", OUTSIDE), ("132", OUTSIDE))
    assert texts(with_neighbours(words), street) == ["Suite", "132"]
    words = line(1, ("Pine", street), ("132", OUTSIDE))
    assert texts(with_neighbours(words), street) == ["Pine"]


def test_a_name_in_capitals_begins_and_ends_with_its_line() -> None:
    words = [("FENG", OUTSIDE), ("OSCAR", NAME), ("A", NAME)]
    assert texts(with_neighbours(line(1, *words)), NAME) == ["FENG", "OSCAR", "A"]
    assert texts(with_neighbours(line(1, *words[1:], ("BETH", OUTSIDE))), NAME)[-1] == "BETH"
    for other in ("Feng", "REPORTING", "10%"):
        assert texts(with_neighbours(line(1, (other, OUTSIDE), *words[1:])), NAME)[0] == "OSCAR"


def test_words_apart_are_no_neighbours() -> None:
    words = rivalled(line(1, ("Doe", NAME), ("Ann", OUTSIDE), gap=40.0), "Ann", NAME, 0.4)
    assert texts(with_neighbours(words), NAME) == ["Doe"]


def test_a_town_stands_before_its_state() -> None:
    words = line(1, ("TOKYO,", OUTSIDE), ("M0", STATE), ("105-6923", POSTCODE))
    assert texts(with_neighbours(rivalled(words, "TOKYO,", CITY, 0.2)), CITY) == ["TOKYO,"]
    assert texts(with_neighbours(words), CITY) == []


def test_a_postcode_of_two_halves_is_whole() -> None:
    for first, second in (("T2P", "3H7"), ("111", "48")):
        made = with_neighbours(line(1, (first, "officerTitle"), (second, POSTCODE)))
        assert texts(made, POSTCODE) == [first, second]
    made = with_neighbours(line(1, ("1082", POSTCODE), ("MS", STATE)))
    assert texts(made, POSTCODE) == ["1082", "MS"]
    kept = with_neighbours(line(1, ("NY", STATE), ("10017", POSTCODE)))
    assert texts(kept, STATE) == ["NY"]


def test_a_suffix_ends_a_persons_name() -> None:
    words = line(1, ("Doe", NAME), ("Ann", NAME), ("Jr.", OUTSIDE), ("Street", OUTSIDE))
    assert texts(with_neighbours(words), NAME) == ["Doe", "Ann", "Jr."]


def test_reporting_persons_may_end_a_signature() -> None:
    above = line(
        1, *((word, SIGNATURE) for word in ["/s/", "Ann", "Doe", "for", "each", "of", "the"])
    )
    below = line(2, ("Reporting", OUTSIDE), ("Persons", OUTSIDE))
    assert texts(with_neighbours([*above, *below]), SIGNATURE)[-2:] == ["Reporting", "Persons"]
    whole = line(1, *((word, SIGNATURE) for word in ["/s/", "Ann", "Doe"]))
    for other in ([*whole, *below], [*above, *line(5, ("Reporting", OUTSIDE))], below):
        assert "Reporting" not in texts(with_neighbours(other), SIGNATURE)


def test_by_before_a_signature_is_a_part_of_it() -> None:
    words = [("/s/", SIGNATURE), ("Ann", SIGNATURE)]
    assert texts(with_neighbours(line(1, ("By:", OUTSIDE), *words)), SIGNATURE)[0] == "By:"
    assert texts(with_neighbours(line(1, ("Name:", OUTSIDE), *words)), SIGNATURE)[0] == "/s/"


def test_a_signature_goes_on_around_words_taken_for_remarks() -> None:
    words = line(1, ("pursuant", SIGNATURE), ("to", "remarks"), ("power", "remarks"),
                 ("of", "remarks"), ("attorney", SIGNATURE))  # fmt: skip
    assert len(texts(with_neighbours(words), SIGNATURE)) == 5
    assert texts(with_neighbours(words[:-1]), SIGNATURE) == ["pursuant"]
