"""What every engine must do: it proposes the sentences that a plain search finds, and of the reports that
were asked for alone. Qdrant is tested as far as it is there: `qdrant_collections`."""

from collections import Counter

import numpy as np
import pytest

from a4a_qa.index.dense import DenseIndex, pack_all, pack_vectors
from a4a_qa.index.engines.embedded import EmbeddedEngine
from a4a_qa.index.engines.engine import PROPOSED, Proposed, SentenceQuery, rank_reports
from a4a_qa.index.engines.qdrant import QdrantEngine
from a4a_qa.index.late import PackedTokens, Rarity, pack, texts_with_each
from a4a_qa.index.parts import SentenceParts
from a4a_qa.models.encoder import Encoded
from index.qdrant_collections import KINDS, opened

WIDTH, COUNTS = 16, {"a": 150, "b": 3, "empty": 0}
RANDOM = np.random.default_rng(5)


def unit(*shape: int) -> np.ndarray:
    vectors = RANDOM.normal(size=shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def parts_of(count: int) -> SentenceParts:
    words = tuple(tuple(f"w{number}" for number in RANDOM.integers(0, 40, 6)) for _ in range(count))
    texts = [Encoded(RANDOM.integers(1, 30, 5).astype(np.int32), unit(5, WIDTH), unit(WIDTH)) for _ in words]
    vectors = unit(count, WIDTH).astype(np.float16)
    return SentenceParts(words, vectors, pack(texts, frozenset({0}), WIDTH))


@pytest.fixture(scope="module")
def parts() -> dict[str, SentenceParts]:
    return {name: parts_of(count) for name, count in COUNTS.items()}


@pytest.fixture(scope="module")
def query() -> SentenceQuery:
    encoded = Encoded(np.array([1, 2, 3], np.int32), unit(3, WIDTH), unit(WIDTH))
    return SentenceQuery(("w1", "w1", "w2", "nowhere"), encoded, frozenset({0}))


@pytest.fixture(scope="module", params=["embedded", *KINDS])
def engine(request, parts, tmp_path_factory):
    if request.param == "embedded":
        yield EmbeddedEngine(parts)
        return
    texts_with = Counter()
    for one in parts.values():
        texts_with.update(texts_with_each(one.tokens, len(one.words)))
    with opened(request.param, tmp_path_factory.mktemp("qdrant") / "collection") as collection:
        for name, one in parts.items():
            collection.put(name, f"{name} 1", one)
        yield QdrantEngine(collection, Rarity(texts_with, sum(COUNTS.values())))


def test_the_nearest_by_vectors_and_all_with_the_words_are_proposed(engine, parts, query):
    found = engine.propose(query, set(COUNTS))
    places = {(one.report, one.sentence) for one in found}
    assert len(places) == len(found) <= 2 * PROPOSED
    cosines = {
        (name, at): float(vector.astype(np.float32) @ query.encoded.sentence)
        for name, one in parts.items()
        for at, vector in enumerate(one.vectors)
    }
    nearest = sorted(cosines, key=lambda place: -cosines[place])
    assert set(nearest[: PROPOSED - 5]) <= places
    for one in found:
        assert one.cosine == pytest.approx(cosines[one.report, one.sentence], abs=0.02)
        has_word = {"w1", "w2"} & set(parts[one.report].words[one.sentence])
        assert (one.words > 0) == bool(has_word)
        assert -1 <= one.late <= 1.01


def test_late_interaction_weighs_tokens_by_how_rare_they_are_in_all_reports(engine, parts, query):
    [first, *_] = engine.propose(query, {"b"})
    texts = [set(texts_of(one.tokens, at)) for one in parts.values() for at in range(len(one.words))]
    weights = np.log(1 + len(texts) / np.array([sum(i in text for text in texts) for i in (1, 2, 3)]))
    tokens = parts["b"].tokens
    rows = slice(*tokens.offsets[first.sentence : first.sentence + 2])
    vectors = tokens.vectors[rows].astype(np.float32) * tokens.scales[rows, None]
    best = (query.encoded.vectors @ vectors.T).max(axis=1)
    assert first.late == pytest.approx(float(best @ weights / weights.sum()), abs=1e-3)


def texts_of(tokens: PackedTokens, at: int) -> list[int]:
    return tokens.pieces[slice(*tokens.offsets[at : at + 2])].tolist()


@pytest.mark.parametrize(("reports", "found"), [({"b"}, 3), ({"empty"}, 0), (set(), 0), ({"other"}, 0)])
def test_only_sentences_of_the_reports_that_are_asked_for(engine, query, reports, found):
    proposed = engine.propose(query, reports)
    assert (len(proposed), {one.report for one in proposed} <= reports) == (found, True)


def test_a_library_without_a_sentence_proposes_nothing(parts, query):
    assert EmbeddedEngine({"empty": parts["empty"]}).propose(query, {"empty"}) == ()


def test_words_weigh_alike_whichever_engine_counts_them(engine, parts, query):
    plain = {(one.report, one.sentence): one for one in EmbeddedEngine(parts).propose(query, set(COUNTS))}
    found = engine.propose(query, set(COUNTS))
    most = max(one.words for one in found)
    for one in found:
        if same := plain.get((one.report, one.sentence)):
            assert one.words / most == pytest.approx(
                same.words / max(one.words for one in plain.values()), abs=0.1
            )


def test_a_question_without_a_word_or_a_token_that_weighs_is_searched_by_its_vector(engine, query):
    bare = SentenceQuery((), query.encoded, frozenset({1, 2, 3}))
    found = engine.propose(bare, {"b"})
    assert [(one.late, one.words) for one in found] == [(0, 0)] * 3


def test_reports_rank_by_their_best_sentence_and_by_how_near_their_best_few_come():
    def ranked(*sentences: Proposed) -> list[str]:
        return [one.report for one in rank_reports(sentences)]

    assert ranked() == []
    assert ranked(Proposed("a", 0, 0.5, 0.5, 0.0), Proposed("b", 0, 0.6, 0.5, 0.0)) == ["b", "a"]
    assert ranked(Proposed("a", 0, 0.5, 0.5, 9.0), Proposed("b", 0, 0.6, 0.5, 0.0)) == ["a", "b"]
    near = [Proposed("a", at, 0.1, 0.9, 0.0) for at in range(5)]
    assert ranked(Proposed("a", 9, 0.5, 0.1, 0.0), Proposed("b", 0, 0.6, 0.1, 0.0), *near) == ["a", "b"]


def test_several_arrays_are_packed_as_one():
    vectors = unit(300, WIDTH)
    together, alone = pack_all([vectors[:100], vectors[100:100], vectors[100:]]), pack_vectors(vectors)
    assert together.codes.shape == alone.codes.shape
    assert np.abs(together.codes.astype(int) - alone.codes).max() <= 8


def test_dense_search_of_some_vectors_only():
    vectors = unit(50, WIDTH)
    index, allowed = DenseIndex(pack_vectors(vectors)), np.arange(50) % 3 == 0
    ids, cosines = index.search(vectors[1], 50, allowed)
    assert sorted(ids.tolist()) == np.flatnonzero(allowed).tolist()
    assert index.cosines(vectors[1], ids) == pytest.approx(cosines.tolist(), abs=1e-5)
    assert index.search(vectors[1], 5, np.zeros(50, bool))[0].tolist() == []
