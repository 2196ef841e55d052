"""Why the local stack can't run: one line that says what to do."""


class LocalError(Exception):
    """Told to the person as it stands."""


class StoppedError(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""
