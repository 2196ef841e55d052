"""`python -m infra.local.leash COMMAND…`: become COMMAND, and be told to stop when the parent dies.

So a supervisor that is killed outright leaves nothing running. Only Linux has such a leash.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    command = sys.argv[1:]
    os.execvp(command[0], command)  # noqa: S606 - becoming a program is what this is for


if __name__ == "__main__":
    main()
