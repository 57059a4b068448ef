from a4a_qa.index.passages import (
    LONGEST_PASSAGE,
    PassageMap,
    cut_passages,
    sentence_in_place,
    sentences_in_place,
)
from a4a_qa.parsing.read import read_report
from a4a_qa.report.ids import sentence_ids


def test_passages_cover_every_retrieved_block_once_in_order(report):
    passages = cut_passages(report)
    blocks = [block for block in report.blocks if block.retrieved]
    inside = [(p, b) for p in passages for b in blocks if p.start <= b.start and b.end <= p.end]
    assert [b for _, b in inside] == blocks
    assert all(p.section == b.section for p, b in inside)


def test_a_passage_of_several_blocks_is_bounded(report):
    blocks = {block.end: block for block in report.blocks}
    for passage in cut_passages(report):
        alone = blocks[passage.end].start == passage.start
        assert alone or passage.end - passage.start <= LONGEST_PASSAGE


def test_boxes_are_passages_of_their_own(report):
    for passage in cut_passages(report):
        kinds = {b.kind == "box" for b in report.blocks if passage.start <= b.start < passage.end}
        assert len(kinds) == 1


def test_ids_are_unique_and_survive_a_change_elsewhere(report, small_file):
    assert len(set(sentence_ids(report))) == len(report.sentences)
    before = read_report(small_file)
    small_file.write_text(small_file.read_text().replace("INTRODUCTION\n", "INTRODUCTION\n\nA new one.\n"))
    after = read_report(small_file)
    assert set(sentence_ids(before)) < set(sentence_ids(after))


def test_sentences_and_passages_find_each_other(report):
    passages = cut_passages(report)
    places = PassageMap(report, passages)
    for position, sentence in enumerate(report.sentences):
        passage = places.passage_of(position)
        assert passages[passage].start <= sentence.start < passages[passage].end
        assert position in places.sentences_of(passage)


def test_a_sentence_is_read_in_its_place(report):
    def in_place(words):
        return next(
            sentence_in_place(report, s) for s in report.sentences if report.slice(s).startswith(words)
        )

    assert in_place("Convention on the rights of the child (CRC)") == (
        "Protection. CSEC Children's rights instruments: Convention on the rights of the child (CRC)– 1989; "
        "Date of Ratification/ Accession: 1992 (acceptance); Date of submitted Report: 2004"
    )
    assert in_place("(68)").startswith("Annex. VII – Monitoring. We urge the Human Rights Council to:. (68)")


def test_sentences_that_stand_under_the_same_headings_are_read_with_them_once(report):
    def under(*positions):
        return sentences_in_place(report, positions).count("National Plan of Action. ")

    first = next(
        i for i, s in enumerate(report.sentences) if report.slice(s).startswith("The Committee is expected")
    )
    other = next(i for i, s in enumerate(report.sentences) if report.slice(s).startswith("(68)"))
    assert under(first, first + 1) == 1
    assert under(first, other, first + 1) == 2
    for position in (first, other):
        assert sentences_in_place(report, [position]) == sentence_in_place(report, report.sentences[position])
