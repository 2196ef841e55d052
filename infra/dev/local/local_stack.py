"""A local stack: its processes, `alumni deploy`, its addresses. The demo and the tests run one."""

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from microsite.content import settings

from infra.cloud import local_access
from infra.cloud.aws import Aws
from infra.cloud.local_access import STATE
from infra.cloud.progress import Report, silent
from infra.dev.local import saved_state as states
from infra.dev.local.local_errors import LocalError
from infra.dev.local.ports import HOST, Ports
from infra.dev.local.processes import Process, run
from infra.dev.local.run_ministack import UNREADABLE
from infra.paths import ROOT

REGION = "eu-north-1"
NAME = "alumni"
LONGEST_CATALOGUE_SECONDS = 90.0
CLOUD_PYTHON = ROOT / ".venv-cloud" / "bin" / "python"
CLOUD_PROGRAM = Path(__file__).parent / "run_ministack.py"
ALUMNI = (sys.executable, "-m", "infra.alumni.main")


class Stack:
    """`with Stack(...) as stack:` runs it; on exit every process ends and the state is kept."""

    def __init__(
        self,
        ports: Ports | None = None,
        state: Path = STATE,
        parameters: Mapping[str, str] | None = None,
        *,
        root: Path = ROOT,
        report: Report = silent,
    ) -> None:
        self.ports = ports or Ports()
        self.state = state.absolute()
        self.root = root
        self.outputs: dict[str, str] = {}
        self._parameters = dict(parameters or {})
        self._report = report
        self._processes: list[Process] = []
        self._lock: int | None = None

    @property
    def site_url(self) -> str:
        return f"http://localhost:{self.ports.site}"

    @property
    def mailbox_url(self) -> str:
        return f"http://localhost:{self.ports.mailbox}"

    @property
    def cloud_url(self) -> str:
        return f"http://localhost:{self.ports.cloud}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of programs that use this cloud as its root user."""
        access = local_access.read(self.state)
        return _environment_without_aws() | access.environment | {"ALUMNI_STACK": NAME}

    def client(self, service: str) -> Any:
        import boto3

        access = local_access.read(self.state)
        keys = (access.access_key_id, access.secret_access_key)
        session = boto3.Session(*keys, region_name=access.region)
        return session.client(service, endpoint_url=self.cloud_url)  # type: ignore[call-overload]

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Raises LocalError with one line and its remedy."""
        if not CLOUD_PYTHON.exists():
            raise LocalError("The local cloud is not installed: run `make env`.")
        self.ports.require_free()
        self._lock = states.hold(self.state)
        if states.make_whole(self.state):
            self._report("restoring the last saved state: the last run didn't save its own", 0, 0)
        self._report("starting the inbox", 0, 0)
        self._start_mailbox()
        self._report("starting the local cloud", 0, 0)
        self._start_cloud()
        self._report("deploying, and publishing the site", 0, 0)
        self.outputs = self.alumni("deploy", "--yes", *self._deploy_parameters())["outputs"]
        self._report("waiting for the functions to load the catalogue", 0, 0)
        self._wait_for_catalogue()
        self._report("starting the site", 0, 0)
        self._start_edge()

    def stop(self) -> None:
        """End every process, the latest first."""
        while self._processes:
            self._processes.pop().stop()
        if self._lock is not None:
            shutil.rmtree(self.state / states.TEMPORARY, ignore_errors=True)
            os.close(self._lock)
            self._lock = None

    def require_alive(self) -> None:
        for process in self._processes:
            process.require_alive()

    def alumni(self, *arguments: str) -> Any:
        """Run the `alumni` command on this cloud; return its JSON.

        Raises:
                LocalError: the command failed; with its error message.
        """
        done = run([*ALUMNI, *arguments, "--json"], self.environment, self.root)
        if done.returncode != 0:
            # If a part has died, that is the error to report.
            self.require_alive()
            raise LocalError(f"`alumni {arguments[0]}` failed: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def catalogue(self) -> dict[str, Any]:
        """As it was published last."""
        bucket = self.outputs["PrivateBucket"]
        stored = self.client("s3").get_object(Bucket=bucket, Key="catalogue.json")
        return dict(json.load(stored["Body"]))

    def aws(self) -> Aws:
        return Aws(REGION, self.cloud_url)

    def _deploy_parameters(self) -> list[str]:
        values = {
            "SiteUrl": f"{self.site_url}/",
            "Sender": sender(settings.load(self.root).site_name),
            "SenderDomain": "example.com",
            # The distribution reaches the API by a path here, not by a host name of its own.
            "ApiOriginDomain": "localhost",
            "ApiOriginPort": str(self.ports.cloud),
            "ApiOriginPath": "/_aws/execute-api",
            "ViewerProtocolPolicy": "allow-all",
            "Permissions": "local",
            **self._parameters,
        }
        return [
            part for name, value in values.items() for part in ("--parameter", f"{name}={value}")
        ]

    def _run(
        self, name: str, *command: str, environment: Mapping[str, str] | None = None
    ) -> Process:
        log = self.state / states.LOGS / f"{name.replace(' ', '-')}.log"
        process = Process(name, command, environment or os.environ, log, self._lock)
        self._processes.append(process)
        return process

    def _start_mailbox(self) -> None:
        ports = ("--smtp", str(self.ports.smtp), "--web", str(self.ports.mailbox))
        folder = ("--folder", str(self.state / states.MAILS), "--pictures-from", self.site_url)
        process = self._run("mailbox", sys.executable, "-m", "infra.dev.mailbox", *ports, *folder)
        process.wait_for_port(self.ports.mailbox)
        process.wait_for_port(self.ports.smtp)

    def _start_cloud(self) -> None:
        process = self._run(
            "local cloud",
            # -P: the program's own folder is not a place to import from.
            *(str(CLOUD_PYTHON), "-P", str(CLOUD_PROGRAM), str(self.state / states.CLOUD)),
            environment=self._cloud_environment(),
        )
        try:
            process.wait_for_port(self.ports.cloud)
        except LocalError:
            if process.exit_code == UNREADABLE:
                raise LocalError(
                    f"The state in {self.state} is unreadable: run `make demo-reset` to delete it, "
                    "then start again."
                ) from None
            raise

    def _cloud_environment(self) -> dict[str, str]:
        temporary = self.state / states.TEMPORARY
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        access = local_access.prepare(self.state, self.cloud_url, REGION)
        return _environment_without_aws() | {
            "AWS_ACCESS_KEY_ID": access.access_key_id,
            "AWS_SECRET_ACCESS_KEY": access.secret_access_key,
            "GATEWAY_PORT": str(self.ports.cloud),
            "BIND_HOST": HOST,
            "AUTH": "true",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state / states.CLOUD),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.state / states.FILES),
            "SMTP_HOST": f"{HOST}:{self.ports.smtp}",
            "CLOUDTRAIL_RECORDING": "1",
            "MINISTACK_REGION": REGION,
            "TMPDIR": str(temporary),
            # These would listen on every interface.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
        }

    def _wait_for_catalogue(self) -> None:
        """The bucket's event wakes the function within a second; if it is lost, the tick does."""
        end = time.monotonic() + LONGEST_CATALOGUE_SECONDS
        sequence = self.catalogue()["sequence"]
        while self._applied_sequence() < sequence:
            self.require_alive()
            if time.monotonic() > end:
                raise LocalError("The functions did not load the catalogue: see the logs.")
            time.sleep(0.2)

    def _applied_sequence(self) -> int:
        key = {"pk": {"S": "CATALOGUE"}, "sk": {"S": "CATALOGUE"}}
        answer = self.client("dynamodb").get_item(TableName=self.outputs["TableName"], Key=key)
        return int(answer.get("Item", {}).get("sequence", {}).get("N", 0))

    def _start_edge(self) -> None:
        domain = self.outputs["DistributionDomain"]
        options = ("--port", str(self.ports.site), "--cloud", self.cloud_url, "--domain", domain)
        process = self._run("edge", sys.executable, "-m", "infra.dev.local.edge_proxy", *options)
        process.wait_for_port(self.ports.site)


def sender(site_name: str) -> str:
    """The site as a sender, without characters that template.yaml refuses in its name."""
    name = re.sub(r'[<>@,;"\r\n]', "", site_name).strip()
    return f"{name or 'Alumni'} <alumni@example.com>"


def _environment_without_aws() -> dict[str, str]:
    """This program's environment, so that no setting for the real cloud reaches the local one."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
