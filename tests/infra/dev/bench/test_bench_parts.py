"""The parts of the benchmarks: that they measure what they say, at a small size."""

import subprocess
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import yaml

from infra.dev.bench import __main__ as bench
from infra.dev.bench import bring_in_a_list, cold_start, many_people, site_build
from infra.dev.bench.support import endpoint, generated_items, timing
from infra.dev.bench.support.counting_proxy import counting


def test_every_named_benchmark_can_be_run_alone():
    names = ["cold_start", "site_build", "publish_one_change"]
    names += ["dispatch", "dispatch_cost", "invite_10k", "dispatch_100k"]
    names += ["retention_500k", "rsvp_write_units", "rsvp_rush", "segment_500k"]
    names += ["desk_search_500k", "import_50k", "door_list_500"]
    assert list(bench.BENCHMARKS) == names


def test_a_list_is_brought_in_whole():
    seconds, memory = bring_in_a_list.run(rows=40, few=20)
    assert seconds["holds"]
    assert memory["ours"] > 0


@pytest.fixture(scope="module")
def runtime():
    with cold_start.deployed() as runtime:
        yield runtime


@pytest.mark.parametrize("who", cold_start.PATHS)
def test_a_first_request_is_answered_successfully(runtime, who):
    with endpoint.running() as address:
        cold_start.fill(address)
        whole, inside = cold_start.once(runtime, address, who, 1)
    assert 0 < inside < whole


def test_a_failed_response_is_not_measured(runtime):
    with endpoint.running() as address:
        endpoint.fill(address, cold_start.published()[:1])  # no such event
        with pytest.raises(RuntimeError, match="410"):
            cold_start.once(runtime, address, "rsvp", 1)


def test_a_cold_start_leaves_no_bytecode_behind_for_the_next(runtime):
    before = sorted(runtime.task.rglob("*.pyc"))
    with endpoint.running() as address:
        cold_start.once(runtime, address, "bare", 1)
    assert sorted(runtime.task.rglob("*.pyc")) == before
    assert len(before) == len(list(runtime.task.rglob("*.py")))


IMPORT_ALL = """
import importlib, pkgutil, functions
for module in pkgutil.walk_packages(functions.__path__, "functions."):
    print(importlib.import_module(module.name).__name__)
for package in ("icalendar", "idna", "itsdangerous", "jinja2"):
    importlib.import_module(package)
"""


def test_lambda_s_python_imports_every_module_from_the_artifact_alone(runtime):
    # -I and -S: neither this repository nor this environment's packages.
    program = f"import sys; sys.path.append({str(runtime.task)!r}); {IMPORT_ALL}"
    command = [str(runtime.python), "-I", "-S", "-B", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert "functions.post.handler" in done.stdout.split()


def test_a_long_program_runs_once_and_a_short_one_counts_by_its_median():
    runs = {"short": [3.0, 1.0, 2.0], "long": [21.0]}

    def program(name):
        return lambda: timing.Took(runs[name].pop(0), 1.0)

    assert [took.wall for took in timing.medians(program("short"), program("long"))] == [2.0, 21.0]


def test_cpu_time_is_that_of_the_program_alone():
    took = timing.run([sys.executable, "-c", "sum(range(3_000_000))"])
    asleep = timing.run([sys.executable, "-c", "import time; time.sleep(0.3)"])
    assert took.cpu > 0
    assert asleep.wall >= 0.3 > asleep.cpu


def test_a_failed_program_is_reported_with_its_message():
    with pytest.raises(RuntimeError, match="no such item"):
        timing.run([sys.executable, "-c", "raise SystemExit('no such item')"])


def test_plain_material_has_every_item_in_its_navigation(tmp_path):
    project = generated_items.project(tmp_path / "few", 100)
    nav = yaml.safe_load(
        (site_build.plain(project, tmp_path / "plain") / "mkdocs.yml").read_text()
    )["nav"]
    assert sum(len(pages) for section in nav for pages in section.values()) == 100


def test_the_counter_counts_and_passes_on_every_request():
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with counting(f"http://127.0.0.1:{server.server_port}") as counter:
            for n in range(3):
                with urllib.request.urlopen(f"{counter.address}/{n}?a=%2B", timeout=5) as answer:
                    assert answer.read() == f"/{n}?a=%2B".encode()
            assert counter.requests == 3
        server.shutdown()


class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.path)))
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_):
        pass


def test_a_search_and_a_segment_are_measured_on_a_few_members():
    (searched,) = many_people.run_search(members=600)
    assert 0 < searched["ours"] <= many_people.MOST_UNITS
    units, memory = many_people.run_segment(members=400, few=200)
    assert units["ratio"] == pytest.approx(1, abs=0.5)  # each shard of so few is rounded up
    assert memory["holds"]
