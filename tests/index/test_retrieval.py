"""What a question finds in the real report."""

from dataclasses import astuple, replace
from types import SimpleNamespace

import numpy as np
import pytest

from a4a_qa.errors import IndexDamaged
from a4a_qa.index.dense import pack_vectors
from a4a_qa.index.late import pack
from a4a_qa.index.parts import Parts
from a4a_qa.index.passages import Passage
from a4a_qa.index.retrieval import Retriever
from a4a_qa.index.storage import load
from a4a_qa.models.encoder import Encoded, Encoder
from a4a_qa.report.report import About, Block, Report, Sentence

QUESTION = "In how many provinces were campaigns conducted in 2008?"


@pytest.fixture
def hits(assistant):
    return assistant._retriever.search(QUESTION)


def test_companions_are_the_next_best_and_the_neighbours_of_the_very_best(hits, report):
    best, *others = [hit.sentence for hit in hits.sentences[:12]]
    companions = [one.sentence for one in hits.companions]
    assert companions[: len(others)] == others
    assert best not in companions
    for neighbour in companions[len(others) :]:
        beside = [one for one in (best, others[0]) if abs(one - neighbour) == 1]
        blocks = {report.block_at(report.sentences[one].start) for one in (*beside, neighbour)}
        assert beside
        assert len(blocks) == 1


def text_of(*tokens, sentence=(1.0, 0.0)) -> Encoded:
    """A text of tokens, each a number and a vector of two."""
    numbers, vectors = zip(*tokens, strict=True)
    return Encoded(np.array(numbers, np.int32), np.array(vectors, np.float32), np.array(sentence, np.float32))


# Three sentences in one paragraph. The question has the tokens (1, 0) and (0, 1), as rare as each other.
ASKED = text_of((1, (1.0, 0.0)), (2, (0.0, 1.0)))
TEXTS = (
    text_of((1, (1.0, 0.0)), (4, (0.6, 0.8))),
    text_of((2, (0.0, 1.0)), sentence=(0.6, 0.8)),
    text_of((3, (0.6, 0.8)), sentence=(0.0, 1.0)),
)


def by_hand() -> Retriever:
    words = ("One two.", "Three four.", "Five six.")
    text = " ".join(words)
    starts = [text.index(one) for one in words]
    report = Report(
        About("hand", "By hand"),
        text,
        sections=(),
        blocks=(Block("paragraph", 0, len(text), (), None),),
        sentences=tuple(
            Sentence(start, start + len(one), ()) for start, one in zip(starts, words, strict=True)
        ),
        note_marks=(),
        endnotes=(),
    )
    parts = Parts(
        report=report,
        passages=(Passage("p-1", 0, len(text), ()),),
        words=(("one", "two"), ("three", "four"), ("five", "six")),
        vocabulary={},
        vectors=pack_vectors(np.array([one.sentence for one in TEXTS], np.float16)),
        sentence_vectors=np.array([one.sentence for one in TEXTS], np.float16),
        tokens=pack(TEXTS, frozenset(), 2),
    )
    encoder = SimpleNamespace(
        dimension=2,
        token_dimension=2,
        ignored=lambda ids: frozenset(),
        card=SimpleNamespace(max_tokens=64),
        encode_one=lambda text: ASKED,
        piece=str,
    )
    return Retriever(parts, encoder)


def test_what_a_companion_adds_and_lacks_is_what_its_words_meet_better_and_worse():
    found = by_hand().search("Which?")
    # The best sentence meets the two tokens by 1.0 and 0.8.
    assert [hit.sentence for hit in found.sentences] == [0, 2, 1]
    third, second = found.companions
    # By 0.0 and 1.0.
    assert astuple(second) == pytest.approx((1, 0.5, 0.2 / 2, 1.0 / 2, 0.6), abs=0.005)
    # By 0.6 and 0.8.
    assert astuple(third) == pytest.approx((2, 0.7, 0.0, 0.4 / 2, 0.0), abs=0.005)


def test_where_nothing_is_found_nothing_stands_beside_it(assistant, report):
    found = assistant._retriever.search(QUESTION, allowed=np.zeros(len(report.sentences), bool))
    assert (found.sentences, found.companions) == ((), ())


@pytest.mark.parametrize("of", ["sentence", "token"])
def test_vectors_of_another_dimension_than_the_encoder_makes_are_refused(small_index, of):
    parts, _ = load(small_index)
    if of == "sentence":
        forged = replace(parts, vectors=replace(parts.vectors, codes=parts.vectors.codes[:][:, :64]))
    else:
        forged = replace(parts, tokens=replace(parts.tokens, vectors=parts.tokens.vectors[:][:, :64]))
    with pytest.raises(IndexDamaged, match=rf"has {of} vectors of 64 dimensions.* Build it again"):
        Retriever(forged, Encoder.shipped())
