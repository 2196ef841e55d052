"""What `make bench` shows and writes, whatever was measured."""

import json

import pytest
from rich.console import Console

from infra.dev.bench import __main__ as bench
from infra.dev.bench.support.rows import limit, row

KEYS = ["name", "ours", "peer", "ratio", "goal", "holds"]


def shown(rows) -> str:
    console = Console(width=160, record=True, quiet=False, file=None, force_terminal=False)
    with console.capture() as capture:
        console.print(bench.table(rows))
    return capture.get()


def test_a_row_has_all_fields_of_the_report(good, bad):
    assert list(good) == [*KEYS, "note"]
    assert list(bad) == KEYS
    assert (good["ratio"], good["holds"]) == (0.1429, True)
    assert (bad["peer"], bad["ratio"], bad["holds"]) == (None, None, False)


def test_a_goal_is_met_up_to_and_including_its_value():
    assert row("a", 1.5, 1.0, 1.5)["holds"]
    assert not row("a", 1.50001, 1.0, 1.5)["holds"]
    assert limit("a", 25, 25)["holds"]
    assert not limit("a", 25.001, 25)["holds"]


def test_all_rows_are_written_and_met_goals_exit_with_0(measured, good, tmp_path):
    measured(first=[good], second=[good | {"name": "other"}])
    report = tmp_path / "build" / "bench.json"
    assert bench.main([], report) == 0
    assert json.loads(report.read_text()) == [good, good | {"name": "other"}]


def test_a_missed_goal_is_shown_written_and_exits_with_1(measured, good, bad, tmp_path, capsys):
    measured(site_build=[good, bad])
    report = tmp_path / "bench.json"
    assert bench.main([], report) == 1
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "check_1000" in line)
    assert "NO" in line
    assert [written["holds"] for written in json.loads(report.read_text())] == [True, False]


def test_a_failed_benchmark_misses_its_goal_and_the_others_still_run(measured, good, tmp_path):
    measured(broken=RuntimeError("no aws"), site_build=[good])
    report = tmp_path / "bench.json"
    assert bench.main([], report) == 1
    broken, other = json.loads(report.read_text())
    assert [*broken] == [*KEYS, "note"]
    assert (broken["holds"], broken["note"]) == (False, "RuntimeError: no aws")
    assert other == good


def test_the_parts_of_a_figure_are_shown_the_most_expensive_first(measured, good, capsys):
    part = {"part": "queue", "number": 12, "unit": "requests", "cents": 0.4, "percent": 0.4}
    dear = part | {"part": "events", "cents": 1.0, "percent": 1.0}
    measured(dispatch_cost=[good | {"details": [part, dear]}])
    assert bench.main(["--only", "dispatch_cost"]) == 0
    lines = capsys.readouterr().out.splitlines()
    parts = [line for line in lines if "queue" in line or "events" in line]
    assert ["events" in parts[0], "0.4000" in parts[1], len(parts)] == [True, True, 2]


def test_a_benchmark_run_alone_writes_no_report(measured, good, bad, tmp_path):
    measured(site_build=[good], other=[bad])
    report = tmp_path / "bench.json"
    assert bench.main(["--only", "site_build"], report) == 0
    assert bench.main(["--only", "other"], report) == 1
    assert not report.exists()


def test_an_unknown_benchmark_is_a_usage_error(measured, good):
    measured(site_build=[good])
    with pytest.raises(SystemExit, match="2"):
        bench.main(["--only", "nothing"])


def test_numbers_are_formatted_for_people(good, bad):
    text = shown([good, bad | {"ours": 85_307_392}])
    assert "0.143" in text
    assert "85,307,392" in text
    assert [bench.shown(n) for n in (None, 16, 0.2)] == ["–", "16", "0.2"]  # noqa: RUF001


def test_a_busy_machine_is_reported_because_wall_times_then_mean_little():
    assert bench.busy(1.9, 2) == "load 1.9 on 2 cores"
    assert "measure again" in bench.busy(2.1, 2)
