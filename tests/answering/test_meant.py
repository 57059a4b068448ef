"""What a question means by what somebody typed."""

import pytest

from a4a_qa.answering.meant import meant_by


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("were do children go", "where do children go"),
        ("and were is the shelter", "and where is the shelter"),
        ("Were children asked?", "Were children asked?"),
        ("Is the 24h hotline free?", "Is the 24-hour hotline free?"),
        ("Is the 24 hrs hotline free?", "Is the 24-hour hotline free?"),
        ("Why is there no chapter on ferries?", "Why is ferries left out?"),
        (
            "Why is there no chapter on ferries and why are they old?",
            "Why is there no chapter on ferries and why are they old?",
        ),
        ("And why does the report not cover old harbours?", "And why is old harbours left out?"),
        ("Why has the report no section about boats?", "Why is boats left out?"),
        ("Why is there no ferry on Sundays?", "Why is there no ferry on Sundays?"),
        ("Why does the ministry not cover old harbours?", "Why does the ministry not cover old harbours?"),
        ("<b>Is it true that</b> the law is old?", "Is it that the law is old?"),
    ],
)
def test_slips_and_shorthand_are_read_as_what_they_stand_for(typed, meant):
    assert meant_by(typed) == meant


def test_the_spelling_is_mended_before_anything_is_read():
    assert meant_by("Is it ture that all is well?", lambda text: text.replace("ture", "true")) == (
        "Is it that all is well?"
    )
