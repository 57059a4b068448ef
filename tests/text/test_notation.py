"""Links that may be followed."""

import pytest

from a4a_qa.text.notation import SAFE_LINK


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://www.example.org/weather?of=today#now", True),
        ("http://www.example.org", False),
        ("javascript:alert(1)", False),
        ("data:text/html,https://www.example.org", False),
        ('https://www.example.org/"onclick=', False),
        ("https://www.example.org/ x", False),
        ("https://", False),
    ],
)
def test_a_link_runs_nothing(address, is_safe):
    assert bool(SAFE_LINK.fullmatch(address)) is is_safe
