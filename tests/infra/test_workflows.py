"""The workflows for GitHub and GitLab are valid, have few rights, and see the whole history.

tests/e2e/test_workflows.py runs their commands.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.dev.lint import __main__ as lint
from infra.paths import ROOT

CHECKS = {name: command for name, command in lint.STEPS if name != "checkov"}
FAULTS = {
    ("GitHub workflows", "check.yml"): ("runs-on:", "runs-at:"),
    ("GitLab pipeline", ".gitlab-ci.yml"): ("script:", "scripts:"),
    ("zizmor", "publish.yml"): ("alumni publish", "alumni publish ${{ github.head_ref }}"),
}


def read(path: str) -> Any:
    text = (ROOT / path).read_text(encoding="utf-8")
    return yaml.load(text, yaml.BaseLoader)  # otherwise the key `on` is True


GITHUB = {Path(path).stem: read(path) for path in lint.GITHUB_WORKFLOWS}
JOBS = [job for workflow in GITHUB.values() for job in workflow["jobs"].values()]


def test_every_workflow_is_linted():
    folder = ROOT / ".github" / "workflows"
    assert {path.relative_to(ROOT).as_posix() for path in folder.iterdir()} == set(
        lint.GITHUB_WORKFLOWS
    )


@pytest.mark.parametrize(("check", "file"), FAULTS)
def test_the_linter_passes_ours_and_refuses_a_fault(check: str, file: str, tmp_path: Path):
    command = CHECKS[check]
    assert lint.run(command) is None
    right, wrong = FAULTS[check, file]
    broken = tmp_path / ".github" / "workflows" / file
    broken.parent.mkdir(parents=True)
    (ours,) = (path for path in command if path.endswith(file))
    text = (ROOT / ours).read_text(encoding="utf-8")
    assert right in text
    broken.write_text(text.replace(right, wrong), encoding="utf-8")
    options = [part for part in command if not part.endswith(".yml")]
    assert lint.run((*options, str(broken))) is not None


def test_only_the_publishing_job_may_identify_itself_to_aws():
    may = [job.get("permissions", {}).get("id-token") for job in JOBS]
    assert may.count("write") == 1
    assert GITHUB["publish"]["jobs"]["publish"]["permissions"] == {
        "contents": "read",
        "id-token": "write",
    }
    assert GITHUB["check"]["permissions"] == {"contents": "read"}


def test_every_checkout_has_the_whole_history_and_is_pinned_by_its_hash():
    uses = [step for job in JOBS for step in job["steps"] if "uses" in step]
    assert len(uses) == len(JOBS)
    for step in uses:
        action, _, version = step["uses"].partition("@")
        assert action == "actions/checkout"
        assert len(version) == 40
        assert step["with"]["fetch-depth"] == "0"
    assert read(lint.GITLAB)["variables"]["GIT_DEPTH"] == "0"


def test_main_is_published_at_every_change_and_every_night_one_at_a_time():
    workflow = GITHUB["publish"]
    assert workflow["on"]["push"] == {"branches": ["main"]}
    (nightly,) = workflow["on"]["schedule"]
    minute, hour, *days = nightly["cron"].split()
    assert minute.isdigit()
    assert hour.isdigit()
    assert days == ["*", "*", "*"]
    assert workflow["concurrency"] == {"group": "publish", "cancel-in-progress": "false"}
    assert read(lint.GITLAB)["publish"]["resource_group"] == "publish"


def test_a_proposal_is_checked_and_never_published():
    assert set(GITHUB["check"]["on"]) == {"pull_request"}
    pipeline = read(lint.GITLAB)
    for name in ("check", "links"):
        assert [rule["if"] for rule in pipeline[name]["rules"]] == [
            '$CI_PIPELINE_SOURCE == "merge_request_event"'
        ]
    (rule,) = pipeline["publish"]["rules"]
    assert rule == {"if": "$ALUMNI_ROLE && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}
