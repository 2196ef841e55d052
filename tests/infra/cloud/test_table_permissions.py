"""Each role is limited to its items, by patterns of the keys that docs/table.md lists."""

import re

import pytest

from tests.infra.cloud.table_permissions import (
    LEADING_KEYS,
    READS,
    WRITES,
    Call,
    calls,
    condition,
    grants,
    is_allowed,
    statements,
)
from tests.infra.cloud.template_resources import FUNCTIONS, ROLES, ROOT, as_list, policies

OF_STREAM = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
PLACE = re.compile(r"<.*")


def documented_keys() -> set[str]:
    """The partition keys of docs/table.md as patterns: `ISSUE#<slug>` is `ISSUE#*`."""
    rows = re.findall(r"^\| [^|]+ \| `([A-Z][^`]*)` \| `", _document(), re.MULTILINE)
    keys = {PLACE.sub("*", key) for key in rows}
    # `FIGURES#now` is one of `FIGURES#*`.
    return {key for key in keys if not any(fits(key, other) for other in keys - {key})}


def fits(key: str, pattern: str) -> bool:
    return pattern.endswith("#*") and key.startswith(pattern[:-1])


def documented_marks() -> set[str]:
    """The values of `due_kind` there: "due as `ISSUE`, then `REPORT`, then `PAST`"."""
    named = re.findall(r"due as ((?:`[^`]+`(?:, then | or )?)+)", _document())
    return {PLACE.sub("*", mark) for text in named for mark in re.findall(r"`([^`]+)`", text)}


def _document() -> str:
    return (ROOT / "docs" / "table.md").read_text(encoding="utf-8")


def patterns(index: str) -> set[str]:
    return {
        pattern
        for function in FUNCTIONS
        for grant in grants(function)
        if grant.index == index
        for pattern in grant.patterns
    }


def writers(key: str) -> set[str]:
    return {
        f
        for f in FUNCTIONS
        for action in WRITES
        if is_allowed(f, Call(action, "", frozenset({key})))
    }


def test_the_patterns_are_the_keys_of_the_documentation() -> None:
    assert patterns("") == documented_keys()
    assert patterns("due") == documented_marks()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_statement_about_items_is_limited_by_leading_keys(function: str) -> None:
    for statement in statements(function):
        # Never true where a request has no leading keys, as ForAllValues alone would be.
        assert condition(statement).keys() == {"ForAllValues:StringLike", "Null"}
        assert condition(statement)["Null"] == {LEADING_KEYS: "false"}
        assert statement["Condition"]["Fn::If"][0] == "ExactPermissions"
        assert statement["Condition"]["Fn::If"][2] == {"Ref": "AWS::NoValue"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_reads_and_writes_have_their_own_keys_and_nobody_scans(function: str) -> None:
    for statement in statements(function):
        actions = set(as_list(statement["Action"]))
        assert actions <= READS or actions <= WRITES


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reaches_the_table_another_way(role: str) -> None:
    limited = statements(role.removesuffix("Role"))
    for statement in policies(role):
        actions = {a for a in as_list(statement["Action"]) if a.startswith("dynamodb:")}
        if actions and statement not in limited:
            assert actions <= OF_STREAM


def test_only_membership_their_own_page_and_the_desk_change_members() -> None:
    changing = {"AccountWeb", "MembershipWeb", "MembershipMail", "MembershipTick"}
    changing |= {"DeskWeb", "Work"}  # for the team, and lists that it brings in
    assert writers("MEMBERS#1") == writers("MEMBER#1") == changing


# The one member whose invitation's token came with the request; and whose ids the ledger names.
OF_THE_INVITED = {
    ("EventsWeb", "dynamodb:GetItem", "MEMBERS#1"),
    ("EventsTick", "dynamodb:BatchGetItem", "MEMBERS#1"),
}
# The tick looks up how members want to be sorted in an event's lists.
OF_THE_LISTS = {("EventsTick", "dynamodb:BatchGetItem", "ADDRESS#1")}


def test_the_doors_of_events_see_no_member_but_the_invited_by_their_ids() -> None:
    seen = {
        (function, action, key)
        for function in ("EventsWeb", "EventsTick", "Catalogue")
        for action in READS | WRITES
        for key in ("MEMBERS#1", "MEMBER#1", "ADDRESS#1")
        if is_allowed(function, Call(action, "", frozenset({key})))
    }
    assert seen == OF_THE_INVITED | OF_THE_LISTS


# ---- How a call is decided


def test_each_part_of_a_transaction_is_decided_by_its_own_key() -> None:
    put = {"Put": {"Item": {"pk": {"S": "OUTBOX#1"}}}}
    check = {"ConditionCheck": {"Key": {"pk": {"S": "EVENT#talk"}}}}
    assert list(calls("TransactWriteItems", {"TransactItems": [put, check]})) == [
        Call("dynamodb:PutItem", "", frozenset({"OUTBOX#1"})),
        Call("dynamodb:ConditionCheckItem", "", frozenset({"EVENT#talk"})),
    ]


def test_a_batch_is_decided_by_all_of_its_keys() -> None:
    keys = [{"pk": {"S": key}} for key in ("ISSUE#june", "MEMBER#1")]
    (call,) = calls("BatchGetItem", {"RequestItems": {"alumni": {"Keys": keys}}})
    assert call.keys == {"ISSUE#june", "MEMBER#1"}
    assert not is_allowed("NewsletterSend", call)


def test_a_query_of_the_index_is_decided_by_the_indexs_own_key() -> None:
    query = {
        "IndexName": "due",
        "KeyConditionExpression": "#due_kind = :kind AND #due_at <= :now",
        "ExpressionAttributeValues": {":kind": {"S": "SIGNUP"}, ":now": {"N": "1"}},
    }
    (call,) = calls("Query", query)
    assert call == Call("dynamodb:Query", "due", frozenset({"SIGNUP"}))
    assert is_allowed("MembershipTick", call)
    assert not is_allowed("Post", call)


def test_a_scan_has_no_leading_keys_and_is_refused() -> None:
    (call,) = calls("Scan", {"TableName": "alumni"})
    assert not any(is_allowed(function, call) for function in FUNCTIONS)
