"""A row of the table: our figure, the peer's figure, and whether the goal is met."""

from typing import Any

Row = dict[str, Any]  # {"name", "ours", "peer", "ratio", "goal", "holds"} and perhaps "note"


def row(name: str, ours: float, peer: float, goal: float, note: str = "") -> Row:
    """`ours` and `peer` in the same unit; the goal is the most that their ratio may be."""
    ratio = ours / peer
    numbers = {"ours": round(ours, 4), "peer": round(peer, 4), "ratio": round(ratio, 4)}
    return _with(note, {"name": name, **numbers, "goal": goal, "holds": ratio <= goal})


def limit(name: str, ours: float, goal: float, note: str = "") -> Row:
    """A goal without a peer: the most that `ours` may be."""
    numbers = {"ours": round(ours, 4), "peer": None, "ratio": None}
    return _with(note, {"name": name, **numbers, "goal": goal, "holds": ours <= goal})


def failed(name: str, error: Exception) -> Row:
    """A benchmark that failed: its goal counts as missed."""
    unknown = dict.fromkeys(("ours", "peer", "ratio", "goal"))
    return {"name": name, **unknown, "holds": False, "note": f"{type(error).__name__}: {error}"}


def _with(note: str, row: Row) -> Row:
    return row | {"note": note} if note else row
