"""Every exception of the functions. `core.web.responses` holds the table from these to pages."""


class AlumniError(Exception):
    """The root, so that a door can tell ours from a defect."""


class BadInputError(AlumniError):
    """What a person typed can't be used: field → message that says what to write."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class BadRequestError(AlumniError):
    """What a program sent can't be read; `status` is a 4xx that CloudFront maps to no page."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class GoneError(AlumniError):
    """A link that is forged, expired or about something that is no more."""


class StaleError(AlumniError):
    """A link that a newer one has replaced."""


class TooManyError(AlumniError):
    """A limit is reached; later it works again."""


class RefusedError(AlumniError):
    """A conditional write did not happen; `failed` holds the positions whose condition failed."""

    def __init__(self, failed: frozenset[int], items: dict[int, dict[str, object]]) -> None:
        super().__init__(f"condition failed at {sorted(failed)}")
        self.failed = failed
        self.items = items  # the stored items at those positions, where they were asked for


class ContentError(AlumniError):
    """The bucket holds something else than what was published and planned."""
