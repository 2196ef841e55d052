"""Why the local stack can't run; each message is one line with its remedy."""


class LocalError(Exception):
    """Its message is printed as it is."""


class StoppedError(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""
