"""Publish a build, nothing else: `publish_once.py BUILD PUBLIC PRIVATE DISTRIBUTION`.

The cloud's address and credentials are read from the environment, as by `aws`.
"""

import os
import sys
from pathlib import Path

from infra.cloud.aws import Aws
from infra.cloud.publishing.publication import Destination, publish


def main(build: Path, public: str, private: str, distribution: str) -> None:
    aws = Aws(os.environ["AWS_DEFAULT_REGION"], os.environ["AWS_ENDPOINT_URL"])
    publish(aws, Destination(public, private, distribution), build / "site", build / "private")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
