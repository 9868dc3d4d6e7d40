"""The examiner's Schedules: what is printed is what the facts say, and it adds up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eval.build_facts import facts_of
from eval.build_schedule import MODULES, read_schedule_plan, wanted
from eval.printing import PrintedPage, Printer, recover
from eval.schedule import (
    Address,
    Group,
    Issuer,
    Notice,
    Person,
    Schedule,
    check_digit,
    compose,
    groups_of,
    make_cusip,
    person_name,
)
from eval.schedule_sheet import TYPED, ScheduleSetting, ScheduleSheet
from eval.templates import FONTS
from eval.templates_schedule import (
    SCHEDULE_FONTS,
    SCHEDULE_LOOKS,
    choose_setting,
    lay_out_schedule,
)
from eval.templates_sheet import Fonts
from models.document import IDENTITY
from models.fact import Fact
from models.form import form_of_module

HERE = Address(("12 Elm Street", "Suite 9"), "Springfield", "Illinois", "62701")
ISSUER = Issuer("Example Mills, Inc.", HERE, "Common Stock, par value $0.01", "88160R101")
FUND = Person(
    "Doe Partners, L.P.", "fund", "Delaware", ("PN",), HERE, "Jane Doe", "Manager",
    (0, 1_000_000, 0, 1_000_000), 1_000_000, "b", "WC",
)  # fmt: skip
HUMAN = Person(
    "Jane Doe", "natural", "United States", ("IN", "HC"), HERE, "", "",
    (5_000, 1_000_000, 5_000, 1_000_000), 1_005_000, "a", "PF", excludes=True,
)  # fmt: skip


def schedule(module: str, **changes: object) -> Schedule:
    """A small filing of two persons."""
    form = form_of_module(module)
    assert form is not None
    notice = Notice("John Roe", "Roe LLP", HERE, "(212) 555-0100")
    made = Schedule(
        form, "g99", ISSUER, (FUND, HUMAN), 18_000_000, 1, date(2024, 3, 5), date(2024, 3, 11),
        amendment="2" if module.endswith("a") else "", rules=("b", "c"), joint=True,
        notice=notice if "d" in module[-2:] else None,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def setting(look: str, **changes: object) -> ScheduleSetting:
    """A plain way to print it."""
    fonts = SCHEDULE_FONTS["dev"][look][0]
    mark = "bracket" if look == "typewritten" else "X"
    made = ScheduleSetting(
        look, fonts, 12.0, 0.7, mark, "-0-", "%B {d}, %Y", "none", 1, False, look != "edgar", False
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def printed(
    printer: Printer, what: Schedule, how: ScheduleSetting, seed: str = "1"
) -> tuple[ScheduleSheet, list[PrintedPage], dict[str, Fact]]:
    """The sheet, its pages and its facts by the last two parts of their paths."""
    job = lay_out_schedule(what, how, seed)
    pages = recover(printer.pdf(job.document, **job.options), job.sheet.markup.labels)
    facts = facts_of(job.sheet, pages, [IDENTITY] * len(pages))
    return job.sheet, pages, {fact.path.split("/", 3)[-1]: fact for fact in facts}


@pytest.mark.parametrize("look", SCHEDULE_LOOKS)
@pytest.mark.parametrize("module", MODULES)
def test_every_look_prints_every_form_as_the_facts_say(
    printer: Printer, module: str, look: str
) -> None:
    sheet, pages, facts = printed(printer, schedule(module), setting(look))
    cover = "coverPageHeader/"
    assert facts["submissionType"].value == sheet.form.name
    assert facts[f"{cover}issuerInfo/issuerName"].value.casefold() == "example mills, inc."
    assert facts[f"{cover}issuerInfo/issuerCusips/issuerCusipNumber"].value == "88160R101"
    amended = facts[f"{cover}amendmentNo"]
    assert amended.absent if not module.endswith("a") else amended.value == "2"
    values = {
        path.rpartition("/")[2] + path.partition("[")[2][:1]: fact.value
        for path, fact in facts.items()
        if "eportingPerson" in path and "[" in path
    }
    assert values["soleVotingPower1"] == "0"
    assert values["sharedDispositivePower2"] == "1000000"
    percent = "percentOfClass" if sheet.schedule.is_d else "classPercent"
    assert (values[f"{percent}1"], values[f"{percent}2"]) == ("5.6", "5.6")
    assert values["typeOfReportingPerson2"] == "IN HC"
    group = "memberOfGroup" if sheet.schedule.is_d else "memberGroup"
    assert (values[f"{group}1"], values[f"{group}2"]) == ("b", "a")
    every = {word.tag for page in pages for word in page.words if word.tag}
    known = set(sheet.form.tags())
    assert every <= known


@pytest.mark.parametrize("mark", [*TYPED, "X", "crossed", "ticked", "letters"])
def test_marked_boxes_are_told_from_empty_ones_however_they_look(
    printer: Printer, mark: str
) -> None:
    _, _, facts = printed(printer, schedule("schedule13g"), setting("columns", mark=mark))
    rule = "designateRulesPursuantThisScheduleFiled/designateRulePursuantThisScheduleFiled"
    assert facts[f"coverPageHeader/{rule}"].value == "b c"
    assert len(facts[f"coverPageHeader/{rule}"].boxes) == 1
    persons = "coverPageHeaderReportingPersonDetails[{}]/aggregateAmountExcludesCertainSharesFlag"
    assert facts[persons.format(1)].value == "0"
    assert facts[persons.format(2)].value == "1"


def test_group_boxes_of_which_none_is_marked_are_an_absent_fact(printer: Printer) -> None:
    alone = replace(FUND, group="")
    what = schedule("schedule13d", persons=(alone,), joint=False)
    _, _, facts = printed(printer, what, setting("ruled"))
    assert facts["reportingPersons/reportingPersonInfo[1]/memberOfGroup"].absent


def test_a_date_printed_once_is_a_fact_of_every_signature(printer: Printer) -> None:
    _, _, facts = printed(printer, schedule("schedule13d"), setting("columns"))
    first, second = (
        facts[f"signatureInfo/signaturePerson[{each}]/signatureDetails/date"] for each in (1, 2)
    )
    assert first.value == second.value == "2024-03-11"
    assert first.boxes == second.boxes


def test_an_address_in_one_piece_is_made_of_its_printed_parts(printer: Printer) -> None:
    _, _, facts = printed(printer, schedule("schedule13g"), setting("edgar"))
    whole = facts["items/item1/issuerPrincipalExecutiveOfficeAddress"]
    assert whole.value == "12 Elm Street, Suite 9, Springfield, Illinois 62701"
    address = "coverPageHeader/issuerInfo/issuerPrincipalExecutiveOfficeAddress/com:"
    assert facts[f"{address}city"].value == "Springfield"
    assert facts[f"{address}zipCode"].value == "62701"


def test_items_that_do_not_apply_are_flags_and_their_text_is_absent(printer: Printer) -> None:
    _, _, facts = printed(printer, schedule("schedule13g"), setting("ruled"))
    for number in range(6, 10):
        text = next(
            fact for path, fact in facts.items()
            if path.startswith(f"items/item{number}/") and not path.endswith("Flag")
        )  # fmt: skip
        flag = facts[f"items/item{number}/notApplicableFlag"]
        assert flag.value == ("1" if text.absent else "0")
    assert facts["items/item9/notApplicableFlag"].value == "1"


def test_cover_sheets_of_before_1998_have_no_boxes_for_the_rules(printer: Printer) -> None:
    old = schedule("schedule13g", event=date(1995, 1, 3), signed=date(1995, 1, 9))
    _, pages, facts = printed(printer, old, setting("typewritten"))
    assert not [word for page in pages for word in page.words if "designateRule" in word.tag]
    assert next(fact for path, fact in facts.items() if "designateRule" in path).absent


def test_running_heads_belong_to_no_field_and_count_the_pages(printer: Printer) -> None:
    sheet, pages, _ = printed(printer, schedule("schedule13d"), setting("columns", heads="head"))
    for page in pages:
        said = " ".join(word.text for word in page.words if not word.tag)
        assert f"Page {page.number} of {len(pages)}" in said
    numbers = [word for page in pages for word in page.words if "88160R" in word.text and word.tag]
    assert {word.tag for word in numbers} == {"issuerCusip"}
    assert sheet.texts[sheet.path("issuerCusip")] == "88160R 10 1"


def test_check_digits_are_those_of_real_cusip_numbers() -> None:
    for number in ("88160R101", "53814L108", "088786108", "48213Y107"):
        assert check_digit(number[:8]) == number[8]
    made = make_cusip(random.Random(1))
    assert check_digit(made[:8]) == made[8]


def test_people_are_named_as_they_sign() -> None:
    assert person_name("LEVCHIN MAX R") == "Max R. Levchin"
    assert person_name("MITHRIL II LP") == "Mithril II LP"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 12])
def test_positions_add_up_to_the_percentages_of_one_number(count: int) -> None:
    form = form_of_module("schedule13d")
    assert form is not None
    group = Group("g99", {"Example Mills, Inc.": [HERE]}, {"Jane Doe": [HERE]})
    for seed in range(20):
        made = compose(form, group, "dev", count, (2010, 2012), random.Random(seed))
        assert len({each.name for each in made.persons}) == count
        assert made.event <= made.signed
        for person in made.persons:
            sole_vote, shared_vote, sole, shared = person.powers
            assert sole_vote + shared_vote <= person.aggregate == sole + shared
            exact = 100 * person.aggregate / made.outstanding
            assert abs(float(person.percent(made.outstanding, 1)) - exact) <= 0.0501
        assert not made.gone


def test_dev_and_test_share_no_fonts_and_all_are_reserved() -> None:
    def families(found: Iterable[Iterable[Fonts]]) -> set[str]:
        return {name for each in found for fonts in each for name in (fonts.label, fonts.data)}

    dev, test = (families(SCHEDULE_FONTS[split].values()) for split in ("dev", "test"))
    assert not dev & test
    for split, mine in (("dev", dev), ("test", test)):
        assert mine <= families(FONTS[split].values())
        assert set(SCHEDULE_FONTS[split]) == set(SCHEDULE_LOOKS)


def test_the_plan_has_every_look_and_form_in_both_splits_and_every_quality() -> None:
    plan = read_schedule_plan()
    assert len({line.name for line in plan}) == len(plan)
    for split in ("dev", "test"):
        lines = [line for line in plan if line.split == split]
        assert {line.look for line in lines} == set(SCHEDULE_LOOKS)
        assert {line.module for line in lines} == set(MODULES)
    assert {line.quality for line in plan} == {"grey300", "office200", "fax200", "poor150"}


def test_a_row_of_filings_has_looks_and_forms_by_turns_and_one_of_many_persons() -> None:
    lines = wanted("dev", "fax200", 24, list(SCHEDULE_LOOKS), 1)
    assert lines == wanted("dev", "fax200", 24, list(SCHEDULE_LOOKS), 1)
    assert {(line.look, line.module) for line in lines} == {
        (look, module) for look in SCHEDULE_LOOKS for module in MODULES
    }
    assert [line.persons for line in lines].count(12) == 1


def test_groups_come_from_the_filings_of_their_split(tmp_path: Path) -> None:
    filings = tmp_path / "ownership"
    filings.mkdir()
    owner = (
        "<reportingOwner><reportingOwnerId><rptOwnerName>DOE JANE</rptOwnerName></reportingOwnerId>"
        "<reportingOwnerAddress><rptOwnerStreet1>C/O MILLS</rptOwnerStreet1>"
        "<rptOwnerStreet2>12 ELM STREET, 7TH FLOOR</rptOwnerStreet2>"
        "<rptOwnerCity>AUSTIN,</rptOwnerCity><rptOwnerState>TX"
        "</rptOwnerState><rptOwnerZipCode>78701</rptOwnerZipCode></reportingOwnerAddress>"
        "</reportingOwner>"
    )
    text = "<ownershipDocument><issuer><issuerName>{}</issuerName></issuer>{}</ownershipDocument>"
    (filings / "a.xml").write_text(text.format("MILLS INC", owner), encoding="utf-8")
    (filings / "b.xml").write_text(text.format("OTHER INC", owner), encoding="utf-8")
    (tmp_path / "split.csv").write_text(
        "filing,group,split\na.xml,g00,dev\nb.xml,g01,test\n", encoding="utf-8"
    )
    (group,) = groups_of(filings, "dev")
    address = Address(("12 Elm Street, 7th Floor",), "Austin", "Texas", "78701")
    assert group == Group("g00", {"Mills Inc": [address]}, {"Jane Doe": [address]})


def test_what_a_setting_is_drawn_from_fits_its_look() -> None:
    draw: Callable[[str, int], ScheduleSetting] = lambda look, seed: choose_setting(  # noqa: E731
        look, "test", random.Random(seed)
    )
    assert all(draw("typewritten", seed).mark in TYPED for seed in range(30))
    assert all(draw("edgar", seed).mark not in TYPED for seed in range(30))
    assert not any(draw("edgar", seed).shared_date for seed in range(30))
