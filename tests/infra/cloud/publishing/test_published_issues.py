"""What the buckets say of issues, for the next build."""

import json

from microsite.content.edition import PublishedIssues

from infra.cloud.publishing import publication, published_issues


def test_nothing_is_known_before_the_first_publish(aws, to):
    assert published_issues.read(aws, to) == PublishedIssues()


def test_markers_say_which_issues_have_begun(aws, to):
    for key in ("begun/winter", "waiting/newsletters/spring/index.html", "publisher.json"):
        aws.client("s3").put_object(Bucket="private", Key=key, Body=b"")
    assert published_issues.read(aws, to).begun == {"winter"}


def test_the_published_catalogue_says_which_issues_are_of_the_archive(aws, to, build):
    issues = {"old": {"archived": True}, "coming": {"archived": False}, "before-this": {}}
    build.write_private("catalogue.json", json.dumps({"schema": 1, "issues": issues}))
    publication.publish(aws, to, build.site, build.private)
    known = published_issues.read(aws, to)
    assert known.archived == {"old": True, "coming": False, "before-this": True}
