"""Errors of the cloud and the build. Each message is one line with its remedy."""


class CloudError(Exception):
    """AWS refused or was unreachable."""


class ParameterError(Exception):
    """The template's parameters contradict each other or the account. Nothing was changed."""


class StackFailedError(Exception):
    """A change of the stack began and failed. CloudFormation has rolled a deploy back."""

    def __init__(self, stack: str, status: str, reasons: list[str]) -> None:
        super().__init__(f"stack {stack} failed ({status})")
        self.reasons = reasons


class BuildError(Exception):
    """The functions' code can't be packed, or the build is incomplete."""
