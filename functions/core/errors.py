"""Every exception of the functions. `core.web.responses` holds the table from these to pages."""


class AlumniError(Exception):
    """The base class: any other exception is a defect."""


class BadInputError(AlumniError):
    """A form can't be used: `errors` holds field → message that says what to write."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class BadRequestError(AlumniError):
    """A request can't be read; `status` is a 4xx that CloudFront maps to no page."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class GoneError(AlumniError):
    """A link is forged or expired, or its event, sign-up or member no longer exists."""


class TooManyError(AlumniError):
    """A limit is reached; trying again later works."""


class RefusedError(AlumniError):
    """A conditional write did not happen; `failed` holds the positions whose condition failed."""

    def __init__(self, failed: frozenset[int], items: dict[int, dict[str, object]]) -> None:
        super().__init__(f"condition failed at {sorted(failed)}")
        self.failed = failed
        self.items = items  # the stored items at those positions


class ContentError(AlumniError):
    """A file in the private bucket is not the one that was published."""


class UnusableSecretError(AlumniError):
    """A secret in SSM is missing or malformed. The message doesn't quote it."""
