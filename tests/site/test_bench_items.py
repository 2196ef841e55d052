"""The benchmark's items are valid, of all kinds, and the same each time."""

from microsite.checks import check

from infra.dev.bench.support import generated_items


def test_generated_items_pass_the_check(tmp_path):
    root = generated_items.project(tmp_path, 100)
    content = root / "site/content"
    ours = [str(p) for p in check.project_problems(root) if "template" not in p.text]
    assert ours == []
    counted = {
        kind: len(list((content / kind).glob("*.md"))) for kind, _ in generated_items._SHARES
    }
    assert counted == dict(generated_items._SHARES)


def test_the_same_number_generates_the_same_items(tmp_path):
    first, second = (generated_items.project(tmp_path / name, 20) for name in "ab")
    contents = [
        {p.name: p.read_bytes() for p in (root / "site/content").rglob("*.md")}
        for root in (first, second)
    ]
    assert contents[0] == contents[1]
