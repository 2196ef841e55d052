"""An issue from its files to the catalogue: each member gets one mail, with what is meant for them
and nothing else, or none because there is nothing."""

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from microsite.output import catalogue

from functions.newsletter.rules.batches import Subscriber, variant_for
from functions.newsletter.rules.ledger import Variant
from tests.site.letters.variant_choice import LANGUAGES, Member, chosen
from tests.site.project import Project

KINDS = ["retired", "engineer", "partner"]
OFFICES = ["malmo", "hong-kong", "brussels"]
Block = tuple[list[str], list[str]]  # kinds, offices
BLOCKS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(KINDS), max_size=2, unique=True),
        st.lists(st.sampled_from(OFFICES), max_size=2, unique=True),
    ),
    max_size=3,
)
FILES = st.fixed_dictionaries({"en": BLOCKS}, optional={"sv": BLOCKS, "de": BLOCKS})
MEMBERS = st.fixed_dictionaries(
    {
        "language": st.sampled_from([*LANGUAGES, "fr", ""]),
        "kinds": st.lists(st.sampled_from(["cook", *KINDS]), unique=True),
        "office": st.sampled_from(["", "oslo", "stockholm", *OFFICES]),
    }
)
QUICK = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def body(lang: str, blocks: list[Block]) -> str:
    """Each block holds its own word, such as sv1."""
    text = ""
    for number, (kinds, offices) in enumerate(blocks):
        keys = {"for": ", ".join(kinds), "office": ", ".join(offices)}
        heading = "; ".join(f"{key}: {value}" for key, value in keys.items() if value)
        text += f"::: {heading}\n{lang}{number}\n:::\n" if heading else f"{lang}{number}\n\n"
    return text


def meant(member: Member, files: dict[str, list[Block]]) -> set[str]:
    lang = member["language"] if member["language"] in files else "en"
    return {
        f"{lang}{number}"
        for number, (kinds, offices) in enumerate(files[lang])
        if (not kinds or set(member["kinds"]) & set(kinds))
        and (not offices or member["office"] in offices)
    }


def published(site: Project, files: dict[str, list[Block]], front: dict[str, str]) -> Any:
    """The issue's entry in the catalogue, and the text of each variant by name."""
    for lang in LANGUAGES:
        own = "" if lang == "en" else f".{lang}"
        path = site.root / f"site/content/newsletters/issue{own}.md"
        path.unlink(missing_ok=True)
        if lang in files:
            facts = front if lang == "en" else {"send_at": None}
            site.write(f"newsletters/issue{own}.md", body(lang, files[lang]), **facts)
    assert site.problems() == []
    whole = site.read()
    issue = next(item for item in whole.edition.issues if item.slug == "issue")
    variants = whole.variants(issue)
    return catalogue.issue_entry(issue, variants, whole.edition), {
        one.name: one.text for one in variants
    }


def theirs(member: Member, entry: Any) -> str:
    """The variant that the functions choose, which is the promised one."""
    given = [Variant(name, **facts) for name, facts in entry["variants"].items()]
    planned = variant_for(subscriber(member, member["office"]), given, LANGUAGES).name
    assert planned == chosen(member, entry["variants"])
    return planned


def subscriber(member: Member, *offices: str) -> Subscriber:
    return Subscriber("1", member["language"], tuple(member["kinds"]), offices)


@QUICK
@given(FILES, MEMBERS)
def test_an_email_holds_exactly_the_blocks_for_its_reader(site: Project, files, member):
    entry, texts = published(site, files, {})
    wanted = meant(member, files)
    if entry["nothing"]:
        assert not wanted
        return
    name = theirs(member, entry)
    assert set(re.findall(r"\b(?:en|sv|de)\d\b", texts[name])) == wanted
    assert bool(entry["variants"][name]["key"]) == bool(wanted)


@QUICK
@given(FILES, MEMBERS, st.sampled_from(OFFICES))
def test_a_reader_with_two_offices_of_interest_gets_the_blocks_of_one(
    site: Project, files, member, other
):
    entry, texts = published(site, files, {})
    if entry["nothing"]:
        return
    given_ = [Variant(name, **facts) for name, facts in entry["variants"].items()]
    name = variant_for(subscriber(member, member["office"], other), given_, LANGUAGES).name
    words = set(re.findall(r"\b(?:en|sv|de)\d\b", texts[name]))
    assert words in (meant(member, files), meant(member | {"office": other}, files))


@QUICK
@given(FILES, MEMBERS)
def test_a_reader_gets_the_events_of_their_own_office(site: Project, files, member):
    for number, office in enumerate(("malmo", "hong-kong", "[malmo, brussels]")):
        site.write(f"events/e{number}.md", title=f"Event{number}", office=office)
    entry, texts = published(site, files, {"events": "next 5 of the reader's offices"})
    there = {"malmo": {"0", "2"}, "hong-kong": {"1"}, "brussels": {"2"}}
    events = re.findall(r"Event(\d)", texts[theirs(member, entry)])
    assert set(events) == there.get(member["office"], set())
