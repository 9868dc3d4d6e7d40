"""The issuer's name is the one at its caption, whatever a filer's own paper is headed with."""

from models.letterheads import ISSUER, without_letterheads
from models.persons import NAME
from models.tagger import OUTSIDE
from models.titles import TYPE
from tests.test_models_strays import line, texts

HEAD = line(1, ("Fidelity", OUTSIDE), ("Services", ISSUER), ("Inc", ISSUER))


def test_a_letterhead_far_above_the_captioned_name_is_none() -> None:
    name = line(4, ("Issuer:", OUTSIDE), ("Acme", ISSUER), ("Corp", ISSUER), gap=20.0)
    assert texts(without_letterheads([*HEAD, *name]), ISSUER) == ["Acme", "Corp"]
    below = [*line(4, ("Name", OUTSIDE), ("of", OUTSIDE), ("Issuer", OUTSIDE)),
             *line(5, ("Acme", ISSUER), ("Corp", ISSUER))]  # fmt: skip
    assert texts(without_letterheads([*HEAD, *below]), ISSUER) == ["Acme", "Corp"]


def test_without_a_caption_or_near_it_every_line_counts() -> None:
    bare = line(4, ("Acme", ISSUER), ("Corp", ISSUER))
    assert len(texts(without_letterheads([*HEAD, *bare]), ISSUER)) == 4
    near = line(2, ("Issuer:", OUTSIDE), ("Acme", ISSUER), gap=20.0)
    assert len(texts(without_letterheads([*HEAD, *near]), ISSUER)) == 3
    company = line(1, ("Acme", ISSUER), ("Company", OUTSIDE))
    assert texts(without_letterheads([*company, *bare]), ISSUER) == ["Acme", "Acme", "Corp"]


def test_a_firm_above_the_forms_title_is_no_owner() -> None:
    title = line(2, ("Form", OUTSIDE), ("4", TYPE))
    firm = line(1, ("Strand", NAME), ("Amsterdam", "rptOwnerCity"))
    owner = line(4, ("Doe", NAME), ("Ann", NAME))
    made = without_letterheads([*firm, *title, *owner])
    assert texts(made, NAME) == ["Doe", "Ann"]
    assert texts(made, "rptOwnerCity") == []
    alone = without_letterheads([*firm, *title])
    assert texts(alone, NAME) == ["Strand"]


def test_the_same_holds_of_issuers() -> None:
    title = line(2, ("Form", OUTSIDE), ("4", TYPE))
    made = [*HEAD, *title, *line(4, ("Acme", ISSUER), ("Corp", ISSUER))]
    assert texts(without_letterheads(made), ISSUER) == ["Acme", "Corp"]
