"""The stage for attacks."""

from tests.functions.attacks.world import world

__all__ = ["world"]
