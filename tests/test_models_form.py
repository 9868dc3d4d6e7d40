"""The descriptions of the form types."""

import pytest

from models.form import BOX, DERIVED, FIXED, KINDS, WORDS, FormType, all_tags, forms

FORMS = sorted(forms().values(), key=lambda form: form.name)


@pytest.fixture(params=FORMS, ids=lambda form: form.module)
def form(request: pytest.FixtureRequest) -> FormType:
    found = request.param
    assert isinstance(found, FormType)
    return found


def test_the_six_ownership_forms_are_found_by_listing_the_folder() -> None:
    assert {"3", "3/A", "4", "4/A", "5", "5/A"} <= set(forms())


def test_every_field_has_a_known_kind_and_source(form: FormType) -> None:
    for _, spec in form.specs():
        assert spec.kind in KINDS
        assert spec.source in (WORDS, BOX, DERIVED, FIXED)


def test_only_fields_read_from_the_page_have_tags(form: FormType) -> None:
    for _, spec in form.specs():
        assert bool(spec.tags) == (spec.source in (WORDS, BOX))


def test_every_path_is_found_again(form: FormType) -> None:
    for group, spec in form.specs():
        index = 7 if group else 1
        assert form.locate(form.path_of(spec, group, index)) == (group, index, spec)


def test_no_two_fields_share_a_path(form: FormType) -> None:
    paths = [form.path_of(spec, group) for group, spec in form.specs()]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    "path",
    [
        "/ownershipDocument/issuer[1]/issuerName",
        "/ownershipDocument/reportingOwner/reportingOwnerId/rptOwnerName",
        "/ownershipDocument/reportingOwner[0]/reportingOwnerId/rptOwnerName",
        "/ownershipDocument/footnotes/footnote",
        "/somethingElse/issuer/issuerName",
        "",
    ],
)
def test_a_path_that_is_not_the_forms_own_is_not_located(path: str) -> None:
    assert forms()["4"].locate(path) is None


def test_a_variant_refers_to_a_tag_with_variants(form: FormType) -> None:
    with_variants = {spec.tag for _, spec in form.specs() if spec.variants}
    for _, spec in form.specs():
        assert not spec.variant_of or spec.variant_of in with_variants


def test_acquired_and_disposed_are_tags_of_their_own_in_table_two() -> None:
    tags = set(all_tags())
    assert {"derivative.transactionShares.A", "derivative.transactionShares.D"} <= tags
    assert "derivative.transactionShares" not in tags
    assert "" not in tags


def test_form_three_has_holdings_only_and_an_amendment_names_its_original() -> None:
    assert not any("Transaction" in group.name for group in forms()["3"].groups)
    for name, each in forms().items():
        original = each.locate("/ownershipDocument/dateOfOriginalSubmission")
        assert (original is not None) == (name in ("3/A", "4/A", "5/A"))
