"""The commands of the workflows, as both code hosts run them, on the running stack."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.dev.local.local_stack import Stack
from infra.paths import ROOT
from tests.e2e.stack_access import OIDC_SUBJECT, identity_token

PYTHON = "make .venv/.made"  # the test has an environment already
INSTALL = f"{PYTHON} build/npm/.made"  # what is published needs the door's scripts, too
BEARER = "made up for this job"
ELSEWHERE = "repo:example@123/site@456:ref:refs/heads/other"

pytestmark = pytest.mark.stack


def read(path: str) -> Any:
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), yaml.BaseLoader)


class TokenEndpoint(BaseHTTPRequestHandler):
    """GitHub's, from which a job with `id-token: write` gets its identity token."""

    subject = OIDC_SUBJECT

    def do_GET(self) -> None:
        audience = self.path.rpartition("&audience=")[2]
        body = json.dumps({"value": identity_token(self.subject, audience)}).encode()
        self.send_response(200 if self.headers["Authorization"] == f"bearer {BEARER}" else 401)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="module")
def token_url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), TokenEndpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/token?api-version=2.0"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clone(folder: Path) -> Iterator[Path]:
    """HR's clone, with the command where `make` would have installed it."""
    command = folder / ".venv" / "bin" / "alumni"
    command.parent.mkdir(parents=True, exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m infra.alumni.main "$@"\n')
    command.chmod(0o755)
    item = folder / "site" / "content" / "news" / "from-ci.md"
    yield folder
    item.unlink(missing_ok=True)


def write_item(clone: Path, day: str) -> None:
    (clone / "site" / "content" / "news" / "from-ci.md").write_text(
        f"---\ntitle: From CI\nsummary: No terminal.\ndate: {day}\n---\n\nHello.\n",
        encoding="utf-8",
    )


def variables(stack: Stack) -> dict[str, str]:
    """What the documents say to enter at the code host."""
    return {
        "ALUMNI_ROLE": stack.outputs["PublisherRoleArn"],
        "ALUMNI_REGION": stack.environment["AWS_REGION"],
        "ALUMNI_PUBLIC_BUCKET": stack.outputs["PublicBucket"],
        "ALUMNI_PRIVATE_BUCKET": stack.outputs["PrivateBucket"],
        "ALUMNI_DISTRIBUTION": stack.outputs["DistributionId"],
        "SITE_URL": stack.outputs["SiteUrl"],
    }


def shell(script: str, clone: Path, environment: dict[str, str]) -> Any:
    """Run a script with nothing of ours in its environment, no credentials above all."""
    path = {"PATH": os.environ["PATH"], "HOME": str(clone)}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        env=path | environment,
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
    )


def run_github(job: dict[str, Any], clone: Path, values: dict[str, str], **runner: str) -> Any:
    """Run a job's steps until one fails; returns the last one."""

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ (?:vars|runner)\.(\w+) \}\}", lambda name: values[name[1]], text)

    scripts = [step for step in job["steps"] if "run" in step]
    assert scripts[0]["run"] in {PYTHON, INSTALL}
    for step in scripts[1:]:
        own = {name: filled(value) for name, value in step.get("env", {}).items()}
        done = shell(step["run"], clone, runner | own)
        if done.returncode:
            break
    return done


def run_gitlab(name: str, clone: Path, environment: dict[str, str]) -> Any:
    pipeline = read(".gitlab-ci.yml")
    assert pipeline["default"]["before_script"] == [INSTALL]
    job = pipeline[name]
    everything = environment | {"CI_PROJECT_DIR": str(clone)}
    own = {
        key: re.sub(r"\$(\w+)", lambda match: everything[match[1]], value)
        for key, value in job.get("variables", {}).items()
    }
    done = shell("\n".join(job["script"]), clone, everything | own)
    after = shell("\n".join(job.get("after_script", ["true"])), clone, everything | own)
    assert after.returncode == 0, after.stderr
    return done


def publish_on_github(stack: Stack, clone: Path, token_url: str, temp: Path) -> Any:
    job = read(".github/workflows/publish.yml")["jobs"]["publish"]
    return run_github(
        job,
        clone,
        variables(stack) | {"temp": str(temp)},
        AWS_ENDPOINT_URL=stack.environment["AWS_ENDPOINT_URL"],
        ACTIONS_ID_TOKEN_REQUEST_URL=token_url,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN=BEARER,
    )


def publish_on_gitlab(stack: Stack, clone: Path, subject: str) -> Any:
    endpoint = {"AWS_ENDPOINT_URL": stack.environment["AWS_ENDPOINT_URL"]}
    token = {"IDENTITY_TOKEN": identity_token(subject)}
    return run_gitlab("publish", clone, variables(stack) | endpoint | token)


def test_github_publishes_main(stack: Stack, clone: Path, token_url: str, tmp_path: Path) -> None:
    write_item(clone, "2026-11-02")
    done = publish_on_github(stack, clone, token_url, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Uploaded" in done.stdout
    again = publish_on_github(stack, clone, token_url, tmp_path)
    assert "Nothing to publish" in again.stdout, "a nightly run without changes uploads nothing"
    assert (tmp_path / "identity-token").stat().st_mode & 0o077 == 0


def test_github_may_not_publish_another_branch(
    stack: Stack, clone: Path, token_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TokenEndpoint, "subject", ELSEWHERE)
    done = publish_on_github(stack, clone, token_url, tmp_path)
    assert done.returncode == 3
    assert "AssumeRoleWithWebIdentity" in done.stderr


def test_gitlab_publishes_and_leaves_no_token(stack: Stack, clone: Path) -> None:
    write_item(clone, "2026-11-03")
    done = publish_on_gitlab(stack, clone, OIDC_SUBJECT)
    assert done.returncode == 0, done.stderr
    assert "Uploaded" in done.stdout
    assert not (clone / "build" / "identity-token").exists()


def test_gitlab_may_not_publish_another_branch(stack: Stack, clone: Path) -> None:
    assert publish_on_gitlab(stack, clone, ELSEWHERE).returncode == 3


def test_a_proposal_with_a_mistake_fails_on_its_line(clone: Path) -> None:
    write_item(clone, "2026-11-32")
    jobs = read(".github/workflows/check.yml")["jobs"]
    for job in jobs.values():
        done = run_github(job, clone, {})
        assert done.returncode == 1
        assert "::error file=site/content/news/from-ci.md,line=4::" in done.stderr


def test_a_merge_request_with_a_mistake_shows_it(clone: Path) -> None:
    write_item(clone, "2026-11-32")
    assert run_gitlab("check", clone, {}).returncode == 1
    reports = read(".gitlab-ci.yml")["check"]["artifacts"]["reports"]
    listed = json.loads((clone / reports["codequality"]).read_text(encoding="utf-8"))
    (problem,) = (entry for entry in listed if entry["severity"] != "info")  # that is a warning
    assert problem["location"]["path"] == "site/content/news/from-ci.md"


def test_a_sound_proposal_passes(clone: Path) -> None:
    done = run_github(read(".github/workflows/check.yml")["jobs"]["check"], clone, {})
    assert done.returncode == 0, done.stderr
    assert run_gitlab("check", clone, {}).returncode == 0
