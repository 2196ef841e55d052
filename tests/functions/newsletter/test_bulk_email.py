"""What SES is asked to send: values that can break nothing, headers as the standards have them."""

import re
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from microsite.checks.issue_rules import MOST_VARIANTS

from functions.core import tokens
from functions.core.tokens import Purpose
from functions.newsletter import bulk_email
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes, data, to

NAMES = [
    ('Åsa "Ö" <x>', "Åsa &quot;Ö&quot; &lt;x&gt;"),
    ("{{evil}}", "{{evil}}"),
    ("Eve\r\nBcc: all@example.com", "Eve Bcc: all@example.com"),
    ("O'Hara & Söhne", "O&#x27;Hara &amp; Söhne"),
    ("שרה 🎉", "שרה 🎉"),
    ("a\u202eb", "a b"),
    ("=?utf-8?q?x=0D=0ABcc:_y?=", "=?utf-8?q?x=0D=0ABcc:_y?="),
    ("Ek, Åsa", "Ek, Åsa"),
    ('"}, {"x": "', "&quot;}, {&quot;x&quot;: &quot;"),
]


def sent_to(name: str, fake_ses: FakeSes) -> dict[str, Any]:
    issue_runs.join(1, name=name)
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.deliver()
    return fake_ses.accepted[0]


@pytest.mark.parametrize(("name", "escaped"), NAMES)
def test_a_name_cannot_break_html_or_headers(fake_ses, name: str, escaped: str) -> None:
    entry = sent_to(name, fake_ses)
    assert data(entry)["name_html"] == escaped
    assert not re.search(r"[\r\n]", data(entry)["name_text"])
    assert to(entry) == "reader.0@example.com"


@given(st.text(max_size=40))
def test_a_name_holds_no_markup_or_control_characters(name: str) -> None:
    values = data({"ReplacementEmailContent": {"ReplacementTemplate": {
        "ReplacementTemplateData": bulk_email._data(name, "https://example.com/")
    }}})  # fmt: skip
    assert not set("<>\"'") & set(values["name_html"])
    assert not re.search(r"[\x00-\x1f\x7f\u2028]", values["name_text"])


def test_one_click_unsubscribe_follows_rfc_8058(fake_ses: FakeSes) -> None:
    (member_id,) = issue_runs.join()
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.deliver()
    own = {header["Name"]: header["Value"] for header in fake_ses.accepted[0]["ReplacementHeaders"]}
    url = own["List-Unsubscribe"].removeprefix("<").removesuffix(">")
    token = parse_qs(urlsplit(url).query)["token"][0]
    assert url.startswith("https://alumni.example.com/api/unsubscribe?")
    assert tokens.read(Purpose.UNSUBSCRIBE, token, 1) == [member_id]
    assert data(fake_ses.accepted[0])["unsubscribe_url"] == url


def test_headers_shared_by_all_emails_are_in_the_template(fake_ses: FakeSes) -> None:
    sent_to("Asa", fake_ses)
    headers = fake_ses.calls[0]["DefaultContent"]["Template"]["Headers"]
    assert {header["Name"]: header["Value"] for header in headers} == {
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": "<newsletter.alumni.example.com>",
    }


def test_the_sender_is_encoded_as_ascii_and_decodes_to_the_original(fake_ses: FakeSes) -> None:
    sent_to("Asa", fake_ses)
    name, address = parseaddr(fake_ses.calls[0]["FromEmailAddress"])
    assert fake_ses.calls[0]["FromEmailAddress"].isascii()
    assert str(make_header(decode_header(name))) == "Fjärdholm Alumni"
    assert address == "alumni@example.com"


def test_the_call_names_the_newsletters_configuration_set(fake_ses: FakeSes) -> None:
    sent_to("Asa", fake_ses)
    assert fake_ses.calls[0]["ConfigurationSetName"] == "newsletter"


def test_every_variant_is_read_once_even_at_the_maximum_number(fake_ses, monkeypatch) -> None:
    names = {f"en-{number}": [{"kind": [str(number)]}] for number in range(MOST_VARIANTS)}
    contents = {name: {"subject": name, "html": name, "text": name} for name in names}
    issue_runs.publish(readers=names, contents=contents)
    variants = issue_runs.stored_issue().variants
    first = [bulk_email.content(variant) for variant in variants]
    monkeypatch.setattr(bulk_email, "client", None)
    assert [bulk_email.content(variant) for variant in variants] == first
