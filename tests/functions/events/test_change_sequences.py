"""Whatever happens in whatever order, in the end everybody who is coming knows where to go."""

import random
from collections import defaultdict
from collections.abc import Iterator

import pytest

from functions.core.clock import MINUTE
from functions.events import changes
from functions.events.store import event_facts
from tests.functions import sent_emails
from tests.functions.conftest import Moment
from tests.functions.events import actions

PEOPLE = [f"guest{number}@example.com" for number in range(4)]
FACTS: list[dict[str, str]] = [
    {},
    {"place": "Library"},
    {"place": "Town hall"},
    {"cancelled": "Storm"},
    {"title": "Winter talk"},
]
NEWS = ("You are signed up", "Please note", "It takes place after all", "Cancelled")
OFF = "cancelled"


class Story:
    """Random steps of HR, guests and functions; `links` are of those who are coming."""

    def __init__(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.choose = random.Random(seed)
        self.links: dict[str, str] = {}
        self.monkeypatch = monkeypatch

    def run(self, steps: int) -> None:
        for _ in range(steps):
            acts = (self.publish, self.publish, self.come, actions.tick, self.die, self.leave)
            self.choose.choice((*acts, sent_emails.deliver))()

    def publish(self) -> None:
        actions.publish(**self.choose.choice(FACTS))

    def come(self) -> None:
        person = self.choose.choice(PEOPLE)
        if person in self.links or actions.event()["facts"].get("cancelled"):
            return
        actions.sign_up(email=person, guests="0")
        mails = [mail for mail in sent_emails.deliver() if mail["To"] == person]
        actions.press_button(sent_emails.links(sent_emails.text(mails[-1]))[0])
        mails = [mail for mail in sent_emails.deliver() if mail["To"] == person]
        self.links[person] = sent_emails.links(sent_emails.text(mails[-1]))[0]

    def leave(self) -> None:
        person = self.choose.choice(PEOPLE)
        if person in self.links and not actions.event()["facts"].get("cancelled"):
            actions.press_button(self.links.pop(person), action="cancel")

    def die(self) -> None:
        """A tick that is killed when it has mailed some people."""
        with self.monkeypatch.context() as patch:
            patch.setattr(event_facts, "move_on", killed)
            try:
                actions.tick()
            except SystemExit:
                return


def killed(*_: object) -> None:
    raise SystemExit


def heard() -> dict[str, list[str]]:
    """Person → the places that their emails named, in order; a sign-up begins anew."""
    places = defaultdict(list)
    for mail in sent_emails.sent():
        subject = mail["Subject"]
        if subject.startswith(NEWS[0]):
            places[mail["To"]] = []
        if subject.startswith(NEWS):
            places[mail["To"]] += list(places_in(sent_emails.text(mail), subject))
    return places


def places_in(text: str, subject: str) -> Iterator[str]:
    if subject.startswith("Cancelled"):
        yield OFF
    yield from (line for line in text.splitlines() if line.startswith("Where: "))


@pytest.mark.parametrize("seed", range(8))
def test_who_is_coming_knows_the_newest_facts_and_is_mailed_nothing_twice(
    seed: int, published: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PAGE", 2)
    story = Story(seed, monkeypatch)
    story.run(30)
    for _ in range(2):
        actions.tick()
        sent_emails.deliver()
        published.pass_(2 * MINUTE)
    facts = actions.event()["facts"]
    newest = OFF if facts.get("cancelled") else f"Where: {facts['place']}, {facts['address']}"
    knowledge = heard()
    for person in story.links:
        assert knowledge[person][-1] == newest
        for one, next_one in zip(knowledge[person], knowledge[person][1:], strict=False):
            assert one != next_one
    assert event_facts.read_change(actions.SLUG) is None
