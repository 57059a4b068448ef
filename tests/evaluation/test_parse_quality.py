"""The measure of parsing: what a parser does wrong shows in the figure that is meant to show it."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from a4a_qa.cli.evaluate import eval_group
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.parse_quality import (
    Measured,
    chosen,
    compare_truth,
    failures,
    fixtures,
    headings_of,
    in_order,
    measure,
)
from a4a_qa.evaluation.parse_words import CUT, comparable, file_words, report_words, trigrams
from a4a_qa.parsing.read import read_report
from a4a_qa.report.anchors import hash_of, normalised
from a4a_qa.report.catalogue import ListedReport
from conftest import ROOT
from parsing.pdf.hostile import pdf

SUBJECTS = (
    "bakers carters divers farmers glaziers hatters joiners masons millers potters tanners weavers".split()
)


def paragraph(number: int) -> str:
    """Two sentences that share few words with those of other numbers, the second one with a note mark."""
    who, whom = SUBJECTS[number], SUBJECTS[(number + 5) % len(SUBJECTS)]
    return (
        f"In valley {who[:-1]}field the {who} kept {whom} from the market until {1900 + number}. "
        f"Their guild of {who} and {whom} wrote down what each {who[:-1]} owed.[^{number + 1}]"
    )


BODY = [paragraph(number) for number in range(len(SUBJECTS))]
NOTES = [
    f"[^{number + 1}]: Letter of the {who} to the town, page {number + 3}."
    for number, who in enumerate(SUBJECTS)
]


def markdown(body: list[str], notes: list[str]) -> str:
    return "\n\n".join(["# Guilds of the valley", "## What they owed", *body, "## Notes", *notes]) + "\n"


@pytest.fixture
def whole(tmp_path):
    """The report as it was written."""
    file = tmp_path / "guilds.md"
    file.write_text(markdown(BODY, NOTES), encoding="utf-8")
    return Measured(ListedReport("guilds", file, "training", notes=len(NOTES)))


@pytest.fixture
def misread(whole, tmp_path):
    """The row of a parser that reads the report as if other Markdown stood in its file."""

    def row(body=BODY, notes=NOTES):
        file = tmp_path / "misread.md"
        file.write_text(markdown(body, notes), encoding="utf-8")
        return measure(whole, parse=lambda _: read_report(file))

    return row


def test_a_report_that_is_read_well_has_full_marks(misread):
    row = misread()
    assert (row.arrived, row.in_order, row.paired_share, row.lost, row.added) == (1, 1, 1, 0, 0)
    assert (row.notes, row.paired, row.expected) == (12, 12, 12)
    assert list(failures(row)) == []


def test_a_page_that_is_dropped_is_lost(misread):
    row = misread(body=BODY[:9])
    assert row.arrived < 0.85
    assert row.lost > 300
    assert any("trigrams arrive" in failure for failure in failures(row))


def test_what_stands_twice_in_the_file_must_arrive_twice(whole, misread):
    whole.listed.file.write_text(markdown([*BODY, *BODY[:3]], NOTES), encoding="utf-8")
    assert misread().arrived < 0.9


def test_shuffled_paragraphs_arrive_out_of_order(misread):
    row = misread(body=BODY[::-1])
    assert row.arrived > 0.9
    assert row.in_order < 0.4


def test_lines_of_two_columns_read_as_one_arrive_torn(misread):
    left, right = (" ".join(half).split() for half in (BODY[:6], BODY[6:]))
    lines = [words[at : at + 5] for at in range(0, len(left), 5) for words in (left, right)]
    row = misread(body=[" ".join(word for line in lines for word in line)])
    assert row.arrived < 0.85
    assert row.in_order < 0.8


def test_one_paragraph_that_moved_costs_its_own_words_alone(misread):
    assert 0.85 < misread(body=[*BODY[1:], BODY[0]]).in_order < 0.97


def test_body_swallowed_into_a_note_shows_in_marks_and_in_the_longest_note(misread):
    kept, swallowed = BODY[:4], [text.split("[^")[0] for text in BODY[4:]]
    row = misread(body=kept, notes=[*NOTES[:3], " ".join([NOTES[3], *swallowed]), *NOTES[4:]])
    assert row.paired == 4
    assert row.longest_note > 5 * misread().longest_note
    assert row.sentences < misread().sentences


def test_marks_that_are_not_read_pair_nothing(misread):
    row = misread(body=[text.split("[^")[0] for text in BODY])
    assert (row.notes, row.paired, row.paired_share) == (12, 0, 0)
    assert list(failures(row)) == ["0 of 12 notes are paired, at least 97% expected"]


def test_notes_that_count_anew_on_each_page_are_paired_one_by_one(whole):
    report = read_report(whole.listed.file)
    doubled = replace(report, endnotes=report.endnotes * 2)
    assert measure(whole, parse=lambda _: doubled).paired == 12
    marked = replace(doubled, note_marks=report.note_marks * 2)
    assert measure(whole, parse=lambda _: marked).paired == 24


def test_running_heads_left_in_the_text_are_added(misread):
    row = misread(body=[f"{text} Annual survey of guilds and masters" for text in BODY])
    assert row.added > 200
    assert row.arrived > 0.9


def test_long_and_short_sentences_are_counted_outside_tables(whole, misread):
    endless = " and ".join(f"the {who} of street {number}" for number, who in enumerate(SUBJECTS * 6))
    whole.listed.file.write_text(
        markdown([*BODY, f"There were {endless}.", "See there."], NOTES), encoding="utf-8"
    )
    report = read_report(whole.listed.file)
    # The parser cuts sentences that are longer than this, so what it cut is put together again.
    *others, first, second, short = report.sentences
    uncut = replace(report, sentences=(*others, replace(first, end=second.end), short))
    row = measure(whole, parse=lambda _: uncut)
    assert row.long_sentences == 1
    assert row.short_sentences == pytest.approx(1 / 26)
    assert len(list(failures(row))) == 2
    table = misread(body=[*BODY, "| Guild | Sum |\n| --- | --- |\n| Hatters | 12 |"])
    assert table.short_sentences == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The work-\r\nshop closed.", "The workshop closed."),
        ("The work\ufffeshop and the well\x02known", "The work-shop and the well-known"),
        ("an o\ufb03ce of labour12 since 200755", "an office of labour since 2007"),
        ("It ended.(1,2,8) Then 27Areas were", "It ended. Then areas were"),
        ("ENDED\u00b9\u00b2 in the north.\u00b3", "ended in the north."),
        ("the 21 st century", "the 21st century"),
    ],
)
def test_what_print_does_to_words_is_undone_on_both_sides(one, other):
    assert comparable(one) == comparable(other)


def test_years_and_words_are_kept():
    assert (
        comparable("In 1998, 43 crews of the S.S. Merganser") == "in 1998 crews of the s s merganser".split()
    )


def without_cuts(words):
    return [word for word, _ in words if word != CUT]


def page(*lines: str) -> bytes:
    shown = b" ".join(b"(%s) Tj T*" % line.encode() for line in lines)
    return b"BT /F1 12 Tf 14 TL 72 700 Td " + shown + b" ET\n"


def test_heads_feet_and_page_numbers_of_a_pdf_are_left_out(tmp_path):
    file = tmp_path / "pages.pdf"
    texts = ["The carters came late", "The divers stayed below", "The masons sang at noon"]
    pages = [
        page(f"Guilds of the valley {number}", text, f"Page {'iii'[:number]} of the survey", str(number))
        for number, text in enumerate(texts, start=1)
    ]
    file.write_bytes(pdf(*pages))
    words = file_words(file)
    assert (
        " ".join(without_cuts(words))
        == "the carters came late the divers stayed below the masons sang at noon"
    )
    assert {place for _, place in words} == {1, 2, 3}


def test_an_address_over_a_line_end_counts_neither_way(tmp_path):
    file = tmp_path / "address.pdf"
    file.write_bytes(
        pdf(page("The letter is at http://guilds.example.org/let", "ters/first.html and nowhere else"))
    )
    words = without_cuts(file_words(file))
    assert not {"let", "ters", "letters"} & set(words)
    assert words[-3:] == ["and", "nowhere", "else"]
    assert ("org", "first", "html") not in {trigram for _, trigram in trigrams(file_words(file))}


def test_a_line_that_is_drawn_twice_counts_once(tmp_path):
    file = tmp_path / "twice.pdf"
    file.write_bytes(pdf(page("Scope and Methodology", "Scope and Methodology", "We asked")))
    assert without_cuts(file_words(file)) == ["scope", "and", "methodology", "we", "asked"]


@pytest.mark.parametrize("layout", ["article", "serif", "typst"])
def test_the_text_layer_of_a_pdf_says_what_its_markdown_says(layout):
    folder = ROOT / "tests/fixtures/pdf"
    written, printed = file_words(folder / "harbours.md"), file_words(folder / f"{layout}.pdf")
    in_print = {trigram for _, trigram in trigrams(printed)}
    shared = [trigram in in_print for _, trigram in trigrams(written)]
    assert sum(shared) / len(shared) > 0.95


def test_markup_of_markdown_is_no_word(tmp_path):
    file = tmp_path / "marked.md"
    file.write_text(
        "## The *hatters*\n\n- a [list](http://guilds.example.org/list) of <em>masters</em>\n"
        "<!-- left\nout -->\n> who paid<sup id='n1'><a href='#f1'>1</a></sup> at <http://pay.example.org>\n",
        encoding="utf-8",
    )
    assert without_cuts(file_words(file)) == (
        "the hatters a list of masters who paid at http pay example org".split()
    )


def test_notes_and_body_are_two_sequences(small, small_file):
    found = report_words(small)
    assert {place for word, place in found if word == "uniform"} == {1}
    assert in_order(file_words(small_file), found) == 1


# Truth: headings and notes by hashes.


@pytest.fixture
def truth_of(tmp_path):
    """The truth with headings as (page, level, title, more) and notes as (number, first words, before)."""

    def write(headings, notes=()):
        file = tmp_path / "truth.json"
        values = {
            "headings": [
                {"page": at, "level": level, "words": hash_of(normalised(title)), **more}
                for at, level, title, more in headings
            ],
            "notes": [
                {
                    "number": n,
                    "page": 4,
                    "note": hash_of(normalised(text)),
                    "before": hash_of(normalised(before)),
                }
                for n, text, before in notes
            ],
        }
        file.write_text(json.dumps(values), encoding="utf-8")
        return file

    return write


@pytest.fixture(scope="module")
def printed():
    return read_report(ROOT / "tests/fixtures/pdf/serif.pdf")


@pytest.fixture(scope="module")
def printed_headings(printed):
    """(page, level, title, {}) of the headings that the parser finds, all of which are right."""
    return [(heading["page"], heading["level"], heading["title"], {}) for heading in headings_of(printed)]


def test_headings_are_compared_by_page_and_words(printed, printed_headings, truth_of):
    exact, wrong = compare_truth(printed, truth_of(printed_headings))
    assert (exact["heading_precision"], exact["heading_recall"], exact["levels"]) == (1, 1, 1)
    assert wrong == []
    [(at, level, title, _), *others] = printed_headings
    shares, wrong = compare_truth(printed, truth_of([(at + 1, level, title, {}), *others]))
    missed, false, *_ = wrong
    assert missed.startswith(f"heading missed p. {at + 1}, level {level}")
    assert false == f"heading false p. {at}, level {level}: {title}"
    assert not any(line.startswith(("heading missed", "heading false")) for line in wrong[2:])
    one_less = pytest.approx(1 - 1 / len(printed_headings))
    assert shares["heading_recall"] == shares["heading_precision"] == one_less


def test_an_optional_heading_is_neither_missed_nor_false(printed, printed_headings, truth_of):
    [(at, level, title, _), *others] = printed_headings
    optional = [(at, level, title, {"optional": True}), *others, (4, 1, "Not there", {"optional": True})]
    shares, _ = compare_truth(printed, truth_of(optional))
    assert (shares["heading_precision"], shares["heading_recall"]) == (1, 1)


def test_levels_are_relative(printed, printed_headings, truth_of):
    deeper = [(at, level + 1, title, {}) for at, level, title, _ in printed_headings]
    assert compare_truth(printed, truth_of(deeper))[0]["levels"] == 1
    flat = [(at, 1, title, {}) for at, _, title, _ in printed_headings]
    wrong = sum(level > 1 for _, level, _, _ in printed_headings)
    assert wrong
    lines = compare_truth(printed, truth_of(flat))[1]
    assert [line.startswith("heading level 1 expected") for line in lines] == [True] * wrong
    either = [(at, 1, title, {"also_level": level}) for at, level, title, _ in printed_headings]
    assert compare_truth(printed, truth_of(either))[0]["levels"] == 1


def test_notes_are_right_with_their_first_words_and_marks_with_the_words_before(
    printed, printed_headings, truth_of
):
    right = (2, "Office of Statistics School Attendance", "on school attendance")
    wrong = (6, "Interview with a sailor August", "a warm coat")
    shares, lines = compare_truth(printed, truth_of(printed_headings, [right, wrong]))
    assert lines == ["note 6 is not as a person read it", "mark 6 is not where a person found it"]
    assert (shares["note_texts"], shares["marks_placed"]) == (0.5, 0.5)


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"headings": [1], "notes": []}', '{"headings": [], "notes": [{}]}']
)
def test_what_is_no_truth_file_is_named(tmp_path, printed, text):
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(EvaluationError, match=r"t\.json is no truth file"):
        compare_truth(printed, tmp_path / "t.json")


# Which reports, and the command.


def test_a_name_that_is_no_report_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(EvaluationError, match=r"no report 'nothing'.*cambodia-2011"):
        chosen(ROOT, ("nothing",))
    assert chosen(ROOT, (str(ROOT / "README.md"),))[0].listed.notes is None
    assert all(report.listed.file.is_file() for report in fixtures(ROOT))


def test_without_the_folder_the_command_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("A4A_QA_REPORTS", str(tmp_path / "nowhere"))
    found = CliRunner().invoke(eval_group, ["parsing"])
    assert found.exit_code == 1
    assert "Set A4A_QA_REPORTS" in found.output


def test_the_command_prints_a_row_and_writes_the_figures(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    card = tmp_path / "parsing.json"
    found = CliRunner().invoke(eval_group, ["parsing", "cambodia-2011", "--output", str(card)])
    assert found.exit_code == 0, found.output
    assert "164/164/164" in found.output
    row = json.loads(card.read_text())["cambodia-2011"]
    assert (row["paired"], row["sentences"], row["long_sentences"]) == (164, 643, 0)


def test_a_missed_target_is_named_and_fails(whole, monkeypatch):
    monkeypatch.chdir(ROOT)
    whole.listed.file.write_text(markdown([*BODY, *(["Yes."] * 3)], NOTES), encoding="utf-8")
    found = CliRunner().invoke(eval_group, ["parsing", str(whole.listed.file)])
    assert found.exit_code == 1
    assert "guilds.md: 11.1% of the sentences are shorter than 15 characters" in found.output


def test_what_is_lost_is_shown_with_its_place(whole, tmp_path):
    other = tmp_path / "less.md"
    other.write_text(markdown(BODY[1:], NOTES), encoding="utf-8")
    lines = measure(whole, parse=lambda _: read_report(other)).wrong
    assert lines[0].startswith("lost line 5, ")
    assert "in valley bakerfield the bakers kept" in lines[0]
    assert "note without a mark: 1" in lines
