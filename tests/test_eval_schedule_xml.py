"""Real structured Schedules on the SEC's page: what is printed is what was filed."""

from pathlib import Path

import pytest

from eval.build_facts import facts_of
from eval.build_schedule import check_agreement, main
from eval.gold import load_one
from eval.printing import Printer, recover
from eval.schedule_xml import NO, place_names, read_schedule
from eval.templates_schedule_filed import lay_out_filed
from models.document import IDENTITY
from models.errors import MalformedFact, NoKnownForm, ValueFormatError
from models.fact import Fact
from models.places import place_code
from tests.test_eval_build_schedule import setting

SIGNED = (
    "<signatureDetails><signature>{}</signature><title>{}</title><date>{}</date></signatureDetails>"
)
PLACE = (
    "<com:street1>{}</com:street1>{}<com:city>{}</com:city>"
    "<com:stateOrCountry>{}</com:stateOrCountry><com:zipCode>{}</com:zipCode>"
)
AMENDED_D = f"""<?xml version="1.0" encoding="UTF-8"?>
<edgarSubmission xmlns="http://www.sec.gov/edgar/schedule13D"
 xmlns:com="http://www.sec.gov/edgar/common">
 <headerData><submissionType>SCHEDULE 13D/A</submissionType></headerData>
 <formData>
  <coverPageHeader>
   <amendmentNo>3</amendmentNo><securitiesClassTitle>Common Shares</securitiesClassTitle>
   <dateOfEvent>01/05/2025</dateOfEvent><previouslyFiledFlag>true</previouslyFiledFlag>
   <issuerInfo><issuerCIK>0000000001</issuerCIK><issuerCUSIP>88160R101</issuerCUSIP>
    <issuerName>Mills &amp; Sons, Inc.</issuerName>
    <address>{PLACE.format("12 ELM STREET", "", "TORONTO", "A6", "M5V 2T6")}</address></issuerInfo>
   <authorizedPersons>
    <notificationInfo><personName>Jane Roe</personName><personPhoneNum>212-555-0100</personPhoneNum>
     <personAddress>{
    PLACE.format("1 Main St", "<com:street2>Floor 9</com:street2>", "New York", "NY", "10001")
}</personAddress></notificationInfo>
    <notificationInfo><personName>John Poe</personName><personPhoneNum>852-5550</personPhoneNum>
     <personAddress>{PLACE.format("2 Quay", "", "Hong Kong", "K3", "999077")}</personAddress>
    </notificationInfo>
   </authorizedPersons>
  </coverPageHeader>
  <reportingPersons>
   <reportingPersonInfo><reportingPersonCIK>0000000002</reportingPersonCIK>
    <reportingPersonName>Doe Partners, L.P.</reportingPersonName><memberOfGroup>b</memberOfGroup>
    <fundType>WC</fundType><fundType>OO</fundType><legalProceedings>Y</legalProceedings>
    <citizenshipOrOrganization>E9</citizenshipOrOrganization>
    <soleVotingPower>0.00</soleVotingPower><sharedVotingPower>1234567.50</sharedVotingPower>
    <soleDispositivePower>0.00</soleDispositivePower>
    <sharedDispositivePower>1234567.50</sharedDispositivePower>
    <aggregateAmountOwned>1234567.50</aggregateAmountOwned>
    <isAggregateExcludeShares>N</isAggregateExcludeShares><percentOfClass>7.0</percentOfClass>
    <typeOfReportingPerson>PN</typeOfReportingPerson>
    <typeOfReportingPerson>IA</typeOfReportingPerson>
    <commentContent>(1) Based on 17,636,679 shares.
(2) See Item 5.</commentContent></reportingPersonInfo>
   <reportingPersonInfo><reportingPersonNoCIK>Y</reportingPersonNoCIK>
    <reportingPersonName>Jane Doe</reportingPersonName>
    <citizenshipOrOrganization>X1</citizenshipOrOrganization>
    <typeOfReportingPerson>IN</typeOfReportingPerson></reportingPersonInfo>
  </reportingPersons>
  <items1To7>
   <item1><securityTitle>Common Shares</securityTitle>
    <issuerName>Mills &amp; Sons, Inc.</issuerName>
    <issuerPrincipalAddress>{PLACE.format("12 ELM STREET", "", "TORONTO", "A6", "M5V 2T6")}
    </issuerPrincipalAddress><commentText>This is Amendment No. 3.</commentText></item1>
   <item4><transactionPurpose>Item 4 is amended:

The shares &lt;were&gt; sold.
{" ".join(["They were bought to be held, as was said before."] * 180)}</transactionPurpose></item4>
   <item5><percentageOfClassSecurities>See rows 11 and 13.</percentageOfClassSecurities>
    <transactionDesc>None &amp;#8211; at all.</transactionDesc></item5>
  </items1To7>
  <signatureInfo>
   <signaturePerson>
    <signatureReportingPerson>Doe Partners, L.P.</signatureReportingPerson>
    {SIGNED.format("/s/ Jane Doe", "Manager", "01/07/2025")}
    {SIGNED.format("/s/ Max Doe", "Manager, too", "01-08-2025")}
   </signaturePerson>
   <signaturePerson><signatureReportingPerson>Jane Doe</signatureReportingPerson>
    {SIGNED.format("/s/ Jane Doe", "Jane Doe", "01/07/2025")}</signaturePerson>
   <commentText>By power of attorney.</commentText>
  </signatureInfo>
 </formData>
</edgarSubmission>"""
AMENDED_G = f"""<edgarSubmission xmlns="http://www.sec.gov/edgar/schedule13g"
 xmlns:com="http://www.sec.gov/edgar/common">
 <headerData><submissionType>SCHEDULE 13G/A</submissionType></headerData>
 <formData>
  <coverPageHeader>
   <amendmentNo>1</amendmentNo><securitiesClassTitle>Common Stock</securitiesClassTitle>
   <eventDateRequiresFilingThisStatement>06-30-2025</eventDateRequiresFilingThisStatement>
   <issuerInfo><issuerCik>0000000001</issuerCik><issuerName>Mills, Inc.</issuerName>
    <issuerCusips><issuerCusipNumber>88160R101</issuerCusipNumber>
     <issuerCusipNumber>88160R119</issuerCusipNumber></issuerCusips>
    <issuerPrincipalExecutiveOfficeAddress>
     {PLACE.format("12 ELM STREET", "<com:street2>SUITE 9</com:street2>", "AUSTIN", "TX", "78701")}
    </issuerPrincipalExecutiveOfficeAddress></issuerInfo>
   <designateRulesPursuantThisScheduleFiled>
    <designateRulePursuantThisScheduleFiled>Rule 13d-1(b)</designateRulePursuantThisScheduleFiled>
    <designateRulePursuantThisScheduleFiled>Rule 13d-1(d)</designateRulePursuantThisScheduleFiled>
   </designateRulesPursuantThisScheduleFiled>
  </coverPageHeader>
  <coverPageHeaderReportingPersonDetails>
   <reportingPersonName>Oak Advisers LLC</reportingPersonName>
   <citizenshipOrOrganization>DE</citizenshipOrOrganization>
   <reportingPersonBeneficiallyOwnedNumberOfShares><soleVotingPower>0.00</soleVotingPower>
   </reportingPersonBeneficiallyOwnedNumberOfShares>
   <classPercent>4.9</classPercent><typeOfReportingPerson>IA</typeOfReportingPerson>
  </coverPageHeaderReportingPersonDetails>
  <items>
   <item1><issuerName>Mills, Inc.</issuerName>
    <issuerPrincipalExecutiveOfficeAddress>12 ELM STREET, SUITE 9, AUSTIN, TEXAS, 78701
    </issuerPrincipalExecutiveOfficeAddress></item1>
   <item2><filingPersonName>Oak Advisers LLC</filingPersonName></item2>
   <item3><notApplicableFlag>N</notApplicableFlag><typeOfPersonFiling>IA</typeOfPersonFiling>
    <typeOfPersonFiling>FI</typeOfPersonFiling>
    <otherTypeOfPersonFiling>A foreign bank</otherTypeOfPersonFiling></item3>
   <item4><amountBeneficiallyOwned>1200000</amountBeneficiallyOwned>
    <classPercent>4.87</classPercent></item4>
   <item5><classOwnership5PercentOrLess>Y</classOwnership5PercentOrLess></item5>
   <item6><notApplicableFlag>Y</notApplicableFlag></item6>
   <item7><notApplicableFlag>N</notApplicableFlag>
    <subsidiaryIdentificationAndClassification>Oak Trust, BK
</subsidiaryIdentificationAndClassification></item7>
  </items>
  <exhibitInfo>Exhibit 1</exhibitInfo>
  <signatureInformation><reportingPersonName>Oak Advisers LLC</reportingPersonName>
   {SIGNED.format("Ann Oak", "General Counsel", "07/15/2025")}</signatureInformation>
 </formData>
</edgarSubmission>"""
PERSON = "reportingPersons/reportingPersonInfo[{}]/{}"
SIGNER = "signatureInfo/signaturePerson[{}]/{}"


def printed(printer: Printer, xml: str) -> dict[str, Fact]:
    """The facts of a filing's page by their paths below the form's data."""
    filed = read_schedule(xml.encode())
    job = lay_out_filed(filed, setting("edgar"))
    pages = recover(printer.pdf(job.document), job.sheet.markup.labels)
    facts = facts_of(job.sheet, pages, [IDENTITY] * len(pages))
    check_agreement(filed.truth, facts)
    return {fact.path.split("/", 3)[-1]: fact for fact in facts}


def values(facts: dict[str, Fact], pattern: str, *wanted: str) -> list[str]:
    """The values at these paths; what is absent is `-`."""
    found = (facts[pattern.replace("*", each)] for each in wanted)
    return ["-" if fact.absent else fact.value for fact in found]


def test_an_amended_13d_is_printed_as_it_was_filed(printer: Printer) -> None:
    facts = printed(printer, AMENDED_D)
    assert facts["submissionType"].value == "SCHEDULE 13D/A"
    cover = ("amendmentNo", "securitiesClassTitle", "dateOfEvent", "previouslyFiledFlag",
             "issuerInfo/issuerName", "issuerInfo/issuerCusips/issuerCusipNumber")  # fmt: skip
    assert values(facts, "coverPageHeader/*", *cover) == [
        "3", "Common Shares", "2025-01-05", "1", "Mills & Sons, Inc.", "88160R101",
    ]  # fmt: skip
    names = ("memberOfGroup", "fundType", "legalProceedings", "citizenshipOrOrganization",
             "soleVotingPower", "aggregateAmountOwned", "isAggregateExcludeShares",
             "percentOfClass", "typeOfReportingPerson")  # fmt: skip
    assert values(facts, PERSON.format(1, "*"), *names) == [
        "b", "WC OO", "1", "CAYMAN ISLANDS", "0", "1234567.5", "0", "7", "PN IA",
    ]  # fmt: skip
    assert values(facts, PERSON.format(2, "*"), *names) == [
        "-", "-", "0", "UNITED STATES", "-", "-", "0", "-", "IN",
    ]  # fmt: skip
    comment = facts[PERSON.format(1, "commentContent")]
    assert comment.value == "(1) Based on 17,636,679 shares. (2) See Item 5."


def test_numbers_and_places_look_as_on_the_page_of_the_sec(printer: Printer) -> None:
    facts = printed(printer, AMENDED_D)
    texts = {
        name: facts[PERSON.format(1, name)].text
        for name in ("soleVotingPower", "sharedVotingPower", "percentOfClass", "fundType")
    }
    assert texts == {
        "soleVotingPower": "0.00", "sharedVotingPower": "1,234,567.50",
        "percentOfClass": "7.0 %", "fundType": "WC, OO",
    }  # fmt: skip
    address = "items1To7/item1/issuerPrincipalAddress/com:*"
    parts = ("street1", "street2", "city", "stateOrCountry", "zipCode")
    assert values(facts, address, *parts) == ["12 ELM STREET", "-", "TORONTO", "ONTARIO", "M5V 2T6"]


def test_all_who_are_to_be_notified_are_on_the_cover(printer: Printer) -> None:
    facts = printed(printer, AMENDED_D)
    person = "coverPageHeader/authorizedPersons/notificationInfo[{}]/*"
    names = ("personName", "personPhoneNum", "personAddress/com:street2",
             "personAddress/com:stateOrCountry")  # fmt: skip
    assert values(facts, person.format(1), *names) == ["Jane Roe", "212-555-0100", "Floor 9", "NY"]
    assert values(facts, person.format(2), *names) == ["John Poe", "852-5550", "-", "K3"]


def test_items_keep_their_lines_and_what_was_left_out_is_absent(printer: Printer) -> None:
    facts = printed(printer, AMENDED_D)
    purpose = facts["items1To7/item4/transactionPurpose"]
    assert purpose.value.startswith("Item 4 is amended: The shares <were> sold. They were bought")
    assert len(purpose.boxes) == 2
    assert facts["items1To7/item5/transactionDesc"].value == "None - at all."
    assert facts["items1To7/item1/commentText"].value == "This is Amendment No. 3."
    left_out = ("item2/filingPersonName", "item3/fundsSource", "item5/numberOfShares",
                "item6/contractDescription", "item7/filedExhibits")  # fmt: skip
    assert set(values(facts, "items1To7/*", *left_out)) == {"-"}


def test_every_signature_is_a_signature_of_its_person(printer: Printer) -> None:
    facts = printed(printer, AMENDED_D)
    names = ("signatureReportingPerson", "signatureDetails/signature", "signatureDetails/title",
             "signatureDetails/date")  # fmt: skip
    assert [values(facts, SIGNER.format(index, "*"), *names) for index in (1, 2, 3)] == [
        ["Doe Partners, L.P.", "/s/ Jane Doe", "Manager", "2025-01-07"],
        ["Doe Partners, L.P.", "/s/ Max Doe", "Manager, too", "2025-01-08"],
        ["Jane Doe", "/s/ Jane Doe", "Jane Doe", "2025-01-07"],
    ]
    assert facts["signatureInfo/commentText"].value == "By power of attorney."


def test_an_amended_13g_has_its_rules_its_flags_and_its_first_number(printer: Printer) -> None:
    facts = printed(printer, AMENDED_G)
    rules = "designateRulesPursuantThisScheduleFiled/designateRulePursuantThisScheduleFiled"
    names = (rules, "issuerInfo/issuerCusips/issuerCusipNumber",
             "eventDateRequiresFilingThisStatement")  # fmt: skip
    assert values(facts, "coverPageHeader/*", *names) == ["b d", "88160R101", "2025-06-30"]
    address = "item1/issuerPrincipalExecutiveOfficeAddress"
    items = (address, "item2/filingPersonName", "item2/citizenship", "item3/notApplicableFlag",
             "item3/typeOfPersonFiling", "item3/otherTypeOfPersonFiling",
             "item4/amountBeneficiallyOwned", "item4/classPercent", "item5/notApplicableFlag",
             "item5/classOwnership5PercentOrLess")  # fmt: skip
    assert values(facts, "items/*", *items) == [
        "12 ELM STREET, SUITE 9, AUSTIN, TEXAS, 78701", "Oak Advisers LLC", "-", "0",
        "IA FI", "A foreign bank", "1200000", "4.87%", "0", "1",
    ]  # fmt: skip
    flags = ("item6/notApplicableFlag", "item7/notApplicableFlag",
             "item7/subsidiaryIdentificationAndClassification")  # fmt: skip
    assert values(facts, "items/*", *flags) == ["1", "0", "Oak Trust, BK"]
    assert facts["exhibitInfo"].value == "Exhibit 1"


def test_words_that_an_item_does_not_apply_are_its_flag(printer: Printer) -> None:
    job = lay_out_filed(read_schedule(AMENDED_G.encode()), setting("edgar"))
    pages = recover(printer.pdf(job.document), job.sheet.markup.labels)
    flagged = [word for page in pages for word in page.words if "notApplicable" in word.tag]
    assert " ".join(word.text for word in flagged) == NO
    assert {word.tag for word in flagged} == {"item6.notApplicable"}


def test_one_command_makes_gold_of_a_filing(
    printer: Printer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Started:
        """The browser of all tests, which stays open."""

        def __enter__(self) -> Printer:
            return printer

        def __exit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(Printer, "started", Started)
    (tmp_path / "oak.xml").write_text(AMENDED_G, encoding="utf-8")
    asked = f"--xml {tmp_path}/oak.xml --name oak_1 --split test --quality fax200"
    assert main([*asked.split(), "--output", str(tmp_path / "gold")]) == 0
    gold = load_one(tmp_path / "gold" / "schedule13ga" / "oak_1")
    source = gold.source
    assert (source.filing, source.group, source.look) == ("oak.xml", "oak", "edgar")
    assert (source.form, source.split, source.quality) == ("schedule13ga", "test", "fax200")
    assert {region.label for region in gold.regions} == {"checkbox", "signature"}
    said = {fact.path: fact.value for fact in gold.facts}
    assert said["/edgarSubmission/formData/coverPageHeader/amendmentNo"] == "1"


def test_a_page_that_leaves_out_what_was_filed_is_no_gold() -> None:
    truth = read_schedule(AMENDED_G.encode()).truth
    with pytest.raises(MalformedFact, match="the page 'None'"):
        check_agreement(truth, [])
    facts = [Fact(path, value) for path, (value, _) in truth.items()]
    check_agreement(truth, facts)


@pytest.mark.parametrize(
    "xml", ["", "no XML", "<ownershipDocument/>", AMENDED_D.replace("13D/A", "13F-HR")]
)
def test_what_is_no_schedule_is_refused(xml: str) -> None:
    with pytest.raises(NoKnownForm):
        read_schedule(xml.encode())


@pytest.mark.parametrize(
    ("good", "bad"), [("01/05/2025", "13/45/2025"), ("01/05/2025", ""), ("1234567.50", "many")]
)
def test_dates_and_numbers_that_are_none_are_told(good: str, bad: str) -> None:
    with pytest.raises(ValueFormatError):
        read_schedule(AMENDED_D.replace(good, bad).encode())


def test_the_names_of_places_lead_back_to_their_codes() -> None:
    names = place_names()
    assert (names["DE"], names["X0"], names["E9"]) == (
        "DELAWARE", "UNITED KINGDOM", "CAYMAN ISLANDS",
    )  # fmt: skip
    assert all(place_code(name) == code for code, name in names.items())
