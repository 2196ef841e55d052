"""A list that the team has uploaded, and what becomes of it."""

from typing import Any

import pytest

from functions.imports import requesting, store
from functions.imports.rules import Ground, Import, Terms
from functions.work import handler as work_handler
from functions.work import kinds
from functions.work import store as work_store
from functions.work.rules import Work
from tests.functions.imports import lists
from tests.functions.sent_emails import Context

INVITE = Terms(
    ground=Ground.INVITE, agreed_on="2026-05-01", how="reunion", office="malmo", language="en"
)
CONSENT = Terms(
    ground=Ground.CONSENT,
    agreed_on="2026-05-01",
    how="the engineers' club",
    words="Yes, write to me.",
    purposes=("newsletter",),
    office="malmo",
    language="en",
)


def rows(count: int = 3) -> str:
    """A list of so many people, of whom the first is Åsa."""
    names = ["Åsa Öberg", *(f"Person {number}" for number in range(2, count + 1))]
    return "Name;E-post\n" + "".join(
        f"{name};person-{number}@example.com\n" for number, name in enumerate(names, 1)
    )


class Lists:
    """What somebody of the team does with a list, and the work that follows."""

    by = "arn:aws:iam::123456789012:user/ops"

    def __init__(self, cloud: Any) -> None:
        self._cloud = cloud

    def upload(self, content: str) -> str:
        known = requesting.upload(self.by, "list.csv", lists.text(content), self._cloud.now)
        self.work(known.id)
        return known.id

    def get(self, import_id: str) -> Import:
        known = store.get(import_id, self._cloud.now)
        assert known
        return known

    def start(self, import_id: str, terms: Terms = INVITE, *, lives: int | None = None) -> Import:
        assert requesting.start(self.get(import_id), self.by, terms, self._cloud.now)
        return self.work(import_id, lives)

    def bring_in(self, content: str, terms: Terms = INVITE) -> Import:
        return self.start(self.upload(content), terms)

    def undo(self, import_id: str) -> Import:
        assert requesting.undo(self.get(import_id), self.by, self._cloud.now)
        return self.work(import_id)

    def work(self, import_id: str, steps: int | None = None) -> Import:
        """Work on it as the function does, or for so many steps."""
        work = self.progress(import_id)
        if steps is None:
            keys = {"pk": {"S": f"WORK#{work.id}"}}
            work_handler.advance({"Records": [{"dynamodb": {"Keys": keys}}]}, Context())
        else:
            left = iter(range(steps))
            kinds.advance(work, lambda: next(left, None) is not None)
        return self.get(import_id)

    def progress(self, import_id: str) -> Work:
        work = work_store.work(self.get(import_id).work_id)
        assert work
        return work


@pytest.fixture
def team(cloud) -> Lists:
    return Lists(cloud)
