"""Sentences that questions name are found again when a parser reads their report differently."""

import json
from dataclasses import replace

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.parsing.read import read_report
from a4a_qa.report.anchors import (
    Anchor,
    Anchors,
    anchors_of,
    hash_of,
    migrate,
    normalised,
    place_of,
    read_anchors,
    write_anchors,
)
from a4a_qa.report.ids import sentence_ids
from a4a_qa.report.report import PageStart

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


TWICE = """\
# Bees

Young bees fly low over the warm fields of June. Worker bees build cells of wax. They rest at night. \
Grey bees fly low over the warm fields of June.
"""


@pytest.fixture
def twice(parse):
    """A report whose last sentence is printed on a page of its own."""
    report = parse(TWICE)
    return replace(report, page_starts=(PageStart(0, 1, "1"), PageStart(report.sentences[-1].start, 2, "2")))


def became(report, words, page=None, start=0):
    """The texts that a sentence of these words has become, of which only its anchor is known."""
    all_words = normalised(words)
    ends = hash_of(all_words[:4]), hash_of(all_words[-4:])
    anchor = Anchor(page, start, start + len(words), len(all_words), *ends)
    found = migrate(Anchors("bees", SHA256, {"s-old": anchor}), report, SHA256)
    texts = dict(zip(sentence_ids(report), map(report.slice, report.sentences), strict=True))
    return [texts[name] for name in found.moved["s-old"]]


@pytest.mark.parametrize(
    ("page", "start", "first_word"),
    [(1, 999, "Young"), (2, 0, "Grey"), (None, 0, "Young"), (None, 999, "Grey"), (7, 0, "Grey")],
)
def test_of_like_places_that_on_the_same_page_counts_and_then_the_nearest(twice, page, start, first_word):
    [text] = became(twice, "All bees fly low over the warm fields of June.", page, start)
    assert text.startswith(first_word)


def test_of_like_places_that_with_as_many_words_counts_before_the_nearest(parse):
    report = parse("# A\n\nAll bees fly low over fields in warm June. Ants run.\n\n"
                   "All bees fly low over the fields in warm June.\n")  # fmt: skip
    assert became(report, "All bees fly low above the fields in warm June.") == [
        "All bees fly low over the fields in warm June."
    ]


@pytest.mark.parametrize(
    ("more", "texts"),
    [
        ("by day", ["All bees fly low by day.", "They like fields in warm June."]),
        # With over a fifth more words, and more than three, it is not what lies between both ends.
        ("by day or night", ["All bees fly low by day or night."]),
    ],
)
def test_a_sentence_may_have_become_a_little_longer(parse, more, texts):
    report = parse(f"# A\n\nAnts run. All bees fly low {more}. They like fields in warm June. Wasps rest.\n")
    assert became(report, "All bees fly low, like fields in warm June.") == texts


def test_a_few_words_are_found_only_whole(parse):
    report = parse("# A\n\nThey rest at night. Bees sleep. Ants run all day long.\n")
    assert became(report, "Bees sleep") == ["Bees sleep."]
    assert became(report, "Bees slept") == []
    assert became(report, "They rest at night") == ["They rest at night."]


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        # The report begins, or ends, in the middle of what it was.
        ("But in the spring, bees rest at night", ["Bees rest at night."]),
        ("Ants run all day and then they sleep", ["Ants run all day."]),
    ],
)
def test_a_sentence_is_found_at_either_end_of_the_report(parse, words, texts):
    report = parse("Bees rest at night. Wasps fly. Ants run all day.\n")
    assert became(report, words) == texts


def test_words_are_alike_whatever_their_case_and_letter_forms():
    assert normalised("“The ﬁrst STRASSE, № 2!”") == normalised("the first straße no 2")


def test_new_ids_are_anchored_and_unknown_ones_are_lost(parse, before):
    report = parse(BEFORE)
    [new] = named(report, "A hive")
    few = anchors_of(report, SHA256, named(report, "They"))
    found = migrate(few, report, SHA256, also=[new, "s-000000000000"])
    assert new in found.anchors.sentences
    assert found.lost == ("s-000000000000",)


def test_anchors_are_written_without_words_and_read_again(before, tmp_path):
    path = tmp_path / "new" / "anchors" / "bees.json"
    write_anchors(path, before)
    assert read_anchors(path) == before
    assert "club" not in path.read_text(encoding="utf-8")


def test_a_file_of_anchors_is_read_as_documented(tmp_path):
    path = tmp_path / "bees.json"
    rows = {"s-1": [3, 0, 5, 1, "aa", "bb"], "s-2": [None, 6, 11, 2, "cc", "dd"]}
    path.write_text(json.dumps({"report": "bees", "sha256": SHA256, "sentences": rows}), encoding="utf-8")
    assert read_anchors(path) == Anchors(
        "bees", SHA256, {"s-1": Anchor(3, 0, 5, 1, "aa", "bb"), "s-2": Anchor(None, 6, 11, 2, "cc", "dd")}
    )


ROW = [1, 2, 3, 4, "a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"report": "a", "sha256": "b"}',
        '{"report": "a", "sha256": "b", "sentences": []}',
        *(
            json.dumps({"report": "a", "sha256": "b", "sentences": {"s-1": row}})
            for row in (
                ROW[:3], [*ROW, 7], 5, "abcdef", [-1, *ROW[1:]], ["1", *ROW[1:]], [1, -2, *ROW[2:]],
                [1, True, *ROW[2:]], [1, 2.0, *ROW[2:]], [*ROW[:4], None, "b"], [*ROW[:4], "a", 5],
            )
        ),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_anchors_is_refused(tmp_path, text):
    path = tmp_path / "bees.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError) as refused:
        read_anchors(path)
    assert str(refused.value).startswith(f"{path} has no anchors of sentences (")
    assert str(refused.value).endswith(
        "), expected an object with report, sha256 and sentences. Make it anew with "
        "`a4a-qa training migrate`."
    )


def test_the_message_on_a_file_of_anchors_says_what_was_found(tmp_path):
    with pytest.raises(CorpusError, match="FileNotFoundError: "):
        read_anchors(tmp_path / "none.json")
    path = tmp_path / "bees.json"
    path.write_text('{"report": "a", "sha256": "b", "sentences": {"s-1": [1, -2, 3, 4, "a", "b"]}}')
    with pytest.raises(CorpusError, match=r"ValueError: \[1, -2, 3, 4, 'a', 'b'\] is no anchor"):
        read_anchors(path)


def test_an_unknown_sentence_cannot_be_anchored(parse):
    with pytest.raises(CorpusError, match="has no sentence s-000000000000"):
        anchors_of(parse(BEFORE), SHA256, ["s-000000000000"])


def test_a_message_names_a_few_of_the_sentences_that_are_not_there(parse):
    with pytest.raises(CorpusError) as refused:
        anchors_of(parse(BEFORE), SHA256, [f"s-{number}" for number in range(7)])
    assert str(refused.value) == "bees has no sentence s-0, s-1, s-2, s-3, s-4."


def test_an_anchor_has_the_page_and_hashes_of_both_ends(twice):
    anchors = list(anchors_of(twice, SHA256, sentence_ids(twice)).sentences.values())
    assert [anchor.page for anchor in anchors] == [1, 1, 1, 2]
    # "They rest at night.": files that were written once are found again by these.
    assert anchors[2].words == 4
    assert anchors[2].first == anchors[2].last == "78486e5250d3"


def test_a_file_has_a_sentence_a_line(before, tmp_path):
    path = tmp_path / "bees.json"
    write_anchors(path, before)
    values = json.loads(path.read_text(encoding="utf-8"))
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(values["sentences"]) + 6


TABLE = """\
# Bees of the north

Bees fly in May. Bees fly in June, and so they do in July and in August; 50% (half) of them fly in September.

| Lake | Signed | Counted |
| --- | --- | --- |
| Ylt | | 12 |
| Orr | 1999 | 14 |
"""


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("Bees fly in May", "Bees fly in May"),
        ("50% (half)", "50% (half)"),
        # An empty cell is a tab more or none.
        ("Ylt\t\t12", "Ylt\t\t12"),
        ("Ylt\t12", "Ylt\t\t12"),
        ("Orr\t\t\t1999\t14", "Orr\t1999\t14"),
    ],
)
def test_a_quote_is_found_where_it_stands(parse, quote, words):
    report = parse(TABLE)
    assert report.slice(place_of(quote, "line 3", report)) == words


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Bees swim", "'Bees swim' is not in the report"),
        ("Bees fly in", "'Bees fly in' stands at 2 places"),
        ("", "'' is not in the report"),
        ("B.es fly in May", "'B.es fly in May' is not in the report"),
        # A heading is in the report, and answers nothing.
        ("Bees of the north", "'Bees of the north' is not in the report"),
        ("Wasps " * 20, f"'{'Wasps ' * 10}' is not in the report"),
    ],
)
def test_a_quote_that_is_not_one_place_is_refused(parse, quote, found):
    with pytest.raises(CorpusError) as refused:
        place_of(quote, "line 3", parse(TABLE))
    assert str(refused.value) == f"line 3: the quote {found}, expected exactly one place."
