"""What happens to people: by the team, by the newsletter, in time, and by a backup."""

from copy import deepcopy
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from functions.core.addresses import address_hash
from functions.core.keep import MONTH
from functions.membership import correcting, erasing, erasure_list
from functions.people.store import members as people
from tests.functions.lives.inbox import ADDRESS, WHICH, WithInbox
from tests.functions.lives.model import DAY, HOUR, MINUTE, Backup
from tests.functions.lives.world import CONTACT_MONTHS
from tests.functions.newsletter import issue_runs

WAITS = (2 * MINUTE, 5 * MINUTE, 16 * MINUTE, 46 * MINUTE, 13 * HOUR, 3 * DAY, 8 * DAY)
SEASON_DAYS = 100
CONTACT_SECONDS = CONTACT_MONTHS * MONTH
HR = "arn:aws:iam::123456789012:user/hr"


class WithTeamAndTime(WithInbox):
    # ---- What the team does

    @rule(address=ADDRESS)
    def erase(self, address: str) -> None:
        self._step("erase")
        erasing.begin(address_hash(address), self.now)
        self.model.erase(address, self.now)

    @precondition(lambda self: self.model.members)
    @rule(which=WHICH, after=ADDRESS)
    def correct_address(self, which: int, after: str) -> None:
        self._step("correct an address")
        before = list(self.model.members)[which % len(self.model.members)]
        if before == after:
            return
        member = people.member(people.member_id_at(address_hash(before)) or "")
        assert member
        problem = correcting.correct(member, replace(member, email=after), HR, self.now)
        assert (problem == "") == self.model.can_correct(after)
        if not problem:
            self.model.correct_address(before, after, self.now)

    @precondition(lambda self: not self.model.stopped)
    @rule(address=ADDRESS)
    def bounce(self, address: str) -> None:
        self._step("bounce")
        self.world.bounce(address)
        self.model.bounce(address, self.now)

    @precondition(lambda self: self.model.stopped)
    @rule(which=WHICH)
    def lift_suppression(self, which: int) -> None:
        self._step("let an address get email again")
        address = sorted(self.model.stopped)[which % len(self.model.stopped)]
        assert correcting.lift_suppression(
            address_hash(address), "bounce", HR, "it works again", self.now
        )
        del self.model.stopped[address]

    # ---- The newsletter

    @precondition(lambda self: not self.planned and self.now > self.next_issue)
    @rule(at_once=st.booleans())
    def plan_newsletter(self, *, at_once: bool) -> None:
        self._step("plan a newsletter")
        self.issues += 1
        issue_runs.publish(slug=f"issue-{self.issues}")
        self._tick()
        self.planned = self.model.subscribers()
        self.next_issue = self.now + MINUTE
        if at_once:
            self.send_newsletter()

    @precondition(lambda self: self.planned)
    @rule()
    def send_newsletter(self) -> None:
        self._step("send a newsletter")
        letters = self.world.send_batches()
        wanted = [one for one in self.model.subscribers() if one in self.planned]
        allowed = set(map(self.model.address_of, wanted)) - self.model.stopped.keys()
        assert sorted(letter.to for letter in letters) == sorted(allowed)
        self.inbox += map(self._held, letters)
        self.planned = []

    # ---- Time

    @rule(wait=st.sampled_from(WAITS), tick=st.booleans(), ttl=st.booleans())
    def pass_time(self, wait: int, *, tick: bool, ttl: bool) -> None:
        self._step("let time pass")
        self.world.now += wait
        if ttl:
            self.model.expire(self.world.expire())
        if tick:
            self._tick()

    @rule(post_works=st.booleans())
    def tick(self, *, post_works: bool) -> None:
        self._step("tick")
        self._tick()
        self.post_works = post_works

    @precondition(lambda self: self.model.members and self.now > self.next_season)
    @rule()
    def a_season_passes(self) -> None:
        """With a tick at least every other day: else the sweep of silent members erases nobody."""
        self._step("let a season pass")
        for _ in range(SEASON_DAYS // 2):
            self.world.now += 2 * DAY
            self._tick()
            if self.post_works:
                self._deliver()
        self.next_season = self.now + 2 * MINUTE

    def _tick(self) -> None:
        self.world.tick()
        self.counts["free an old address"] += self.model.free_addresses(self.now)
        for address in self._swept_members():
            self.counts["erase a silent member"] += 1
            assert self.model.may_be_swept(address, CONTACT_SECONDS, self.now), address
            self.model.erase(address, self.now)
        self.model.tick(self.now)

    def _swept_members(self) -> list[str]:
        """Members whom the tick has erased, because nothing was heard from them for long."""
        kept = {people.pointer_key(address_hash(a)): a for a in self.model.members}
        return [address for key, address in kept.items() if key not in self.world.items]

    # ---- Backups

    @precondition(lambda self: self.post_works and not (self.planned or self.backup))
    @rule()
    def make_backup(self) -> None:
        self._step("make a backup")
        browsers = deepcopy([(one.cookies, self.newest_request) for one in self.browsers])
        self.backup = dict(self.world.items), Backup(self.model), browsers, self.now

    @precondition(lambda self: self.backup)
    @rule()
    def restore_backup(self) -> None:
        """And `alumni restore-check`. Emails that came since are lost, and nobody uses them."""
        assert self.backup
        self._step("restore a backup")
        items, model, browsers, made_at = self.backup
        self.world.restore(items)
        model.restore(self.model)
        for browser, (cookies, newest) in zip(self.browsers, deepcopy(browsers), strict=True):
            browser.cookies, self.newest_request = cookies, newest
        self.inbox = [held for held in self.inbox if held.letter.at <= made_at]
        self.planned, self.backup = [], None
        self.checks.forget()
        for listed in erasure_list.everything():
            if erasing.is_back(listed):
                erasing.begin_again(listed, self.now)
        self.model.erase_again(self.now)
