"""The chart of emails sent over time: coordinates of its line, area and ticks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from functions.core.clock import DAY, HOUR, MINUTE
from functions.core.figures import figure
from functions.figures.plots import nice_step
from functions.newsletter.rules.report import Timeline

WIDTH, HEIGHT = 720, 300  # of the picture, in its own units
LEFT, RIGHT, TOP, BOTTOM = 84, 690, 16, 256  # of the plot in it, with room for its labels
MOST_TICKS = 6
ROWS = 24  # of the table with the same figures
STEPS = (
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 6, 12)),
    *(DAY * n for n in (1, 2, 7, 14, 28, 91, 182, 364)),
)


@dataclass(frozen=True)
class Tick:
    at: float  # on its axis
    label: str


@dataclass(frozen=True)
class Chart:
    line: str  # an SVG path
    area: str
    across: list[Tick]
    up: list[Tick]
    rows: list[tuple[str, str, str]]  # beginning of a period, emails sent in it and until its end


def chart(timeline: Timeline, zone: str) -> Chart | None:
    """None if nothing was sent."""
    points = _cumulative(timeline)
    if not points:
        return None
    (start, _), (end, total) = points[0], points[-1]
    top = nice_step(total) * -(-total // nice_step(total))
    aws_clients = [
        (LEFT + (at - start) / (end - start) * (RIGHT - LEFT), _height(count, top))
        for at, count in points
    ]
    line = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in aws_clients)
    return Chart(
        line=line,
        area=f"{line} L{RIGHT} {BOTTOM} L{LEFT} {BOTTOM} Z",
        across=_times(start, end, ZoneInfo(zone)),
        up=[
            Tick(round(_height(count, top), 1), figure(count, "en"))
            for count in range(0, top + 1, nice_step(total))
        ],
        rows=_rows(timeline.within(ROWS), ZoneInfo(zone)),
    )


def _cumulative(buckets: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """(second, recipients so far): constant between buckets, linear within one."""
    width = getattr(buckets, "width", MINUTE)
    points: list[tuple[int, int]] = []
    so_far = 0
    for at, count in buckets:
        if not points or points[-1][0] < at:
            points.append((at, so_far))
        so_far += count
        points.append((at + width, so_far))
    return points


def _height(count: int, top: int) -> float:
    return BOTTOM - count / top * (BOTTOM - TOP)


def _times(start: int, end: int, zone: ZoneInfo) -> list[Tick]:
    """Ticks at whole minutes, hours or days in the zone; midnight is labelled with its date."""
    step = next((step for step in STEPS if (end - start) / step <= MOST_TICKS), STEPS[-1])
    offset = datetime.fromtimestamp(start, zone).utcoffset()
    shift = int(offset.total_seconds()) if offset else 0
    first = -(-(start + shift) // step) * step - shift
    return [
        Tick(
            round(LEFT + (at - start) / (end - start) * (RIGHT - LEFT), 1),
            _label(datetime.fromtimestamp(at, zone)),
        )
        for at in range(first, end + 1, step)
    ]


def _label(moment: datetime) -> str:
    is_midnight = (moment.hour, moment.minute) == (0, 0)
    return f"{moment.day} {moment:%b}" if is_midnight else f"{moment:%H:%M}"


def _rows(timeline: Timeline, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    so_far = 0
    rows = []
    for at, count in timeline.filled():
        so_far += count
        moment = datetime.fromtimestamp(at, zone)
        rows.append((f"{moment:%Y-%m-%d %H:%M}", figure(count, "en"), figure(so_far, "en")))
    return rows
