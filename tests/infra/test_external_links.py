"""No dead link is published, and a slow server delays nobody."""

import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from microsite.content import edition
from typer.testing import CliRunner

from infra import external_links
from infra.alumni import check_and_build, main
from infra.external_links import LinkStatus
from tests.company_project import COMPANY


class Server(ThreadingHTTPServer):
    """Answers `/<status>`; counts its requests by method and path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: Counter[tuple[str, str]] = Counter()
        self.agents: set[str] = set()
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_HEAD(self) -> None:
        self.server.requests[self.command, self.path] += 1
        self.server.agents.add(self.headers["User-Agent"])
        status, _, to = self.path[1:].partition("/")
        if status == "slow":
            threading.Event().wait(1)
        if status == "getonly":
            status = "405" if self.command == "HEAD" else "200"
        self.send_response(int(status) if status.isdigit() else 200)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 - as the standard library calls it

    def log_message(self, *_: object) -> None:
        """Not into the test's output."""


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.mark.parametrize(
    ("path", "answer", "methods"),
    [
        ("/200", LinkStatus.OK, ["HEAD"]),
        ("/getonly", LinkStatus.OK, ["HEAD", "GET"]),
        ("/405", LinkStatus.OK, ["HEAD", "GET"]),
        ("/401", LinkStatus.OK, ["HEAD"]),
        ("/404", LinkStatus.GONE, ["HEAD"]),
        ("/410", LinkStatus.GONE, ["HEAD"]),
        ("/500", LinkStatus.UNANSWERED, ["HEAD", "HEAD"]),
        ("/503", LinkStatus.UNANSWERED, ["HEAD", "HEAD"]),
        ("/Å b?q=ö", LinkStatus.OK, ["HEAD"]),
    ],
)
def test_a_link_gets_the_status_of_its_hosts_answer(server: Server, path, answer, methods):
    url = server.url + path
    assert external_links.link_statuses([url], "us")[url][0] is answer
    assert list(server.requests.elements()) == [
        (method, external_links._in_ascii(path)) for method in methods
    ]
    assert server.agents == {"us"}


@pytest.mark.parametrize(
    ("url", "in_idna_2008"),
    [
        ("https://fußball.example/", "https://xn--fuball-cta.example/"),
        ("https://Räksmörgås.example:8443/å", "https://xn--rksmrgs-5wao1o.example:8443/%C3%A5"),
        ("http://Example.com/a_b", "http://example.com/a_b"),
        ("http://[::1]:80/", "http://[::1]:80/"),
    ],
)
def test_a_host_is_asked_by_its_name_in_idna_2008(url, in_idna_2008):
    """IDNA 2003 took ß for ss, and asked another host."""
    assert external_links._in_ascii(url) == in_idna_2008


def test_a_host_that_can_not_be_is_not_asked():
    assert not external_links._is_testable("https://a\u2603b.com/")
    assert external_links._is_testable("https://räksmörgås.com/")
    assert not external_links._is_testable("https://räksmörgås.example/")


def test_a_redirect_is_followed_to_the_web_only(server: Server):
    good, gone, local = (
        f"{server.url}/302/{to}" for to in (f"{server.url}/200", "/404", "file:///etc/passwd")
    )
    statuses = external_links.link_statuses([good, gone, local], "us")
    assert [answer for answer, _ in statuses.values()] == [
        LinkStatus.OK,
        LinkStatus.GONE,
        LinkStatus.UNANSWERED,
    ]
    assert "302" in statuses[local][1]


def test_a_slow_host_is_tried_twice_and_reported(server: Server, monkeypatch):
    monkeypatch.setattr(external_links, "TIMEOUT_SECONDS", 0.05)
    url = f"{server.url}/slow"
    assert external_links.link_statuses([url], "us")[url] == (
        LinkStatus.UNANSWERED,
        "did not answer within 0.05 seconds",
    )


def test_an_unreachable_host_is_reported():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        answer, why = external_links.link_statuses([url], "us")[url]
    assert answer is LinkStatus.UNANSWERED
    assert "refused" in why


@pytest.fixture
def items(tmp_path, monkeypatch):
    """A site in which each of two items has one of the given links."""
    from tests.site import project

    site = project.make(tmp_path)
    monkeypatch.setattr(check_and_build, "ROOT", tmp_path)

    def write(*urls: str) -> None:
        body = "\n".join(f"[a]({url})" for url in urls)
        site.write("news/one.md", body)
        site.write("news/two.md", f"Words.\n{body}#part")

    return write


def check(*arguments: str):
    return CliRunner().invoke(main.app, ["check", "--links", *arguments])


def test_a_dead_link_is_tested_once_and_reported_wherever_it_appears(server: Server, items):
    items(f"{server.url}/404")
    result = check()
    assert result.exit_code == 1
    aws_clients = [line.split(": ")[0] for line in result.stderr.splitlines()]
    assert aws_clients == ["site/content/news/one.md:6", "site/content/news/two.md:7"]
    assert server.requests.total() == 1
    assert "alumni-link-check (+https://alumni.fjardholm" in server.agents.pop()


def test_a_host_that_did_not_answer_is_reported_without_failing(server: Server, items):
    items(f"{server.url}/503")
    result = check()
    assert (result.exit_code, "did not answer (503)" in result.stdout) == (0, True)
    document = json.loads(check("--json").stdout)
    assert document["problems"] == []
    assert [link["line"] for link in document["links"]["unanswered"]] == [6, 7]


@pytest.fixture
def nameless(monkeypatch):
    """Names mean nothing, addresses do."""
    real = socket.getaddrinfo

    def resolve(host, *rest, **options):
        if not host[0].isdigit():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_without_a_network_no_link_is_tested_and_nothing_fails(items, nameless):
    items("https://one.se/", "https://two.se/")
    result = check()
    assert result.exit_code == 0
    assert "No network: external links not tested" in result.stdout


def test_an_unknown_host_is_a_problem(server: Server, items, nameless):
    items(f"{server.url}/200", "https://one.se/")
    result = check()
    assert result.exit_code == 1
    assert "site/content/news/one.md:7: link 'https://one.se/' has an unknown host" in result.stderr


def test_example_domains_email_addresses_and_own_pages_are_not_tested(items):
    items("https://example.com/a", "https://sub.example.org/", "mailto:a@b.se", "/about/")
    document = json.loads(check("--json").stdout)
    assert document["links"] == {"tested": 0, "unanswered": [], "network": True}


def test_the_apply_link_of_a_job_is_tested():
    sample = edition.read(COMPANY)
    job = next(item for item in sample.items if item.kind == "jobs")
    assert dict(external_links._links(job, sample.settings))[job.apply] == job.lines["apply"]
