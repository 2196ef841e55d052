"""What can go wrong between us and the cloud. Each message is one line that says what to do."""


class CloudError(Exception):
    """The cloud said no, or can't be asked."""


class StackFailedError(Exception):
    """A deploy began and failed; nothing is left half-changed, CloudFormation rolled it back."""

    def __init__(self, stack: str, status: str, reasons: list[str]) -> None:
        super().__init__(f"stack {stack} failed ({status})")
        self.reasons = reasons


class BuildError(Exception):
    """The artifact can't be made of what is here."""
