"""A small project to write items into: the tests' company, real hooks, a theme of a few lines."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from microsite.checks import check
from microsite.content import edition
from microsite.content.edition import Edition
from microsite.output.site import Site

from infra.paths import ROOT
from tests.company_project import COMPANY

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

_ITEM = """{% extends "main.html" %}
{% block content %}<h1>{{ item.title | e }}</h1>
<i>{{ item.office_names | join(", ") }}</i>
{% if item.starts_at %}
<time>{{ item.when }}</time>
{% endif %}
{{ item.contact_partner.name if item.contact_partner else "" }}
{{ page.content | safe }}{% endblock %}
"""
_LIST = """{% extends "main.html" %}{% block content %}{% for heading, items in listing.groups %}
<h2>{{ heading }}</h2>{% for one in items %}<a href="{{ one.url }}">{{ one.title | e }}</a>
{% endfor %}{% else %}<p>{{ listing.empty_text }}</p>{% endfor %}{% endblock %}
"""
_HOME = """{% extends "main.html" %}{% block content %}{% for one in home.events + home.news +
home.jobs %}<a href="{{ one.url }}">{{ one.title | e }}</a>{% endfor %}{% endblock %}
"""
_SHELL = """<title><!--title--> {{ company.company }}</title>
<link href="{{ 'assets/a.css' | url }}">{% for one in nav %}<a href="{{ one.url | url }}">
{{ one.title }}</a>{% endfor %}<main><!--content--></main>{{ _("News") }}
"""
_TEMPLATES = {
    **dict.fromkeys(("news_item.html", "event_item.html", "job_item.html"), _ITEM),
    "newsletter_item.html": _ITEM,
    "page.html": _ITEM,
    "list.html": _LIST,
    "home.html": _HOME,
    "shell.html": _SHELL,
}
FRONT = {
    "news": {"title": "News", "summary": "S.", "date": "2026-11-02"},
    "events": {
        "title": "Talk",
        "summary": "S.",
        "start": "2026-12-03 18:00",
        "end": "2026-12-03 20:00",
        "office": "malmo",
        "place": "Library",
        "seats": "40",
    },
    "jobs": {
        "title": "Engineer",
        "summary": "S.",
        "date": "2026-11-01",
        "closes": "2026-12-01",
        "office": "[malmo, hong-kong]",
        "apply": "mailto:jobs@example.com",
    },
    "newsletters": {"send_at": "2026-11-10 09:00", "subject": "November"},
    "pages": {"title": "Page"},
}


@dataclass(frozen=True)
class Project:
    root: Path

    def write(self, path: str, body: str = "Words.\n", **front: str | None) -> Path:
        """An item that is right but for what `front` says; None takes a key out."""
        kind = path.split("/", maxsplit=1)[0]
        keys = {**FRONT[kind], **front}
        lines = [f"{key}: {value}" for key, value in keys.items() if value is not None]
        return self.put(path, "---\n" + "\n".join(lines) + "\n---\n" + body)

    def put(self, path: str, content: str | bytes) -> Path:
        target = self.root / "site/content" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def problems(self) -> list[str]:
        return [str(problem) for problem in check.project_problems(self.root)]

    def edition(self, now: datetime = NOW) -> Edition:
        return edition.read(self.root, now=now)

    def read(self, now: datetime = NOW) -> Site:
        return Site(self.edition(now))


def make(root: Path) -> Project:
    (root / "site/theme").mkdir(parents=True)
    shutil.copy(COMPANY / "mkdocs.yml", root)
    shutil.copy(ROOT / "site/hooks.py", root / "site")
    shutil.copytree(ROOT / "newsletter_templates", root / "newsletter_templates")
    shutil.copytree(ROOT / (css := "site/theme/assets/css"), root / css)
    for folder in ("site/content/assets/people", "site/content/consents"):
        shutil.copytree(COMPANY / folder, root / folder)
    for name, text in _TEMPLATES.items():
        (root / "site/theme" / name).write_text(text)
    project = Project(root)
    for name in ("home", "about", "join"):
        project.write(f"pages/{name}.md", title=name.title())
    return project
