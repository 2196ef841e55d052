"""The page of a report: it says what the ledger says, and needs nothing but itself."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core.clock import DAY, MINUTE
from functions.newsletter.rules import report as reporting
from functions.newsletter.rules.ledger import (
    Batch,
    Cause,
    Issue,
    IssueState,
    Outcome,
    Pause,
    State,
    Variant,
)
from functions.newsletter.rules.report import Timeline
from infra.issue_report import chart
from infra.issue_report.page import page
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.newsletter import issue_runs
from tests.functions.support import NOW, SITE
from tests.infra.alumni.issues.test_issues import lost, run, sending  # noqa: F401 - fixtures

OUTCOMES = {0: Outcome(State.FAILED, "bounce"), 1: Outcome(State.UNCERTAIN)}
SV = Variant("sv-retired", "", "")
BATCH = Batch("autumn", 0, SV, ("a", "b", "c", "d"), State.SENT, OUTCOMES, claimed_at=NOW)
URL = f"{SITE['url']}/newsletters/autumn/"
SUBJECT = "Höst & <b>vind</b>"
ISSUE = Issue("autumn", IssueState.SENT, SUBJECT, NOW, None, (SV,), url=URL, planned=4)
VOID = {"meta", "link", "br", "img", "input", "path", "line"}


def shown(issue: Issue = ISSUE, *batches: Batch) -> str:
    report = reporting.report(batches or (BATCH,), NOW + 2 * DAY)
    return page(issue, report, SITE, NOW + 2 * DAY)


def words(html: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


class Balance(HTMLParser):
    """Tags that are open, and whether each is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, _attrs) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def test_the_sum_of_states_is_shown_as_a_sentence_and_a_bar():
    html = shown()
    line = "4 = 2 sent + 0 suppressed + 0 withdrawn + 1 failed + 0 expired + 0 cancelled + 1 uncer"
    assert line in words(html)
    assert re.findall(r'class="is-(\w+)" style="flex: (\d+)', html) == [
        ("sent", "2"),
        ("failed", "1"),
        ("uncertain", "1"),
    ]
    assert "does not account for all" not in html


def test_variants_reasons_and_uncertain_recipients_are_shown():
    text = words(shown())
    for row in ("sv-retired 4 2", "all in sv 4 2", "failed bounce 1", "b batch 0, position 1,"):
        assert row in text
    assert "Bounces 1 33.3% of emails sent; SES reviews an account at 5%" in text
    assert "Paid to SES 0.01 USD" in text
    assert "alumni issues settle autumn --as sent" in text
    assert "no tracking pixel and no rewritten links" in text


def test_the_report_is_one_file_that_loads_nothing():
    html = shown()
    assert not re.search(r"<script|<img|<link|src=|url\(|@import|\son\w+=", html)
    assert re.findall(r'https?://[^"<\s]+', html) == [URL]
    assert "default-src 'none'" in html


def test_an_issue_kept_off_the_site_has_no_link_to_its_page():
    assert "Read the newsletter" in shown()
    assert "Read the newsletter" not in shown(replace(ISSUE, url=""))


def test_text_that_hr_typed_is_escaped_and_every_tag_is_closed():
    html = shown()
    assert "<h1>Höst &amp; &lt;b&gt;vind&lt;/b&gt;</h1>" in html
    reader = Balance()
    reader.feed(html)
    assert reader.open == []


@pytest.mark.parametrize("state", list(IssueState))
def test_an_issue_in_any_state_has_a_page_even_without_recipients(state):
    issue = replace(ISSUE, state=state, planned=0, pause=Pause(Cause.BOUNCES, count=10, of=20))
    html = page(issue, reporting.Report(), SITE, NOW)
    assert "It was scheduled for Wednesday 18 November 2026, 12:06." in words(html)
    assert "<svg" not in html
    assert ("10 of 20 emails bounced" in html) is (state is IssueState.PAUSED)


def test_the_page_says_that_sending_waits_for_the_quota_and_how_long_it_waited():
    waiting = replace(ISSUE, state=IssueState.PAUSED, pause=Pause(Cause.QUOTA, "LimitExceeded"))
    assert "It resumes by itself when the day's quota allows." in words(shown(waiting))
    stopped = replace(waiting, pause=Pause(Cause.ACCOUNT, "SHUTDOWN"))
    assert "resumes by itself" not in words(shown(stopped))
    assert "It waited 14 h for SES's daily quota." in words(shown(replace(ISSUE, waited=47_000)))
    assert "It waited" not in words(shown())


def test_readers_of_an_empty_variant_are_counted_separately():
    assert "1,200 more got no email" in shown(replace(ISSUE, silent=1200))
    assert "more got no email" not in shown()


def test_a_ledger_with_missing_recipients_is_reported():
    assert "The audience was 5" in shown(replace(ISSUE, planned=5))


# ---- The picture


def drawn(*pairs: tuple[int, int], zone: str = "Europe/Stockholm") -> chart.Chart:
    line = Timeline()
    for at, count in pairs:
        line.add(at, count)
    drawing = chart.chart(line, zone)
    assert drawing
    return drawing


TIMES = st.lists(st.tuples(st.integers(NOW, NOW + 500 * DAY), st.integers(1, 5000)), min_size=1)


@given(TIMES, st.sampled_from(["Europe/Stockholm", "Asia/Hong_Kong", "Asia/Kathmandu"]))
def test_the_line_of_the_chart_only_rises_and_stays_in_its_frame(pairs, zone):
    drawing = drawn(*pairs, zone=zone)
    points = [tuple(map(float, point.split())) for point in drawing.line[1:].split(" L")]
    assert points[0] == (chart.LEFT, chart.BOTTOM)
    assert points[-1][0] == chart.RIGHT
    assert points == sorted(points, key=lambda point: (point[0], -point[1]))
    assert min(y for _, y in points) >= chart.TOP
    assert all(chart.LEFT <= tick.at <= chart.RIGHT for tick in drawing.across)
    assert len(drawing.across) <= chart.MOST_TICKS + 1
    assert 2 <= len(drawing.up) <= 6


def test_times_are_in_the_companys_zone_and_midnight_is_labelled_by_its_day():
    late = NOW + 10 * 60 * MINUTE  # 22:06 in Stockholm
    drawing = drawn((late, 10), (late + 180 * MINUTE, 10))
    labels = [tick.label for tick in drawing.across]
    assert labels == ["23:00", "19 Nov", "01:00"]


def test_the_table_holds_every_minute_of_the_chart_even_without_emails():
    drawing = drawn((NOW, 1000), (NOW + 10 * MINUTE, 500))
    assert drawing.rows[0] == ("2026-11-18 12:06", "1,000", "1,000")
    assert drawing.rows[1] == ("2026-11-18 12:07", "0", "1,000")
    assert drawing.rows[-1] == ("2026-11-18 12:16", "500", "1,500")


def test_there_is_no_chart_if_nothing_was_sent():
    assert chart.chart(Timeline(), "Europe/Stockholm") is None


# ---- The command


def test_the_command_writes_the_page_and_prints_its_path(lost, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    assert run("report", "autumn", "--html").stdout == "build/reports/autumn.html\n"
    there = tmp_path / "mine" / "report.html"
    assert run("report", "autumn", "--to", str(there)).stdout == f"{there}\n"
    html = (tmp_path / "build/reports/autumn.html").read_text(encoding="utf-8")
    assert lost[0] in html
    assert issue_runs.address_of(lost[0]) not in html


def test_json_includes_the_path_of_the_page(lost, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    document = json.loads(run("report", "autumn", "--html", "--json").stdout)
    assert document["page"] == "build/reports/autumn.html"
    assert document["timeline"] == {"width": 60, "sent": []}
    assert json.loads(run("report", "autumn", "--json").stdout)["page"] is None
