"""What all tests share: where the project is, what they may not read there, and how long each part
of it took to test."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests import own_company, written_in_run

ROOT = Path(__file__).parent.parent
JOURNEYS = "tests/e2e/"
# No deadlines: whatever else runs on the machine, no test fails for being slow.
settings.register_profile("usual", deadline=None)
settings.register_profile("long", deadline=None, max_examples=500)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="more random examples, runs and crashes")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("long" if config.getoption("--long") else "usual")
    sys.addaudithook(own_company.refuse_to_open)
    config.stash[written_in_run.KEY] = written_in_run.Run()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A process that ran a part of the tests has ended."""
    if part := getattr(node, "workeroutput", {}).get(written_in_run.NAME):
        node.config.stash[written_in_run.KEY].add(part)


def pytest_sessionfinish(session: pytest.Session) -> None:
    written_in_run.finish(session)


@pytest.fixture
def own_company_may_be_read() -> Iterator[None]:
    """For the few tests that hold for every company."""
    with own_company.may_be_read():
        yield


@pytest.fixture(scope="session")
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether this is `make test-long`, which CI doesn't call."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys first, then other tests that take minutes, so that at the end no process is left
    alone with one; of the journeys, those that check what the whole run left behind are last."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("runs_last"):
        return 3
    if item.nodeid.startswith(JOURNEYS):
        return 0
    return 1 if item.get_closest_marker("takes_minutes") else 2


class OneStack(LoadScopeScheduling):
    """Hands out whole files, in their order; all journeys go to one process, because they share one
    stack.

    (pytest-xdist's own groups find nothing in pytest 9.2, which made a test's id unchangeable.)
    """

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneStack:
    config.option.loadscopereorder = False  # not those files first that hold the most tests
    return OneStack(config, log)


def part(nodeid: str) -> str:
    """A part of the run: `tests/functions/events/test_rules.py::test_it` is `functions: rules`."""
    folders = PurePosixPath(nodeid.partition("::")[0]).parts[1:]
    match folders:
        case ("functions", *_, name):
            return "functions: rules" if "rules" in name else "functions: handlers"
        case ("infra", "dev", room, _):
            return f"infra: {room}"
        case (folder, _, *_):
            return folder
        case _:
            return "layout rules"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted; and seconds of each part, fixtures included, the most first."""
    _print_figures(terminalreporter)
    if stale := written_in_run.summary(terminalreporter.config):
        terminalreporter.line(stale, red=True)
    seconds: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[part(report.nodeid)] += report.duration
                tests[part(report.nodeid)] += report.when == "call"
    if seconds:
        terminalreporter.section("how long each part took")
    for name, took in seconds.most_common():
        terminalreporter.line(f"{took:7.1f} s {tests[name]:5} tests  {name}")


def _print_figures(terminalreporter: pytest.TerminalReporter) -> None:
    """Every `record_property` of a test, where it passed or not."""
    every = [report for reports in terminalreporter.stats.values() for report in reports]
    calls = [report for report in every if getattr(report, "when", "") == "call"]
    for name, figures in (pair for report in calls for pair in report.user_properties):
        terminalreporter.line(f"{name}: {figures}")
