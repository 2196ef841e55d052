"""Whatever HR gets wrong is said with file, line and what to write, all of it at once."""

import pytest
from microsite.content.items import Event

from tests.site.pictures import SVG, picture
from tests.site.project import Project

EVENT = "events/2026-12-03-talk.md"
NEWS = "news/2026-11-02-office.md"
JOB = "jobs/engineer.md"
ISSUE = "newsletters/november.md"

WRONG = [
    (
        NEWS,
        {"date": "2026-13-02"},
        4,
        "date '2026-13-02' is not a valid date: write it like 2026-11-02",
    ),
    (NEWS, {"date": "2026-02-30"}, 4, "date '2026-02-30' is not a valid date"),
    (NEWS, {"date": "0206-11-02"}, 4, "date '0206-11-02' is not a valid date"),
    (NEWS, {"date": None}, 1, "date is missing: add a line date: ..."),
    (NEWS, {"sumary": "x"}, 5, "unknown key 'sumary': did you mean 'summary'?"),
    (NEWS, {"topics": "[water, enrgy]"}, 5, "topics 'enrgy' is not a known topic: did you"),
    (NEWS, {"contact": "nobody"}, 5, "contact 'nobody' is not a known contact: write one of"),
    (NEWS, {"draft": "maybe"}, 5, "draft 'maybe' is not valid: write true or false"),
    (NEWS, {"slug": "Ny Sida"}, 5, "slug 'Ny Sida' is not a valid slug"),
    (NEWS, {"title": ""}, 2, "title is empty"),
    (NEWS, {"title": "[a, b]"}, 2, "title must be a single text"),
    (NEWS, {"image": "assets/no.jpg", "image_alt": "A"}, 5, "image 'assets/no.jpg' is not in"),
    (NEWS, {"slug": "office", "image": "../../../../etc/passwd", "image_alt": "A"}, 6, "is not in"),
    (EVENT, {"end": "2026-12-03 17:00"}, 5, "end is not after start (2026-12-03 18:00)"),
    (EVENT, {"start": "2026-12-03 6pm"}, 4, "start '2026-12-03 6pm' is not a valid date and time"),
    (EVENT, {"start": "2027-03-28 02:30", "end": "2027-03-28 05:00"}, 4, "write 2027-03-28 03:30"),
    (EVENT, {"office": "malmö"}, 6, "office 'malmö' is not a known office: did you mean 'mal"),
    (EVENT, {"seats": "-4"}, 8, "seats is -4: write a number from 1"),
    (EVENT, {"seats": "forty"}, 8, "seats 'forty' is not a whole number"),
    (EVENT, {"open_to": "invited"}, 9, "open_to is invited, but nobody is: add a line invite:"),
    (EVENT, {"invite": "{office: malmo}"}, 9, "invite has no invite_at: add a line invite_at:"),
    (EVENT, {"invite_at": "2026-11-09 09:00"}, 9, "invite_at has no invite: add a line invite:"),
    (EVENT, {"invite": "{ofice: malmo}"}, 9, "unknown key 'ofice': did you mean 'office'?"),
    (EVENT, {"invite": "{}"}, 9, "invite is empty: write everyone, or whom you invite"),
    (
        EVENT,
        {"invite": "all"},
        9,
        "invite must be keys and values: write it like {office: [stockholm",
    ),
    (
        EVENT,
        {"invite": "everyone", "invite_at": "2026-11-09 09:00", "opens": "2026-11-10 09:00"},
        10,
        "invite_at is before sign-up opens (2026-11-10 09:00): write a later time",
    ),
    (
        EVENT,
        {"invite": "everyone", "invite_at": "2026-12-03 18:00"},
        10,
        "invite_at is not before sign-up closes (2026-12-03 18:00): write an earlier time",
    ),
    (EVENT, {"max_guests": "40"}, 9, "max_guests must be less than seats (40)"),
    (EVENT, {"end": None}, 1, "end is missing: add a line end: ..."),
    (EVENT, {"end": "2026-12-04"}, 5, "end must be like start: write a time in both, or in none"),
    (EVENT, {"start": "2026-12-03"}, 5, "end must be like start: write a time in both, or in none"),
    (
        EVENT,
        {"start": "2026-12-03", "end": "2026-12-02"},
        5,
        "end is before start (2026-12-03): write the last day, or remove it",
    ),
    (
        EVENT,
        {"start": "2026-12-03", "end": None, "moved_from": "2026-12-03"},
        8,
        "moved_from is the same as start",
    ),
    (EVENT, {"closes": "2026-12-04 10:00"}, 9, "closes is after the end of the event"),
    (EVENT, {"opens": "2026-12-03 18:00"}, 9, "opens is not before closes"),
    (EVENT, {"open_to": "friends"}, 9, "open_to 'friends' is unknown"),
    (EVENT, {"questions": "[{ask: Song, answer: x}]"}, 9, "questions (question 1) 'x' is unknown"),
    (EVENT, {"cancelled": "true"}, 9, "cancelled has no reason: add a line reason: why"),
    (EVENT, {"reason": "Storm"}, 9, "reason is for cancelled events only: add a line cancelled"),
    (EVENT, {"moved_from": "2026-12-03 18:00"}, 9, "moved_from is the same as start"),
    (EVENT, {"moved_from": "soon"}, 9, "moved_from 'soon' is not a valid date and time"),
    (
        EVENT,
        {"time_zone": "Europe/Stokholm"},
        9,
        "not a time zone: did you mean 'Europe/Stockholm'?",
    ),
    (JOB, {"closes": "2026-10-01"}, 5, "closes is before date (2026-11-01)"),
    (JOB, {"apply": "www.example.com"}, 7, "apply 'www.example.com' must begin with https://"),
    (JOB, {"apply": "mailto:jobs"}, 7, "apply 'mailto:jobs' is not a valid email address"),
    (JOB, {"apply": "javascript:alert(1)"}, 7, "must begin with https:// or mailto:"),
    (JOB, {"apply": "https://[::1"}, 7, "is not a valid web address"),
    (ISSUE, {"deadline": "2026-11-01 09:00"}, 4, "deadline is not after send_at"),
    (ISSUE, {"audience": "{ofice: [malmo]}"}, 4, "unknown key 'ofice': did you mean 'office'?"),
    (ISSUE, {"audience": "{kind: [retird]}"}, 4, "did you mean 'retired'?"),
    (EVENT, {"end": "2026-12-03 24:00"}, 5, "is midnight: write 00:00 and the day after"),
    (EVENT, {"start": "2026-12-03 18:60"}, 4, "is not a valid date and time"),
    (NEWS, {"title": '"C:\\archive\\b"'}, 2, "title has a control character"),
    (NEWS, {"title": "*New* office"}, 2, "or begins with a sign, in quotes"),
    (EVENT, {"office": "[]"}, 6, "office names no office: write one"),
    (ISSUE, {"audience": "{office: []}"}, 4, "audience names no office: write one"),
    (ISSUE, {"image": "assets/people/chen-wei.svg", "image_alt": "A"}, 4, "use PNG or JPEG"),
    ("news/2026-11-2-office.md", {}, 1, "'2026-11-2-' in the file name is not a date: write it"),
    ("news/2026-13-02-office.md", {}, 1, "'2026-13-02-' in the file name is not a date"),
    ("news/office.SV.md", {"date": None}, 1, "'SV' in the file name is not a language"),
    ("pages/more.md", {"template": "gone.html"}, 3, "template 'gone.html' is not in site/theme"),
    ("pages/news.md", {}, 1, "the address /news/ is already taken"),
    ("events/2026-12-03-past.md", {}, 1, "the address /events/past/ is already taken"),
    ("news/2026.md", {}, 1, "the address /news/2026/ is already taken"),
    ("news/Ny_Sida.md", {}, 1, "'Ny_Sida' can't become an address"),
    ("news/office.fr.md", {}, 1, "'fr' in the file name is not a language"),
    ("news/office.sv.md", {}, 1, "has no original: write office.md in 'en' first"),
]


@pytest.mark.parametrize(("path", "front", "line", "text"), WRONG)
def test_a_wrong_line_is_reported_with_its_correction(site: Project, path, front, line, text):
    site.write(path, **front)
    assert any(
        p.startswith(f"site/content/{path}:{line}: ") and text in p for p in site.problems()
    ), site.problems()


@pytest.mark.parametrize("path", [NEWS, EVENT, JOB, ISSUE])
def test_a_valid_item_has_no_problem(site: Project, path):
    site.write(path)
    assert site.problems() == []


BODIES = [
    ("[a](../events/gone.md)", "link '../events/gone.md' leads nowhere"),
    ("[a](../pages/abut.md)", "leads nowhere: did you mean '../pages/about.md'?"),
    ("[a](/about)", "link '/about' needs a slash at the end: write /about/"),
    ("[a](/abuot/)", "link '/abuot/' leads nowhere: did you mean '/about/'?"),
    ("[a](../pages/about.md#gone)", "has an anchor that doesn't exist"),
    ("[a](#gone)", "has an anchor that doesn't exist"),
    ("[a](https://exa mple.com/)", "write a space in an address as %20"),
    ("[a](https://localhost/)", "is not a valid web address"),
    ("[a](https://\u2603.com/)", "is not a valid web address"),
    ("[a](mailto:me)", "is not a valid email address"),
    ("[us] (https://example.com/)", "'] (https://example.com/)' is no link: write [words]("),
    ("(them)[https://example.com/]", "')[https://example.com/]' is no link"),
    ("[all][home]", "'][home]' is no link"),
    ("See https://example.com/a.", "is no link"),
    ("Write to anna@example.com", "'anna@example.com' is no link"),
    ("See www.example.com/a today", "'www.example.com/a' is no link"),
    ("[a](www.example.com)", "leads nowhere: write https://www.example.com"),
    ("[a](example.com/b)", "leads nowhere: write https://example.com/b"),
    ("[a](tel:+46 40 12)", "is not a valid phone number: write it like tel:+46-40-123456"),
    ("[a](../pages/ABOUT.md)", "did you mean '../pages/about.md'?"),
    ("[a](https://alumni.fjardholm.example.com/abuot/)", "did you mean '/about/'?"),
    ("[a](/events/draft/)", "leads to a draft: remove the link or publish the draft"),
    ("[a](../newsletters/kept.md)", "leads to a newsletter that is kept off the site"),
    ("[a](/newsletters/kept/)", "leads to a newsletter that is kept off the site"),
    ("[a](../events/draft.sv.md)", "leads to a translation, which has no page"),
    ("[a]()", "link has no address"),
    ("[a][b]\n\n[b]: /gone/", "link '/gone/' leads nowhere"),
    ('<a href="/gone/">a</a>', "link '/gone/' leads nowhere"),
    ("![](../assets/a.png)", "has no alternative text: write ![what it shows]"),
    ("![a](../assets/gone.png)", "leads nowhere"),
    ("![a](https://example.com/a.png)", "is on another site: put the file into"),
    ("# Title", "a heading with one # is reserved for the title"),
    ("<script>alert(1)</script>", "<script> is not allowed in an item"),
    ('<a href="/about/" onclick="x()">a</a>', "onclick= is not allowed in an item"),
    ('[a](/about/){onclick="x()"}', "onclick= is not allowed in an item"),
    ('<meta http-equiv="refresh" content="0">', "<meta> is not allowed in an item"),
    ('<input type="password">', "<input> is not allowed in an item"),
    ("Dear <name>, welcome", "<name> is not allowed in an item: remove it, or write &lt;name>"),
    ("<o:p></o:p>Hello", "<o:p> is not allowed in an item"),
    ("<b>Hello", "<b> is never closed: write </b> where it ends"),
    ("<div>Hello", "<div> is never closed"),
    ("Hello</div>", "</div> closes nothing: remove it"),
    ("[](https://example.com/)", "link 'https://example.com/' has no words"),
]


@pytest.mark.parametrize(("body", "text"), BODIES)
def test_a_fault_in_the_text_is_reported_with_its_line(site: Project, body, text):
    site.put("assets/a.png", picture("PNG"))
    site.write("events/draft.md", draft="true")
    site.put("events/draft.sv.md", "---\ntitle: Tal\n---\n")
    site.write("newsletters/kept.md", web="false")
    site.write(NEWS, f"Words.\n\n{body}\n")
    (problem,) = site.problems()
    line = 10 if body.endswith("[b]: /gone/") else 8
    assert problem.startswith(f"site/content/{NEWS}:{line}: ")
    assert text in problem


def test_valid_links_have_no_problem(site: Project):
    site.put("assets/a.png", picture("PNG"))
    site.write(EVENT)
    site.write(
        NEWS,
        "## Über uns\n\n[a](../events/2026-12-03-talk.md) [b](/events/talk/) [c](#uber-uns) "
        "![d](../assets/a.png) [e](https://example.com/a_(b)?c=d#e) <mailto:a@example.com> "
        "[f](/events/talk/event.ics) `[g](/gone/)` [h](/news/2026/) [j](tel:+46-40.12) "
        "[k](https://alumni.fjardholm.example.com/about/) [i](../pages/about.md)\n\n"
        "```\n[j](/gone/)\n# no title\n```\n",
    )
    assert site.problems() == []


def test_an_event_for_one_person_has_no_guests(site: Project):
    site.write(EVENT, seats="1")
    assert site.problems() == []
    (event,) = [item for item in site.edition().items if isinstance(item, Event)]
    assert event.max_guests == 0


@pytest.mark.parametrize("ending", ["-sv", "_sv", "-SV"])
def test_a_copy_in_another_language_is_no_item_of_its_own(site: Project, ending):
    site.write("news/office.md")
    site.write(f"news/office{ending}.md")
    assert f"site/content/news/office{ending}.md:1: looks like a translation: name it " in str(
        site.problems()
    )
    site.write(f"news/office{ending}.md", slug="office-of-sv")
    assert site.problems() == []


@pytest.mark.parametrize(
    ("key", "typed", "read"),
    [
        ("start", "2026-12-3 9:00", (3, 9, 0)),
        ("start", "2026-12-03T18:00", (3, 18, 0)),
        ("start", "2026-12-03 18.00", (3, 18, 0)),
        ("start", "2026\u201112\u201103 18:00", (3, 18, 0)),
        ("start", "2026\u201312\u201303\u00a018:00:00", (3, 18, 0)),
    ],
)
def test_a_date_may_be_typed_as_people_do(site: Project, key, typed, read):
    site.write(EVENT, **{key: typed})
    assert site.problems() == []
    (event,) = [item for item in site.edition().items if isinstance(item, Event)]
    assert (event.start.day, event.start.hour, event.start.minute) == read


RIGHT = "---\ntitle: T\nsummary: S.\ndate: 2026-11-02\n---\nWords.\n"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (RIGHT.replace("---", "\u2014"), 1, "begins with '\u2014': write three hyphens, ---"),
        (f"\n{RIGHT}", 1, "begins with an empty line: begin with ---"),
        (RIGHT.replace("\n---\nW", "\nW"), 1, "never ends: write a line --- below its last key"),
        (RIGHT.replace("title: T", "title:T"), 2, "write a space behind title:"),
        (RIGHT.replace("date", "topics:\n\t- water\ndate"), 5, "indent by spaces, not by a tab"),
    ],
)
def test_broken_front_matter_gets_its_own_remedy(site: Project, text, line, problem):
    site.put(NEWS, text)
    (reported,) = site.problems()
    assert reported.startswith(f"site/content/{NEWS}:{line}: ")
    assert problem in reported


@pytest.mark.parametrize(
    "text",
    [
        RIGHT.replace("summary: ", "summary:\u00a0"),
        RIGHT.replace("summary", "topics:\n\u00a0\u00a0- water\nsummary"),
        RIGHT.replace("summary", "\u200bsummary").replace("date", "dat\u2060e"),
        RIGHT.replace("Words", "[a](https://example.com/\u200e)"),
    ],
)
def test_marks_that_come_along_with_copied_text_do_no_harm(site: Project, text):
    site.put(NEWS, text)
    assert site.problems() == []
    (news,) = [item for item in site.edition().items if item.slug == "office"]
    assert news.body.isascii()


def test_html_of_a_text_is_accepted(site: Project):
    site.write(
        NEWS,
        "<details><summary>More</summary>\n<p>One<br>two <li>three\n</details>\n\nH<sub>2</sub>O "
        "&lt;name> `<name>` 5 < 6\n\n| a | b |\n|---|---|\n| <b>c</b> | d |\n",
    )
    assert site.problems() == []


def test_a_slug_is_unique_over_all_kinds(site: Project):
    site.write("events/2026-12-03-summer.md")
    site.write("news/2026-11-02-summer.md")
    (problem,) = site.problems()
    assert "slug 'summer' is already used by events/2026-12-03-summer.md" in problem


def test_a_link_to_a_draft_is_refused(site: Project):
    site.write(EVENT, draft="true")
    site.write(NEWS, "[a](../events/2026-12-03-talk.md)")
    assert "leads to a draft" in site.problems()[0]


def test_a_link_to_an_invalid_file_is_not_reported_as_well(site: Project):
    site.write(EVENT, seats="none")
    site.write(NEWS, "[a](../events/2026-12-03-talk.md) [b](/events/talk/)")
    assert [EVENT in problem for problem in site.problems()] == [True]


def test_all_problems_are_reported_at_once_by_file_and_line(site: Project):
    site.write(EVENT, seats="0", office="lund")
    site.put(NEWS, "no front matter")
    site.put("news/latin.md", "---\ntitle: Ängel\n".encode("latin-1"))
    site.put("news/yaml.md", "---\ntitle: a: b\n---\n")
    site.put("else/x.md", "---\ntitle: a\n---\n")
    places = [problem.split(": ")[0] for problem in site.problems()]
    assert places == [
        "site/content/else/x.md:1",
        f"site/content/{EVENT}:6",
        f"site/content/{EVENT}:8",
        f"site/content/{NEWS}:1",
        "site/content/news/latin.md:2",
        "site/content/news/yaml.md:2",
    ]


def test_a_key_that_appears_twice_is_refused(site: Project):
    site.put(NEWS, "---\ntitle: a\nsummary: b\ndate: 2026-11-02\ndate: 2026-11-03\n---\n")
    (problem,) = site.problems()
    assert problem.startswith(
        f"site/content/{NEWS}:5: front matter is not valid YAML ('date' appears twice)"
    )


def test_a_file_saved_by_a_windows_editor_can_be_read(site: Project):
    text = "\ufeff---\r\ntitle: a\r\nsummary: b\r\ndate: 2026-11-02\r\n---\r\n[a](/gone/)\r\n"
    site.put(NEWS, text)
    assert [problem.split(": ")[0] for problem in site.problems()] == [f"site/content/{NEWS}:6"]


def test_an_svg_in_an_email_is_refused(site: Project):
    site.put("assets/a.svg", SVG)
    site.write(ISSUE, "![a](../assets/a.svg)")
    assert "is not shown by email apps: use PNG or JPEG" in site.problems()[0]


def test_a_translation_with_other_facts_is_refused(site: Project):
    site.write("events/talk.md")
    site.put("events/talk.sv.md", "---\ntitle: Samtal\nsummary: S.\nseats: 30\n---\n")
    (problem,) = site.problems()
    assert problem.startswith("site/content/events/talk.sv.md:4: seats differs from events/talk.md")


def test_a_translation_need_not_repeat_the_facts(site: Project):
    site.write("events/talk.md")
    site.put("events/talk.sv.md", "---\ntitle: Samtal\nsummary: S.\n---\n")
    assert site.problems() == []
    assert {i.lang for i in site.edition().content.items if i.slug == "talk"} == {"en", "sv"}


def test_a_key_that_appears_twice_within_another_is_refused(site: Project):
    issue = "newsletters/november.md"
    audience = "audience: {office: malmo, office: brussels}"
    site.put(issue, f"---\nsubject: a\nsend_at: 2027-03-09 09:00\n{audience}\n---\nx\n")
    (problem,) = site.problems()
    assert problem.startswith(
        f"site/content/{issue}:4: front matter is not valid YAML ('office' appears twice)"
    )


@pytest.mark.parametrize(
    ("value", "sign"),
    [
        ("We are #1 in bridges", "#"),
        ("#Klimat2027", "#"),
        ("!Important notice", "!"),
        ("&friends are here", "&"),
        ("[water #1\n  ]", "#"),
    ],
)
def test_a_value_that_yaml_would_cut_is_refused(site: Project, value, sign):
    site.put(NEWS, f"---\nsummary: b\ntitle: {value}\ndate: 2026-11-02\n---\n")
    (problem,) = site.problems()
    assert problem.startswith(f"site/content/{NEWS}:3: ")
    assert f"what follows {sign} would be lost: put the whole value in quotes" in problem


@pytest.mark.parametrize(
    "value",
    [
        '"We are #1"',
        "'!Important'",
        '"&friends"',
        "C# for friends & family!",
        ">\n  No #1",
        "Spring  # a note",
    ],
)
def test_a_value_that_yaml_keeps_whole_is_accepted(site: Project, value):
    site.put(NEWS, f"---\n# a comment\nsummary: b\ntitle: {value}\ndate: 2026-11-02\n---\n")
    assert site.problems() == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("  - News: new/index.md", "('new/index.md'): did you mean 'news/index.md'?"),
        ("  - News: /nowhere/", "'News' in nav leads nowhere ('/nowhere/'): write it like news/"),
        ("  - News: https://nohost", "'News' in nav: 'https://nohost' is not a valid web address"),
        ("  - News: pages/draft.md", "'News' in nav leads to a draft ('pages/draft.md'): publish"),
    ],
)
def test_a_menu_that_leads_nowhere_is_reported_with_its_line(site: Project, entry, problem):
    site.write("pages/draft.md", draft="true")
    settings = site.root / "mkdocs.yml"
    text = settings.read_text().replace("  - News: news/index.md", entry)
    settings.write_text(text)
    line = text.splitlines().index(entry) + 1
    (reported,) = site.problems()
    assert reported.startswith(f"mkdocs.yml:{line}: ")
    assert problem in reported
