"""One issue, many readers: languages, blocks and includes make variants; who has nothing to read
gets no mail."""

import re
from collections import Counter
from typing import Any

import pytest
from microsite.letters.variants import Variant
from microsite.output import catalogue

from tests.site.project import Project

ISSUE = "newsletters/2026-12-01-december.md"
SV, DE = ISSUE.replace(".md", ".sv.md"), ISSUE.replace(".md", ".de.md")
SEND_AT = "2026-12-01 09:00"


def december(site: Project, body: str = "Words.\n", **front: str) -> dict[str, Variant]:
    """The variants of December, which is written last, by name."""
    site.write(ISSUE, body, **({"send_at": SEND_AT, "subject": "December"} | front))
    assert site.problems() == []
    whole = site.read()
    issue = next(i for i in whole.edition.issues if i.slug == "december")
    variants = {variant.name: variant for variant in whole.variants(issue)}
    assert len(variants) == len(whole.variants(issue))
    return variants


def translate(site: Project, path: str, body: str, **front: str | None) -> None:
    site.write(path, body, **({"send_at": None, "subject": "Jul"} | front))


def test_every_language_has_its_own_text(site: Project):
    translate(site, SV, "Hej hopp.", preheader="Snart")
    translate(site, DE, "Na dann.", subject="Bald", title="Winter")
    variants = december(site, "Hello.", preheader="Soon", title="Winter letter")
    assert list(variants) == ["en", "sv", "de"]
    swedish = variants["sv"]
    assert (swedish.subject, swedish.preheader, swedish.language) == ("Jul", "Snart", "sv")
    assert "Hej {{name_text}}!\n\nHej hopp." in swedish.text
    assert "Winter letter" not in swedish.text
    assert '<html lang="sv"' in swedish.html
    assert variants["de"].preheader == ""


def test_an_email_links_to_the_page_in_its_language(site: Project):
    translate(site, SV, "Hej.")
    variants = december(site)
    home = "https://alumni.fjardholm.example.com/newsletters/december/"
    assert f'href="{home}"' in variants["en"].html
    assert f'href="{home}sv/"' in variants["sv"].html


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("audience", "{kind: retired}"),
        ("send_at", "2026-12-02 09:00"),
        ("digest", "quarterly"),
        ("jobs", "open"),
    ],
)
def test_a_translation_has_the_same_facts(site: Project, key, value):
    translate(site, SV, "Hej.", **{key: value})
    site.write(ISSUE, send_at=SEND_AT)
    assert f"{key} differs from {ISSUE}" in "".join(site.problems())


def test_a_draft_translation_is_left_out_and_a_draft_issue_in_every_language(site: Project):
    translate(site, SV, "Hej.", draft="true")
    assert list(december(site)) == ["en"]
    translate(site, SV, "Hej.", draft="false")
    site.write(ISSUE, draft="true")
    assert not [i for i in site.edition().items if i.kind == "newsletters"]


def test_a_block_is_only_in_the_emails_of_its_readers(site: Project):
    body = "All.\n\n::: for: retired\nLunch.\n:::\n\n::: office: Malmö\nPub.\n:::\n\nBye."
    variants = december(site, body)
    passages = {name: ("Lunch" in v.text, "Pub" in v.text) for name, v in variants.items()}
    assert passages == {
        "en": (False, False),
        "en-retired": (True, False),
        "en-malmo": (False, True),
        "en-retired-malmo": (True, True),
    }
    assert all(
        "Bye." in variant.text and ":::" not in variant.html for variant in variants.values()
    )
    assert variants["en-malmo"].readers == ({"office": ["malmo"]},)


def test_a_comment_is_not_sent(site: Project):
    variant = december(site, "Words.\n\n<!-- ask Karin -->\n\nMore <!-- or less --> words.")["en"]
    assert "Karin" not in variant.html
    assert "or less" not in variant.html + variant.text
    assert "Words.\n\nMore words." in variant.text


def test_a_link_may_be_defined_in_another_passage(site: Project):
    body = "::: for: retired\nSee [the site][home].\n:::\n\n[home]: /about/\n"
    assert "/about/" in december(site, body)["en-retired"].text


def test_a_translation_has_its_own_blocks(site: Project):
    translate(site, SV, "Alla.\n\n::: office: Malmö\nPub.\n:::")
    variants = december(site, "All.\n\n::: for: retired\nLunch.\n:::")
    assert list(variants) == ["en", "en-retired", "sv", "sv-malmo"]


def calendar(site: Project) -> None:
    for office, day in (("malmo", "03"), ("malmo", "05"), ("hong-kong", "04"), ("malmo", "06")):
        start, end = (f"2026-12-{day} {hour}:00" for hour in (18, 20))
        slug = f"{office}-{day}"
        site.write(f"events/{slug}.md", title=slug, start=start, end=end, office=office)


def test_readers_see_the_next_events_of_their_own_office(site: Project):
    calendar(site)
    variants = december(site, "", events="next 2 of the reader's offices")
    assert {name: v.is_silent for name, v in variants.items()} == {
        "en": True,
        "en-malmo": False,
        "en-hong-kong": False,
    }
    malmo = variants["en-malmo"].text
    assert "Events in Malmö\n---------------\n\nmalmo-03\nThursday 3" in malmo
    assert "\N{NO-BREAK SPACE}December 2026, 18:00\N{EN DASH}20:00\n" in malmo
    assert "18:00\N{EN DASH}20:00 (Hong Kong time)\n" in variants["en-hong-kong"].text
    assert "malmo-05" in malmo
    assert "malmo-06" not in malmo


@pytest.mark.parametrize(("language", "month"), [("en", "Mar"), ("sv", "mars"), ("de", "Mär")])
def test_the_date_of_an_event_is_shown_in_the_readers_language(
    site: Project, language: str, month: str
):
    times = {"start": "2027-03-13 18:00", "end": "2027-03-13 21:00"}
    site.write("events/spring.md", title="Spring", office="malmo", **times)
    translate(site, SV, "Hej.")
    translate(site, DE, "Guten Tag.")
    html = december(site, "Words.\n", events="next 5")[language].html
    leaf = re.search(r'"leaf-day"[^>]*>(.*?)<.*?"leaf-month"[^>]*>(.*?)<', html, re.DOTALL)
    assert leaf
    assert leaf.groups() == ("13", month)


def test_a_reader_without_events_gets_the_rest(site: Project):
    calendar(site)
    variants = december(site, "Words.\n\n::: events: next 9 of the reader's offices\n\nMore.")
    assert variants["en"].readers == ({},)
    assert "Events" not in variants["en"].text
    assert "Words.\n\nMore." in variants["en"].text
    text = variants["en-hong-kong"].text
    assert text.index("Words.") < text.index("hong-kong-04") < text.index("More.")


WHEN = [
    ({"start": "2026-12-01 08:00", "end": "2026-12-01 20:00"}, False),  # has begun
    ({"start": "2026-12-03 18:00", "closes": "2026-12-01 09:00"}, False),  # has closed
    ({"start": "2026-12-03 18:00", "closes": "2026-12-01 09:01"}, True),
    ({"start": "2026-12-03 18:00", "draft": "true"}, False),
]


@pytest.mark.parametrize(("front", "included"), WHEN)
def test_events_are_those_open_for_sign_up_when_the_issue_is_sent(site: Project, front, included):
    site.write("events/talk.md", **front)
    assert ("Talk" in december(site, "Words.", events="next 5")["en"].text) is included


@pytest.mark.parametrize(
    ("front", "included"),
    [
        ({"date": "2026-12-02", "closes": "2026-12-24"}, False),  # not yet out
        ({"date": "2026-11-02", "closes": "2026-11-30"}, False),
        ({"date": "2026-11-02", "closes": "2026-12-01"}, True),  # its last day
        ({"date": "2026-11-02", "closes": "2026-12-24", "draft": "true"}, False),
    ],
)
def test_openings_are_those_open_when_the_issue_is_sent(site: Project, front, included):
    site.write("jobs/engineer.md", **front)
    assert ("Engineer" in december(site, "Words.", jobs="open")["en"].text) is included


def news(site: Project, *days: str) -> None:
    for day in days:
        site.write(f"news/of-{day}.md", title=f"Of {day}", date=day)


def test_news_items_are_those_since_the_last_issue_of_the_same_frequency(site: Project):
    news(site, "2026-10-31", "2026-11-01", "2026-11-02", "2026-12-01", "2026-12-02")
    site.write("newsletters/o.md", send_at="2026-11-01 09:00")
    site.write("newsletters/q.md", send_at="2026-11-20 09:00", digest="quarterly")
    site.write("newsletters/c.md", send_at="2026-11-25 09:00", corrects="o")
    site.write("newsletters/d.md", send_at="2026-11-26 09:00", draft="true")
    text = december(site, "Words.", include="news since last issue")["en"].text
    days = [day for day in ("10-31", "11-01", "11-02", "12-01", "12-02") if f"2026-{day}" in text]
    assert days == ["11-02", "12-01"]
    assert text.index("Of 2026-12-01") < text.index("Of 2026-11-02")


def test_every_news_item_is_included_exactly_once(site: Project):
    news(site, *(f"2026-11-{day:02}" for day in range(1, 31)))
    for slug, at in (("a", "2026-11-10 09:00"), ("b", "2026-11-20 23:30")):
        site.write(f"newsletters/{slug}.md", send_at=at, include="news since last issue")
    december(site, include="news since last issue")
    whole = site.read()
    issues = whole.edition.issues
    mentions: Counter[str] = Counter()
    for issue in issues:
        text = whole.variants(issue)[0].text
        mentions.update(
            f"{day:02}" for day in range(1, 31) if f"/news/of-2026-11-{day:02}/" in text
        )
    assert mentions == Counter(f"{day:02}" for day in range(1, 31))


def test_the_first_issue_includes_the_news_of_a_quarter(site: Project):
    news(site, "2026-08-30", "2026-09-30")
    text = december(site, "", include="news since last issue", digest="quarterly")["en"].text
    assert "Of 2026-09-30" in text
    assert "Of 2026-08-30" not in text


def test_included_items_are_in_the_readers_language(site: Project):
    calendar(site)
    site.write("events/malmo-03.sv.md", title="Grubbel", **dict.fromkeys(FACTS))
    translate(site, SV, "")
    site.write("jobs/engineer.md", closes="2026-12-24")
    text = december(site, "", events="next 1", jobs="open")["sv"].text
    assert "Evenemang\n---------\n\nGrubbel\nTorsdag 3\N{NO-BREAK SPACE}december 2026 kl." in text
    assert "Sök senast 24\N{NO-BREAK SPACE}december 2026" in text


FACTS = ("start", "end", "office", "seats", "place", "summary")


def test_texts_of_items_are_escaped_and_never_become_fields(site: Project):
    site.write("news/evil.md", title='"<b>{{name_html}}</b>"', summary='"{{#if x}} & <i>"')
    variant = december(site, "", include="news since last issue")["en"]
    assert variant.html.count("{{") == variant.text.count("{{") == 2
    assert "<b>" not in variant.html
    assert "&lt;b&gt;&#123;&#123;name_html" in variant.html


def december_entry(site: Project) -> dict[str, Any]:
    whole = site.read()
    issue = next(i for i in whole.edition.issues if i.slug == "december")
    return catalogue.issue_entry(issue, whole.variants(issue), whole.edition)


def test_a_silent_variant_has_readers_but_no_mail(site: Project):
    calendar(site)
    december(site, "", events="next 2 of the reader's offices")
    entry = december_entry(site)
    assert entry["nothing"] == []
    silent = {"key": "", "hash": "", "language": "en", "readers": [{}]}
    assert entry["variants"]["en"] == silent
    assert entry["variants"]["en-malmo"]["readers"] == [{"office": ["malmo"]}]


@pytest.mark.parametrize("body", ["", "\n \n", "<!-- later -->"])
def test_an_empty_issue_gives_its_reason(site: Project, body):
    translate(site, SV, body)
    december(site, body, events="next 5", include="news since last issue")
    assert december_entry(site) == {"variants": {}, "nothing": ["text", "news", "events"]}


def test_two_hundred_combinations_are_refused_with_a_reason(site: Project):
    kinds = ["engineer", "consultant", "partner", "business-support", "retired"]
    offices = [office.slug for office in site.edition().settings.offices]
    blocks = [f"::: for: {kind}\n{kind}\n:::" for kind in kinds]
    blocks += [f"::: office: {office}\n{office}\n:::" for office in offices]
    body = "\n\n".join(["Words.", *blocks])
    translate(site, SV, body)
    site.write(ISSUE, body, send_at=SEND_AT)
    assert (
        "makes 256 variants (2 languages, up to 16 combinations of kinds times 8 offices"
        in "".join(site.problems())
    )


def test_offices_with_the_same_content_count_once(site: Project):
    blocks = "".join(f"::: for: {kind}\nFor {kind}.\n:::\n" for kind in ("retired", "partner"))
    calendar(site)
    variants = december(site, f"{blocks}Words.\n", events="next 5 of the reader's offices")
    assert len(variants) == 12  # of either kind, of both, or of neither


CORRECTIONS = [
    ({"corrects": "novmber"}, "corrects 'novmber' is not an issue: did you mean 'november'?"),
    ({"corrects": "talk"}, "corrects 'talk' is not an issue"),
    (
        {"corrects": "january"},
        "corrects 'january' goes out at 2027-01-10 09:00, not before this issue",
    ),
    ({"corrects": "december"}, "not before this issue"),
    (
        {"corrects": "november", "audience": "{kind: retired}"},
        "audience is inherited from 'november'",
    ),
    ({"corrects": "november", "digest": "quarterly"}, "digest differs from 'november'"),
    (
        {"corrects": "winter"},
        "digest differs from 'winter', which this issue corrects: write digest:",
    ),
    ({"digest": "monthly"}, "digest 'monthly' is unknown: write one of: quarterly"),
]


@pytest.mark.parametrize(("front", "text"), CORRECTIONS)
def test_a_correction_names_an_earlier_issue_and_nothing_else(site: Project, front, text):
    site.write("events/talk.md")
    site.write("newsletters/november.md")
    site.write("newsletters/winter.md", digest="quarterly")
    site.write("newsletters/january.md", send_at="2027-01-10 09:00")
    site.write(ISSUE, **({"send_at": SEND_AT} | front))
    assert text in "".join(site.problems())


def test_the_catalogue_holds_frequency_correction_and_team(site: Project):
    site.write("newsletters/november.md")
    december(site, corrects="november")
    site.write("newsletters/winter.md", digest="quarterly")
    facts = site.read().catalogue
    assert facts["issues"]["december"]["corrects"] == "november"
    assert facts["issues"]["november"]["corrects"] is None
    assert {s: i["frequency"] for s, i in facts["issues"].items()} == {
        "december": "every",
        "november": "every",
        "winter": "quarterly",
    }
    assert facts["site"]["team"] == {"email": "alumni@example.com", "language": "en"}
