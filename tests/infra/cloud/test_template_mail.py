"""Email in template.yaml: nothing tracks readers, and no address reaches a queue."""

import json
import re

from tests.infra.cloud.template_resources import (
    RESOURCES,
    of,
)


def test_ses_keeps_no_list_of_addresses_of_its_own():
    for name, properties in of("AWS::SES::ConfigurationSet").items():
        assert properties["SuppressionOptions"] == {"SuppressedReasons": []}, name


def test_opens_and_clicks_are_not_tracked():
    for name, properties in of("AWS::SES::ConfigurationSet").items():
        assert "TrackingOptions" not in properties, name
    for properties in of("AWS::SES::ConfigurationSetEventDestination").values():
        types = set(properties["EventDestination"]["MatchingEventTypes"])
        assert types == {"send", "bounce", "complaint", "reject", "renderingFailure"}


def test_email_events_reach_the_queue_without_addresses():
    (target,) = RESOURCES["MailEvents"]["Properties"]["Targets"]
    paths = target["InputTransformer"]["InputPathsMap"]
    words = "destination|headers|Recipients|diagnostic|source|subject"
    assert not [path for path in paths.values() if re.search(words, path)]
    assert not [path for path in paths.values() if path in {"$", "$.detail", "$.detail.mail"}]


def test_an_event_without_optional_fields_can_be_read_by_feedback():
    from functions.feedback.rules import read

    (target,) = RESOURCES["MailEvents"]["Properties"]["Targets"]
    template = target["InputTransformer"]["InputTemplate"].replace("<event>", "Send")
    notice = read(json.loads(re.sub(r"<\w+>", "", template)))
    assert (notice.issue, notice.batch, notice.address_hash, notice.stops) == ("", None, "", "")


def test_an_event_carries_why_a_reader_complained():
    from functions.feedback.rules import read

    (target,) = RESOURCES["MailEvents"]["Properties"]["Targets"]
    paths = target["InputTransformer"]["InputPathsMap"]
    assert paths["complaint_type"] == "$.detail.complaint.complaintFeedbackType"
    template = target["InputTransformer"]["InputTemplate"].replace("<event>", "Complaint")
    filled = template.replace("<complaint_type>", "not-spam")
    assert read(json.loads(re.sub(r"<\w+>", "", template))).stops == "complaint"
    assert read(json.loads(re.sub(r"<\w+>", "", filled))).stops == ""


def test_an_event_with_everything_stops_the_address():
    from functions.feedback.rules import read

    (target,) = RESOURCES["MailEvents"]["Properties"]["Targets"]
    template = target["InputTransformer"]["InputTemplate"]
    given = {"event": "Bounce", "bounce_type": "Permanent", "batch": "3", "position": "7"}
    notice = read(json.loads(re.sub(r"<(\w+)>", lambda m: given.get(m[1], m[1]), template)))
    assert (notice.issue, notice.batch, notice.position) == ("issue", 3, 7)
    assert (notice.address_hash, notice.stops) == ("address", "bounce")
