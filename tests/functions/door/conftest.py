"""What has happened when a test of the door begins."""

from tests.functions.events.conftest import confirm_link, published

__all__ = ["confirm_link", "published"]
