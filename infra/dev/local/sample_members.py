"""`python -m infra.dev.local.sample_members`: add made-up members to an empty network."""

import random
from dataclasses import replace
from typing import Any

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.core.site import site
from functions.core.texts import JOINING, ConsentPurpose, consent_text
from functions.people.member import SHARDS, Agreement, Member, Profile, Stay, joined, new_member
from functions.people.store import members as people
from functions.team.rules import Details, Role
from functions.team.store import team
from infra.alumni import options
from infra.cloud import table_access
from infra.cloud.aws import Aws
from infra.dev.local.sample_owner import OWNER

GIVEN = (
    "Åsa Björn Cecilia David Elin Fredrik Greta Henrik Ingrid Jonas Karin Lars Matilda Nils Olivia "
    "Per Rebecka Sven Therese Ulf Camille Luc Mei Wing-Yan Jun Xiu Lukas Friederike Pieter Saga"
)
FAMILY = (
    "Ahlgren Berg Cederström Dahl Ekvall Forsberg Grönlund Hallén Isaksson Jansson Kjellberg "
    "Lindholm Månsson Nyström Öberg Peeters Dubois Chan Wong Li Zhang Vogt Schäfer Ravn"
)
NUMBER = 60
FILLED_IN = 4  # every fourth of them
DOMAINS = ("example.com", "example.org", "example.net")
LETTERS = str.maketrans("åäöüéèß", "aaoueed")


def profiles(facts: dict[str, Any], number: int = NUMBER) -> list[Profile]:
    """Made-up people; the same ones each time."""
    given, family = GIVEN.split(), FAMILY.split()
    chance = random.Random(1921)  # noqa: S311 - sample data, the same at every run
    names = [
        (given[index % len(given)], family[index * 7 % len(family)]) for index in range(number)
    ]
    return [_person(facts, chance, index, *name) for index, name in enumerate(names)]


def _person(
    facts: dict[str, Any], chance: random.Random, index: int, given: str, family: str
) -> Profile:
    local = f"{given}.{family}{index}".lower().translate(LETTERS)
    first = chance.randint(1968, 2018)
    topics = [topic["slug"] for topic in facts["topics"]]
    return Profile(
        name=f"{given} {family}",
        email=f"{local}@{DOMAINS[index % len(DOMAINS)]}",
        office=chance.choice(facts["offices"])["slug"],
        from_year=first,
        to_year=min(first + chance.randint(1, 30), 2026),
        kinds=_kinds(facts, chance),
        interests=tuple(sorted(chance.sample(topics, k=min(3, len(topics))))),
        language=chance.choice(facts["languages"]),
    )


def _kinds(facts: dict[str, Any], chance: random.Random) -> tuple[str, ...]:
    """One for most, two for some."""
    return tuple(kind["slug"] for kind in chance.sample(facts["kinds"], k=chance.choice((1, 1, 2))))


def _agreements(facts: dict[str, Any], member: Profile) -> dict[ConsentPurpose, Agreement]:
    """To all that people are asked for when they join."""
    texts = [consent_text(facts, purpose, member.language) for purpose in JOINING]
    return {
        ConsentPurpose(text.id): Agreement(
            text.id, text.version, None, text.language, text.fingerprint, text.words
        )
        for text in texts
    }


def load() -> int:
    """Add them unless there are members already, and an owner of the desk if it has nobody;
    returns how many members were added."""
    if not team.team():
        _add_owner(site())
    if any(next(people.members(shard, limit=1), None) for shard in SHARDS):
        return 0
    facts = site()
    for index, profile in enumerate(profiles(facts)):
        joined_at = clock.now() - (NUMBER - index) * DAY
        member = new_member(profile, address_hash(profile.email), joined_at)
        member = _filled_in(member, index, facts)
        people.add(member, joined(member, _agreements(facts, member), "sample"))
    return NUMBER


def _add_owner(facts: dict[str, Any]) -> None:
    details = Details(
        name="Karin Lindström", email=OWNER, language=facts["languages"][0], role=Role.OWNER
    )
    team.add(details, "the demo", clock.now())


def _filled_in(member: Member, index: int, facts: dict[str, Any]) -> Member:
    """What some of them added on their own page: an earlier office, another of interest, work."""
    if index % FILLED_IN:
        return member
    other = facts["offices"][index // FILLED_IN % len(facts["offices"])]["slug"]
    return replace(
        member,
        earlier_stays=(Stay(other, member.from_year - 5, member.from_year),),
        offices_of_interest=tuple(dict.fromkeys((other, member.office))),
        works_at="Sample Works",
        works_as="adviser",
    )


def main() -> None:
    import os

    aws = Aws(os.environ["AWS_REGION"], os.environ.get("AWS_ENDPOINT_URL"))
    table_access.connect(aws, os.environ.get("ALUMNI_STACK", options.STACK))
    print(load())  # noqa: T201


if __name__ == "__main__":
    main()
