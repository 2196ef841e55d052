"""Invitations to events go out through the ledger of newsletters, with a consent of their own."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.core import tokens
from functions.core.clock import DAY
from functions.core.tokens import Purpose
from functions.events.store import declines, events
from functions.events.store.unanswered import unanswered
from functions.membership import erasing
from functions.newsletter.rules.ledger import IssueState, SkipReason
from functions.newsletter.store import batches, issues
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.newsletter import issue_runs, team_emails
from tests.functions.newsletter.fake_ses import FakeSes, data

SLUG = actions.SLUG
LINKS = "{{name_html}} {{unsubscribe_url}} {{answer_token}}"
CONTENT = {"subject": "Invitation: a talk", "html": LINKS, "text": LINKS}


def publish(**more: Any) -> bool:
    actions.publish()
    facts = {"kind": "event_invitation", "contents": {"en": CONTENT}} | more
    return issue_runs.publish(slug=SLUG, **facts)


def send_out() -> None:
    issue_runs.tick()
    issue_runs.deliver()
    issue_runs.tick()


def sent_to(fake_ses: FakeSes) -> list[str]:
    return sorted(entry["Destination"]["ToAddresses"][0] for entry in fake_ses.accepted)


def outcomes() -> dict[str, str]:
    """Member → state and reason."""
    return {
        batch.recipients[at]: str(batch.outcome(at))
        for batch in batches.of_issue(SLUG)
        for at in batch.positions
    }


def test_only_those_who_agreed_to_invitations_get_one(fake_ses: FakeSes) -> None:
    both, only_newsletter, only_invitations = issue_runs.join(3)
    issue_runs.change_member(only_newsletter, invitations=False)
    issue_runs.change_member(only_invitations, newsletter=False, frequency="quarterly")
    publish()
    send_out()
    assert sent_to(fake_ses) == sorted(map(issue_runs.address_of, (both, only_invitations)))


def test_whoever_withdraws_between_planning_and_sending_gets_none(fake_ses: FakeSes) -> None:
    (member_id,) = issue_runs.join()
    publish()
    issue_runs.tick()
    issue_runs.change_member(member_id, invitations=False)
    issue_runs.deliver()
    assert not fake_ses.accepted
    assert outcomes() == {member_id: "withdrawn unsubscribed"}


def test_whoever_has_answered_already_is_not_invited(fake_ses: FakeSes) -> None:
    free, coming, declined = issue_runs.join(3)
    publish()
    actions.accepted(email=issue_runs.address_of(coming), guests="0")
    declines.decline(SLUG, declined, 1)
    send_out()
    assert sent_to(fake_ses) == [issue_runs.address_of(free)]
    assert outcomes() == {
        free: "sent",
        coming: "withdrawn answered",
        declined: "withdrawn answered",
    }


def test_nobody_is_invited_twice_to_one_event(fake_ses: FakeSes) -> None:
    issue_runs.join(2)
    publish()
    send_out()
    assert len(fake_ses.accepted) == 2
    issues.unschedule(SLUG)  # HR takes the event off the site,
    events.withdraw(SLUG)
    publish()  # and puts it back
    send_out()
    assert not publish(at=60, audience={"office": ["malmo"]})  # at another time, to others
    issue_runs.join(1)
    send_out()
    assert len(fake_ses.accepted) == 2


def test_who_was_invited_and_has_not_answered(cloud, fake_ses: FakeSes) -> None:
    silent, coming, declined, erased = issue_runs.join(4)
    uninvited = issue_runs.join(1, office="stockholm")
    publish(audience={"office": ["malmo"]})
    send_out()
    actions.accepted(email=issue_runs.address_of(coming), guests="0")
    declines.decline(SLUG, declined, cloud.now)
    hashed = people.member(erased)
    assert hashed
    erasing.begin(hashed.address_hash, cloud.now)
    assert list(unanswered(SLUG)) == [silent]
    assert uninvited[0] not in outcomes()


def test_a_later_time_moves_an_invitation_that_has_not_gone_out(cloud, fake_ses: FakeSes) -> None:
    issue_runs.join()
    publish(at=60)
    publish(at=3600)
    cloud.pass_(120)
    send_out()
    assert not fake_ses.accepted
    cloud.pass_(3600)
    send_out()
    assert len(fake_ses.accepted) == 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"cancelled": "The speaker is ill."}, SkipReason.EVENT_CANCELLED),
        ({"closes_at": "2026-11-01T09:00:00Z"}, SkipReason.SIGN_UP_CLOSED),
        (None, SkipReason.EVENT_WITHDRAWN),
    ],
)
class TestAnEventThatTakesNoSignUps:
    def end(self, facts: dict[str, Any] | None) -> None:
        if facts is None:
            events.withdraw(SLUG)
        else:
            actions.publish(**facts)

    def test_invites_nobody(self, fake_ses: FakeSes, facts, reason) -> None:
        issue_runs.join()
        publish()
        self.end(facts)
        send_out()
        issue = issues.get(SLUG)
        assert issue
        assert (issue.state, issue.skipped) == (IssueState.SKIPPED, reason)
        assert not fake_ses.accepted

    def test_invites_nobody_more_while_it_goes_out(self, fake_ses: FakeSes, facts, reason) -> None:
        (member_id,) = issue_runs.join()
        publish()
        issue_runs.tick()
        self.end(facts)
        issue_runs.deliver()
        issue_runs.tick()
        issue = issues.get(SLUG)
        assert issue
        assert (issue.state, issue.skipped) == (IssueState.CANCELLED, reason)
        assert outcomes() == {member_id: "cancelled"}
        assert not fake_ses.accepted


def test_one_click_ends_invitations_and_nothing_else(fake_ses: FakeSes) -> None:
    (member_id,) = issue_runs.join()
    publish()
    send_out()
    values = data(fake_ses.accepted[0])
    assert tokens.read(Purpose.EVENT_INVITATION, values["answer_token"], 2) == [SLUG, member_id]
    link = urlsplit(values["unsubscribe_url"])
    (header,) = fake_ses.accepted[0]["ReplacementHeaders"]
    assert header["Value"] == f"<{values['unsubscribe_url']}>"
    assert fake_ses.calls[0]["DefaultContent"]["Template"]["Headers"][1]["Value"].startswith(
        "<invitations."
    )
    token = parse_qs(link.query)["token"][0]
    answer = membership("POST", link.path, query={"token": token}, body="anything")
    assert answer["statusCode"] == 200
    member = people.member(member_id)
    assert member
    assert (member.newsletter, member.invitations) == (True, False)


def membership(method: str, path: str, **sent: Any) -> dict[str, Any]:
    from functions.membership import handler
    from tests.functions.support import request

    return handler.web(request(method, path, **sent), None)


@pytest.mark.parametrize("missing", ["answer_token", "unsubscribe_url"])
def test_an_invitation_without_its_links_is_paused(fake_ses: FakeSes, missing: str) -> None:
    issue_runs.join()
    broken = {part: text.replace("{{" + missing + "}}", "") for part, text in CONTENT.items()}
    publish(contents={"en": broken})
    send_out()
    assert not fake_ses.accepted
    issue = issues.get(SLUG)
    assert issue
    assert issue.state is IssueState.PAUSED


def test_a_newsletter_with_the_link_to_answer_is_paused(fake_ses: FakeSes) -> None:
    issue_runs.join()
    issue_runs.publish(contents={"en": CONTENT})
    send_out()
    issue = issues.get(issue_runs.SLUG)
    assert issue
    assert issue.state is IssueState.PAUSED


def test_the_emails_about_an_invitation_call_it_one_and_say_who_has_answered(
    fake_ses: FakeSes, cloud: Any
) -> None:
    team_emails.set_team()
    _, answers = issue_runs.join(2)
    publish()
    issue_runs.tick()
    team_emails.pause(slug=SLUG)
    paused = team_emails.only_email()
    assert "Invitation to an event: News" in team_emails.parts(paused)[0]
    assert "newsletter" not in team_emails.parts(paused)[0].partition("To resume")[0]
    issues.resume(SLUG)
    declines.decline(SLUG, answers, cloud.now)
    issue_runs.deliver()
    issue_runs.tick()
    cloud.pass_(DAY)
    issue_runs.tick()
    report = sent_emails.deliver()[-1]
    assert report["Subject"] == "Invitation report: News"
    assert "2 = 1 sent + 1 answered or opted out meanwhile" in team_emails.parts(report)[0]
