"""A report goes through JSON and comes back whole, and what is no report is refused."""

import json
import operator
from dataclasses import fields
from functools import reduce

import pytest

from a4a_qa.report.as_json import report_from_dict, report_to_dict
from a4a_qa.report.report import (
    About,
    Block,
    Endnote,
    NoteMark,
    Pages,
    PageStart,
    Problem,
    Report,
    Section,
    Sentence,
    Source,
    Span,
)

HOSTILE = '"]}\\u0000 \x00\x1b[31m\r\n\u2028\u202e</script>🙂 \ud83d NaN 1e999'
PAGE, PAGES = Pages(3, 3, "iii", exact=True), Pages(4, None, f"4–{HOSTILE}", exact=False)
# Every field has a value of its own, so that none is taken for another.
FULL = Report(
    about=About(
        id="r",
        title=HOSTILE,
        publisher="P",
        year=2011,
        edition="2nd",
        country="Chad",
        language="fr",
        rights="CC BY",
        examples=("What?", HOSTILE),
        origins={"title": "the cover", HOSTILE: "report.toml"},
    ),
    text=HOSTILE,
    sections=(Section((HOSTILE, "Sub"), 1, 9, PAGES), Section(("Bare",), 2, 8, None)),
    blocks=(
        Block("table_row", 1, 5, ("One", HOSTILE), PAGE, (Span(0, 1), Span(2, 3)), retrieved=False),
        Block("box", 6, 7, (), None),
    ),
    sentences=(Sentence(1, 4, (7, 8)), Sentence(5, 6, ())),
    note_marks=(NoteMark(7, 4, PAGE), NoteMark(8, 5, None)),
    endnotes=(
        Endnote(
            7,
            HOSTILE,
            10,
            20,
            (Source("web", "http://a.org", "http://b.org", "2010-05-01", "iv"),
             Source("communication", None, None, None, None)),
            PAGES,
        ),
        Endnote(8, "", 21, 22, (), None),
    ),
    problems=(Problem("page", HOSTILE, 12), Problem("odd", "m")),
    page_starts=(PageStart(0, 3, "iii"), PageStart(9, 4, HOSTILE)),
)  # fmt: skip
EMPTY = Report(About(id="r", title="t"), "", (), (), (), (), ())


def through_json(report):
    return json.loads(json.dumps(report_to_dict(report)))


@pytest.mark.parametrize("report", [FULL, EMPTY], ids=["full", "empty"])
def test_a_report_comes_back_from_json_as_it_went(report):
    assert report_from_dict(through_json(report)) == report


def test_each_field_has_the_name_that_it_has_in_the_model():
    values = through_json(FULL)
    names = {"report" if field.name == "about" else field.name for field in fields(Report)}
    assert set(values) == names
    # In reports without pages they are no empty list.
    assert set(through_json(EMPTY)) == names - {"page_starts"}
    assert values["blocks"][0] == {
        "kind": "table_row",
        "start": 1,
        "end": 5,
        "section": ["One", HOSTILE],
        "page": {"first": 3, "last": 3, "label": "iii", "exact": True},
        "context": [{"start": 0, "end": 1}, {"start": 2, "end": 3}],
        "retrieved": False,
    }


@pytest.mark.parametrize("name", sorted(through_json(EMPTY)))
def test_a_report_that_lacks_a_part_is_refused(name):
    values = through_json(FULL)
    del values[name]
    with pytest.raises(KeyError, match=name):
        report_from_dict(values)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("text", 5, "found int, expected str"),
        ("text", None, "found NoneType, expected str"),
        ("report", [], "indices"),
        ("report/examples", ["What?", 5], "found int, expected str"),
        ("report/origins", {"title": ["the cover"]}, "found list, expected str"),
        ("report/origins", ["the cover"], "dictionary"),
        ("report/colour", "red", "colour"),
        ("sections", None, "NoneType"),
        ("sections/0/page", {"first": 1}, "label"),
        ("blocks/0/kind", "poem", "found a block of kind 'poem'"),
        ("blocks/0/kind", [], "found a block of kind"),
        ("blocks/0/context", [{"start": 1}], "end"),
        ("note_marks/0/page", 5, "mapping"),
        ("endnotes/0/sources", [{"kind": "web"}], "url"),
        ("problems/0/remedy", "none", "remedy"),
        ("page_starts/0", {"offset": 0}, "label"),
    ],
)
def test_a_part_of_another_shape_is_refused(place, value, message):
    values = through_json(FULL)
    *path, last = (int(step) if step.isdigit() else step for step in place.split("/"))
    reduce(operator.getitem, path, values)[last] = value
    with pytest.raises((KeyError, TypeError, ValueError), match=message):
        report_from_dict(values)
