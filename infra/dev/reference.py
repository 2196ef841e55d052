"""The tables of docs/ that follow from the code: `python -m infra.dev.reference` renews them.

A page holds a table between `<!--NAME-->` and `<!--/NAME-->`; a test fails while one is outdated.
"""

import re
from collections.abc import Callable, Iterator

from microsite.content.front_matter import COMMON, FIELDS, Field
from microsite.content.mkdocs_yml import alumni_keys

from functions.core.keep import Keep
from functions.core.lifetimes import SIGNUP_DAYS
from functions.core.mail_kinds import KINDS, Kind
from functions.desk.access import ROUTES
from functions.privacy.data_map import RECORDS
from functions.privacy.records import DUE, Record
from functions.privacy.uses import USES, numbers
from functions.team.rules import Role
from infra import costs
from infra.cloud.template import load
from infra.paths import ROOT

HEADS = ("| field | | example | meaning |", "|---|---|---|---|")


def fields_table() -> Iterator[str]:
    """Every key of every kind's front matter; those that all kinds share stand first, once."""
    yield from _section("All kinds", COMMON)
    for kind, fields in FIELDS.items():
        own = {key: field for key, field in fields.items() if COMMON.get(key) != field}
        yield from _section(kind.capitalize(), own)


def _section(title: str, fields: dict[str, Field]) -> Iterator[str]:
    yield from ("", f"### {title}", "", *HEADS)
    for key, field in fields.items():
        required = "required" if field.required else ""
        yield f"| `{key}` | {required} | `{field.example}` | {field.meaning} |"


def settings_table() -> Iterator[str]:
    """Every key of extra.alumni, and then those of its parts."""
    for name, table in (("", alumni_keys.ALUMNI), *alumni_keys.PARTS.items()):
        title = f"### `{name}`" if name else "### `extra.alumni`"
        yield from ("", title, "", "| key | | example | meaning |", HEADS[1])
        for key, setting in table.items():
            required = "required" if setting.required else ""
            yield f"| `{key}` | {required} | `{setting.example}` | {setting.meaning} |"


def alarms_table() -> Iterator[str]:
    """Every alarm of the template with its advice, for docs/operating.md."""
    yield from ("", "| alarm | what happened, and what to do |", "|---|---|")
    for name, resource in load(ROOT / "template.yaml")["Resources"].items():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            advice = resource["Properties"]["AlarmDescription"]
            text = advice if isinstance(advice, str) else advice["Fn::Sub"]
            without_functions = re.sub(r"\$\{(?:AWS::)?([\w.]+)\}", r"<\1>", text)
            yield f"| `{name}` | {without_functions} |"


def mails_table() -> Iterator[str]:
    """Every kind of email, for docs/mail.md."""
    head = "| kind | when | legal basis | who may get it | limit |"
    yield from ("", head, "|---|---|---|---|---|")
    for name, kind in KINDS.items():
        yield f"| `{name}` | {kind.when} | {kind.basis} | {kind.to} | {_limit(kind)} |"


def _limit(kind: Kind) -> str:
    doors = " or ".join(f"`{door}`" for door in kind.doors)
    counted = [f"a day's share of {doors}"] if doors else []
    once = [f"once for each {kind.once}"] if kind.once else []
    bounced = ["after a bounce one a day"] if kind.proof else []
    return "; ".join(once + counted + bounced)


def items_table() -> Iterator[str]:
    """Every kind of item with its key and attributes, for docs/table.md."""
    yield from ("", "| item | `pk` | `sk` | attributes |", "|---|---|---|---|")
    for record in RECORDS:
        attributes = f"`{' '.join(record.attributes)}`" if record.attributes else ""
        marks = ", then ".join(f"`{mark}`" for mark in record.due)
        due = f"due as {marks}" if marks else ""
        text = "; ".join(filter(None, (attributes, due, record.note)))
        yield f"| {record.name} | `{record.pk}` | `{record.sk}` | {text} |"


def data_map() -> Iterator[str]:
    """What the table holds by what it is used for, attribute by attribute."""
    usual = numbers(Keep(), SIGNUP_DAYS)
    usual = numbers(Keep(), SIGNUP_DAYS)
    for use in USES:
        yield from ("", f"### {use.name}", "", "| what for | legal basis | kept | seen by |")
        yield from (
            "|---|---|---|---|",
            f"| {use.purpose} | {use.basis} | {use.kept % usual} | {use.seen_by} |",
        )
        yield from ("", "| item | attribute | what it holds |", "|---|---|---|")
        yield from (row for record in RECORDS if record.use is use for row in _map_rows(record))


def _map_rows(record: Record) -> Iterator[str]:
    due = DUE if record.due else {}
    in_key = {name: f"{text} (in its key)" for name, text in record.parts.items()}
    earlier = {name: f"{text} (only in old items)" for name, text in record.old.items()}
    for name, text in (in_key | dict(record.attributes) | earlier | due).items():
        yield f"| {record.name} | `{name}` | {text} |"


def desk_table() -> Iterator[str]:
    """What each role may do at the desk, for docs/desk.md."""
    yield from ("", "| page or deed | " + " | ".join(Role) + " |", "|---|" + "---|" * len(Role))
    for route in ROUTES:
        may = (" yes " if role.includes(route.least) else " " for role in Role)
        yield f"| `{route.method} {route.path}` |{'|'.join(may)}|"


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "fields": fields_table,
    "settings": settings_table,
    "alarms": alarms_table,
    "mails": mails_table,
    "items": items_table,
    "data_map": data_map,
    "desk": desk_table,
    "costs": lambda: iter(["", *costs.rows()]),
}


def renewed(text: str) -> str:
    """The page with each of its tables as the code has it now."""

    def table(match: re.Match[str]) -> str:
        lines = "\n".join(TABLES[match["name"]]())
        return f"<!--{match['name']}-->\n{lines}\n\n<!--/{match['name']}-->"

    names = "|".join(TABLES)
    return re.sub(rf"<!--(?P<name>{names})-->.*?<!--/(?P=name)-->", table, text, flags=re.DOTALL)


def main() -> None:
    for page in sorted((ROOT / "docs").rglob("*.md")):
        page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
