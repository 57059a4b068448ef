"""Sentences that questions name are found again when a parser reads their report differently."""

import json

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.parsing.read import read_report
from a4a_qa.report.anchors import anchors_of, migrate, read_anchors, write_anchors
from a4a_qa.report.ids import sentence_ids

SHA256 = "0" * 64
BEFORE = """\
# Bees of the north

Bees fly from May to September. They are counted twice a year by volunteers of the club. This takes a week.

## Hives

The club owns forty hives. A hive holds twenty thousand bees in June; the keeper opens it once a week.

Bees fly from May to September.
"""


@pytest.fixture
def parse(tmp_path):
    def parsed(text):
        file = tmp_path / "bees.md"
        file.write_text(text, encoding="utf-8")
        return read_report(file)

    return parsed


def named(report, beginning):
    """The ids of the sentences that begin so."""
    ids = zip(sentence_ids(report), report.sentences, strict=True)
    return [name for name, sentence in ids if report.slice(sentence).startswith(beginning)]


@pytest.fixture
def before(parse):
    report = parse(BEFORE)
    return anchors_of(report, SHA256, sentence_ids(report))


def migrated(anchors, report, old):
    """The texts that the sentences with these words have become."""
    found = migrate(anchors, report, SHA256)
    texts = dict(zip(sentence_ids(report), map(report.slice, report.sentences), strict=True))
    return [texts[name] for name in found.moved[old]]


def test_the_same_parse_keeps_every_id(parse, before):
    found = migrate(before, parse(BEFORE), SHA256)
    assert found.anchors == before
    assert all(moved == (name,) for name, moved in found.moved.items())
    assert found.lost == ()


@pytest.mark.parametrize(
    ("old", "new", "beginning", "became"),
    [
        # A word in the middle, the first words or the last are read differently.
        ("twice a", "two times a", "They", ["They are counted two times a year by volunteers of the club."]),
        ("They are", "All are", "They", ["All are counted twice a year by volunteers of the club."]),
        ("of the club", "of a club", "They", ["They are counted twice a year by volunteers of a club."]),
        # One sentence becomes two.
        ("June; the", "June. The", "A hive", ["A hive holds twenty thousand bees in June.",
                                              "The keeper opens it once a week."]),
        # Two become one.
        ("club. ", "club; ", "They", [
            "They are counted twice a year by volunteers of the club; This takes a week."
        ]),
        # A chapter that was missing is read now: all offsets move.
        ("# Bees", "# Wasps\n\n" + "Wasps are not counted.\n\n" * 9 + "# Bees", "The club",
         ["The club owns forty hives."]),
    ],
)  # fmt: skip
def test_a_sentence_that_is_read_differently_is_found(parse, before, old, new, beginning, became):
    [name] = named(parse(BEFORE), beginning)
    assert migrated(before, parse(BEFORE.replace(old, new)), name) == became


def test_of_equal_sentences_each_keeps_its_own_place(parse, before):
    old = named(parse(BEFORE), "Bees fly")
    changed = parse(BEFORE.replace("Bees fly", "The bees fly"))
    found = migrate(before, changed, SHA256)
    assert [found.moved[name] for name in old] == [(name,) for name in named(changed, "The bees fly")]


def test_a_sentence_that_is_gone_is_lost(parse, before):
    [old] = named(parse(BEFORE), "The club")
    found = migrate(before, parse(BEFORE.replace("The club owns forty hives. ", "")), SHA256)
    assert found.lost == (old,)
    assert found.moved[old] == ()


def test_new_ids_are_anchored_and_unknown_ones_are_lost(parse, before):
    report = parse(BEFORE)
    [new] = named(report, "A hive")
    few = anchors_of(report, SHA256, named(report, "They"))
    found = migrate(few, report, SHA256, also=[new, "s-000000000000"])
    assert new in found.anchors.sentences
    assert found.lost == ("s-000000000000",)


def test_anchors_are_written_without_words_and_read_again(before, tmp_path):
    path = tmp_path / "anchors" / "bees.json"
    write_anchors(path, before)
    assert read_anchors(path) == before
    assert "club" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"report": "a", "sha256": "b", "sentences": {"s-1": [1, 2, 3]}}',
     '{"report": "a", "sha256": "b", "sentences": {"s-1": [1, -2, 3, 4, "a", "b"]}}'],
)  # fmt: skip
def test_a_file_that_holds_no_anchors_is_refused(tmp_path, text):
    path = tmp_path / "bees.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"bees\.json has no anchors.*training migrate"):
        read_anchors(path)


def test_an_unknown_sentence_cannot_be_anchored(parse):
    with pytest.raises(CorpusError, match="has no sentence s-000000000000"):
        anchors_of(parse(BEFORE), SHA256, ["s-000000000000"])


def test_a_file_has_a_sentence_a_line(before, tmp_path):
    path = tmp_path / "bees.json"
    write_anchors(path, before)
    values = json.loads(path.read_text(encoding="utf-8"))
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(values["sentences"]) + 6
