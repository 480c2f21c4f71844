"""The promises of SECURITY.md have tests, and the tests' promises are in SECURITY.md."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
MARK = re.compile(r"mark\.promise\(\s*\"([^\"]+)\"")


def test_every_promise_has_a_test_and_every_mark_is_a_promise() -> None:
    page = (TESTS.parent / "SECURITY.md").read_text(encoding="utf-8")
    promised = set(re.findall("“([^…”]+)”", " ".join(page.split())))
    sources = (path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    marked = {name for source in sources for name in MARK.findall(source)}
    assert promised == marked
