"""`python -m infra.dev.local.leash PARENT COMMAND…`: become COMMAND, and stop when PARENT dies.

So a supervisor that is killed leaves nothing running. Only Linux supports this.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        # The parent may have died before this call.
        if os.getppid() != int(parent):
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - becoming a program is what this is for


if __name__ == "__main__":
    main()
