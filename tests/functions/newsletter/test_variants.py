"""Different readers, different news: who gets which variant, and who gets none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.newsletter.rules.batches import Subscriber, plan, variant_for
from functions.newsletter.rules.ledger import Issue, IssueState, Lack, SkipReason, Variant
from tests.functions.newsletter import issue_runs
from tests.functions.support import outbox

EVERYBODY: tuple[dict[str, list[str]], ...] = ({},)


def variant(name: str, *readers: dict[str, list[str]], key: str = "k") -> Variant:
    return Variant(name, key, "0" * 64, name[:2], readers or EVERYBODY)


RETIRED, MALMO = {"kind": ["retired"]}, {"office": ["malmo", "lund"]}
VARIANTS = (
    variant("en"),
    variant("en-retired", RETIRED),
    variant("en-malmo", MALMO),
    variant("en-retired-malmo", RETIRED | MALMO),
    variant("sv", {}, RETIRED),
    variant("sv-malmo", MALMO, RETIRED | MALMO),
)


@pytest.mark.parametrize(
    ("language", "kind", "office", "name"),
    [
        ("en", "engineer", "stockholm", "en"),
        ("en", "retired", "stockholm", "en-retired"),
        ("en", "engineer", "lund", "en-malmo"),
        ("en", "retired", "malmo", "en-retired-malmo"),
        ("en", "", "an-office-that-closed", "en"),
        ("sv", "retired", "stockholm", "sv"),
        ("sv", "retired", "malmo", "sv-malmo"),
        ("de", "retired", "malmo", "en-retired-malmo"),
    ],
)
def test_a_reader_gets_the_most_specific_matching_variant(language, kind, office, name) -> None:
    reader = Subscriber("1", language, (kind,), (office,))
    assert variant_for(reader, VARIANTS, ["en", "sv", "de"]).name == name


PEOPLE = st.builds(
    Subscriber,
    st.uuids().map(str),
    st.sampled_from(["en", "sv", "de"]),
    st.lists(st.sampled_from(["retired", "engineer"]), unique=True).map(tuple),
    st.lists(st.sampled_from(["malmo", "lund", "stockholm"]), unique=True).map(tuple),
)


@given(st.lists(PEOPLE, max_size=200), st.integers(1, 50))
def test_every_reader_is_in_one_batch_of_their_variant_or_gets_no_email(people, size) -> None:
    variants = (*VARIANTS[:5], variant("sv-malmo", MALMO, RETIRED | MALMO, key=""))
    issue = Issue("autumn", IssueState.PLANNING, "News", 0, None, variants)
    page = plan(issue, people, ["en"], 0, size)
    placed = {reader: batch.variant for batch in page.batches for reader in batch.recipients}
    expected = {reader.id: variant_for(reader, variants, ["en"]) for reader in people}
    assert placed == {
        reader: assigned for reader, assigned in expected.items() if not assigned.is_silent
    }
    assert len(placed) + page.silent == len({reader.id for reader in people})
    assert all(0 < len(batch.recipients) <= size for batch in page.batches)


def test_every_reader_is_sent_their_variant(fake_ses, cloud) -> None:
    issue_runs.join(2, kinds=["engineer"])
    issue_runs.join(3, kinds=["retired"])
    issue_runs.publish(readers={"en": [{}], "en-retired": [RETIRED]})
    issue_runs.tick()
    issue_runs.deliver()
    subjects = [call["DefaultContent"]["Template"]["TemplateContent"] for call in fake_ses.calls]
    sizes = [len(call["BulkEmailEntries"]) for call in fake_ses.calls]
    assert dict(zip((template["Subject"] for template in subjects), sizes, strict=True)) == {
        "News en": 2,
        "News en-retired": 3,
    }


def test_a_reader_of_an_empty_variant_gets_no_email_and_is_counted(fake_ses, cloud) -> None:
    issue_runs.join(2, office="malmo")
    issue_runs.join(1, office="stockholm")
    issue_runs.publish(readers={"en": [MALMO], "en-else": [{}]}, silent=["en-else"])
    issue_runs.tick()
    issue_runs.deliver()
    issue = issue_runs.stored_issue()
    assert (issue.planned, issue.silent, issue_runs.counts()) == (2, 1, {"sent": 2})


def test_an_empty_issue_is_skipped_with_its_reason(fake_ses, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish(nothing=["text", "news"])
    issue_runs.tick()
    issue = issue_runs.stored_issue()
    assert (issue.state, issue.skipped) == (IssueState.SKIPPED, SkipReason.EMPTY)
    assert issue.nothing == (Lack.TEXT, Lack.NEWS)
    assert [item["mail"] for item in outbox()] == ["issue_skipped"]
    assert not fake_ses.accepted


def test_a_skipped_issue_can_still_be_published_with_content(fake_ses, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish(nothing=["text", "news"])
    issue_runs.tick()
    assert issue_runs.publish()
    issue_runs.tick()
    issue_runs.deliver()
    assert len(fake_ses.accepted) == 2


BOTH = {"kind": ["engineer+retired"]}
OF_KINDS = (
    variant("en", {}),
    variant("en-engineer", {"kind": ["engineer"]}, {"kind": ["partner"]}),
    variant("en-retired", RETIRED, MALMO),
    variant("en-engineer-and-retired", BOTH),
)


@pytest.mark.parametrize(
    ("kinds", "office", "name"),
    [
        (("engineer", "retired"), "stockholm", "en-engineer-and-retired"),
        (("retired", "engineer"), "malmo", "en-engineer-and-retired"),
        (("engineer", "cook"), "stockholm", "en-engineer"),
        (("cook", "retired"), "stockholm", "en-retired"),
        ((), "stockholm", "en"),
    ],
)
def test_somebody_of_several_kinds_gets_the_variant_for_all_of_them(kinds, office, name) -> None:
    assert variant_for(Subscriber("1", "en", kinds, (office,)), OF_KINDS, ["en"]).name == name


OF_OFFICES = (
    variant("en"),
    variant("en-malmo", {"office": ["malmo"]}),
    variant("en-stockholm", {"office": ["stockholm"]}),
    variant("en-retired-stockholm", RETIRED | {"office": ["stockholm"]}),
)


@pytest.mark.parametrize(
    ("offices", "kinds", "name"),
    [
        (("lund", "stockholm"), (), "en-stockholm"),
        (("malmo", "stockholm"), (), "en-malmo"),
        (("stockholm", "malmo"), (), "en-stockholm"),
        (("malmo", "stockholm"), ("retired",), "en-retired-stockholm"),
        (("lund", "paris"), (), "en"),
    ],
)
def test_of_several_offices_the_first_decides_between_equally_close_variants(
    offices, kinds, name
) -> None:
    assert variant_for(Subscriber("1", "en", kinds, offices), OF_OFFICES, ["en"]).name == name
