"""Emails of the local stack come from the company of mkdocs.yml."""

import re

import pytest

from infra.dev.local.local_stack import sender
from tests.infra.cloud.template_resources import TEMPLATE


@pytest.mark.parametrize(
    ("site_name", "shown"),
    [
        ("Kramer & Voss Netzwerk", "Kramer & Voss Netzwerk"),
        ('Berg, Söner; "Alumni" <AB>', "Berg Söner Alumni AB"),
        ("@", "Alumni"),
    ],
)
def test_every_name_of_a_site_becomes_a_sender_that_the_stack_takes(site_name: str, shown: str):
    assert sender(site_name) == f"{shown} <alumni@example.com>"
    assert re.fullmatch(TEMPLATE["Parameters"]["Sender"]["AllowedPattern"], sender(site_name))
