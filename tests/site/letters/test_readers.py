"""Whoever a member is, exactly one variant is chosen, and it holds exactly the blocks for them."""

from hypothesis import given
from hypothesis import strategies as st
from microsite.letters import variants as rules
from microsite.letters.variants import Alternative, Reader

from tests.site.letters.variant_choice import chosen

KINDS = ["retired", "engineer", "partner"]
OFFICES = ["malmo", "hong-kong", "brussels", "en"]
BLOCKS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(KINDS), max_size=2, unique=True),
        st.lists(st.sampled_from(OFFICES), max_size=3, unique=True),
    ),
    max_size=5,
)
MEMBERS = st.builds(
    dict,
    kinds=st.lists(st.sampled_from(["cook", *KINDS]), unique=True),
    office=st.sampled_from(["", "oslo", *OFFICES]),
)


def of_blocks(blocks) -> tuple[dict[str, list[Alternative]], dict[str, tuple[int, ...]]]:
    """Variants of an issue with these blocks: name → readers, and name → the blocks in it."""
    kinds = [kind for kind in KINDS if any(kind in named for named, _ in blocks)]
    offices = [office for office in OFFICES if any(office in named for _, named in blocks)]

    def blocks_for(reader: Reader) -> tuple[int, ...]:
        return tuple(n for n, block in enumerate(blocks) if reader.is_among(*block))

    groups = rules.group_readers(rules.all_readers(kinds, offices), blocks_for)
    names = rules.variant_names("en", [group for group, _ in groups])
    assert len(set(names)) == len(names)
    variants = {n: group.alternatives for n, (group, _) in zip(names, groups, strict=True)}
    return variants, {n: content for n, (_, content) in zip(names, groups, strict=True)}


@given(BLOCKS, MEMBERS)
def test_every_member_gets_exactly_the_blocks_for_them(blocks, member):
    variants, contents = of_blocks(blocks)
    meant = tuple(
        number
        for number, (kinds, offices) in enumerate(blocks)
        if (not kinds or set(member["kinds"]) & set(kinds))
        and (not offices or member["office"] in offices)
    )
    issue = {name: {"language": "en", "readers": given} for name, given in variants.items()}
    assert contents[chosen({"language": "en", **member}, issue)] == meant


COMBINED = rules.all_readers(KINDS[:2], OFFICES[:2])


@given(st.lists(st.integers(0, 2), min_size=len(COMBINED), max_size=len(COMBINED)), MEMBERS)
def test_readers_of_a_variant_can_be_listed_briefly_without_ambiguity(contents, member):
    content_of = dict(zip(COMBINED, contents, strict=True))
    groups = rules.group_readers(COMBINED, content_of.__getitem__)
    issue = {
        str(content): {"language": "en", "readers": group.alternatives} for group, content in groups
    }
    kind = "+".join(kind for kind in KINDS[:2] if kind in member["kinds"])
    office = member["office"] if member["office"] in OFFICES[:2] else ""
    assert chosen({"language": "en", **member}, issue) == str(content_of[Reader(kind, office)])


@given(BLOCKS)
def test_no_two_variants_are_equal(blocks):
    _, contents = of_blocks(blocks)
    assert len(set(contents.values())) == len(contents)


def test_the_list_of_readers_is_short():
    variants, _ = of_blocks([(["retired"], []), ([], ["malmo", "brussels"])])
    assert variants == {
        "en": [{}],
        "en-retired": [{"kind": ["retired"]}],
        "en-malmo-brussels": [{"office": ["malmo", "brussels"]}],
        "en-retired-malmo-brussels": [{"kind": ["retired"], "office": ["malmo", "brussels"]}],
    }


def test_a_block_for_some_readers_of_an_office_adds_one_variant():
    variants, _ = of_blocks([(["retired"], ["malmo"])])
    assert variants == {
        "en": [{}],
        "en-retired-malmo": [{"kind": ["retired"], "office": ["malmo"]}],
    }


def test_variant_names_are_unique_and_short():
    groups = [rules.ReaderGroup((Reader("a"),)), rules.ReaderGroup((Reader(office="a"),))]
    groups.append(rules.ReaderGroup((Reader("a-2"),)))
    groups.append(rules.ReaderGroup(tuple(Reader(office=f"o{n}") for n in range(9))))
    assert rules.variant_names("sv", groups) == [
        "sv-a",
        "sv-a-2",
        "sv-a-2-2",
        "sv-o0-o1-o2-and-6-more",
    ]
