"""The three indexes against the plainest way to compute the same."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from a4a_qa.index.dense import DenseIndex, pack_vectors
from a4a_qa.index.late import LateIndex, PackedTokens, Rarity, TokenQuery, pack, texts_with_each
from a4a_qa.index.lexical import LexicalIndex, words_of
from a4a_qa.models.encoder import Encoded

SPECIAL = frozenset({0})


def rarity(tokens: PackedTokens) -> Rarity:
    """How much each token tells among all packed texts."""
    texts = len(tokens.offsets) - 1
    return Rarity(texts_with_each(tokens, texts), texts)


def encoded(ids, vectors):
    rows = np.array(vectors, np.float32)
    return Encoded(np.array(ids, np.int32), rows / np.linalg.norm(rows, axis=1, keepdims=True), rows[0])


@pytest.fixture
def texts():
    noise = np.random.default_rng(0)
    return [encoded([0, *range(1 + i, 4 + i), 0], noise.normal(size=(5, 8))) for i in range(6)]


def test_late_interaction_is_the_weighted_sum_of_best_matches(texts):
    packed = pack(texts, SPECIAL, 8)
    index, query = LateIndex(packed), rarity(packed).query(texts[2], SPECIAL)
    ids = [4, 0, 2]
    matches = np.array([(query.vectors @ texts[i].vectors[1:-1].T).max(axis=1) for i in ids])
    plain = matches @ query.weights
    assert index.matches(query, ids) == pytest.approx(matches, abs=0.01)
    assert index.scores(query, ids) == pytest.approx(plain, abs=0.01)
    assert index.scores(query, [2])[0] == pytest.approx(1, abs=0.01)
    assert query.weights.sum() == pytest.approx(1)
    assert len(query.weights) == len(texts[2].token_ids) - 2  # without special tokens


def test_rare_tokens_weigh_more(texts):
    rarest, _, common = rarity(pack(texts, SPECIAL, 8)).query(texts[0], SPECIAL).weights
    assert rarest > common


def test_a_token_that_stands_twice_in_a_text_is_no_less_rare(texts):
    twice = [encoded([0, 1, 1, 2, 0], texts[0].vectors), encoded([0, 2, 3, 0], texts[0].vectors[:4])]
    asked = rarity(pack(twice, SPECIAL, 8)).query(encoded([1, 2, 3], texts[0].vectors[:3]), SPECIAL).weights
    assert asked.tolist() == pytest.approx(np.log([3, 2, 3]) / np.log(18))


def test_late_interaction_with_texts_of_no_token():
    empty = encoded([0], [[1.0] * 8])
    index = LateIndex(pack([empty, encoded([0, 5], [[1.0] * 8] * 2)], SPECIAL, 8))
    query = TokenQuery(np.ones((1, 8), np.float32) / np.sqrt(8), np.array([5]), np.ones(1, np.float32))
    assert index.scores(query, [0, 1]) == pytest.approx([0, 1], abs=0.01)
    assert index.scores(query, []).shape == (0,)


def test_dense_search_finds_the_nearest_with_a_byte_for_each_number():
    vectors = np.random.default_rng(1).normal(size=(5_000, 64))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    packed = pack_vectors(vectors)
    index, plain = DenseIndex(packed), vectors.astype(np.float32) @ vectors[7].astype(np.float32)
    asked = vectors[7].astype(np.float32)
    ids, cosines = index.search(asked, 40)
    assert ids[0] == 7
    assert len(set(ids.tolist()) & set(np.argsort(-plain)[:40].tolist())) >= 38
    assert cosines == pytest.approx(np.sort(plain)[::-1][:40], abs=0.02)
    assert len(DenseIndex(replace(packed, codes=packed.codes[:50])).search(asked, 500)[0]) == 50
    assert not len(DenseIndex(pack_vectors(vectors[:0])).search(asked, 5)[0])


def test_dense_search_finds_the_same_bits_as_the_index_that_packed_the_vectors():
    faiss = pytest.importorskip("faiss")
    vectors = np.random.default_rng(1).normal(size=(3_000, 32))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    plain = faiss.IndexScalarQuantizer(32, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    plain.train(vectors[::2])
    plain.add(vectors)
    cosines, ids = plain.search(vectors[7:8], 40)
    found = DenseIndex(pack_vectors(vectors)).search(vectors[7], 40)
    assert (found[0].tolist(), found[1].tolist()) == (ids[0].tolist(), cosines[0].tolist())


def test_every_thread_searches_by_itself():
    faiss = pytest.importorskip("faiss")
    index = DenseIndex(pack_vectors(np.eye(8, dtype=np.float32)))

    def threads_of_search():
        faiss.omp_set_num_threads(2)
        index.search(np.eye(8, dtype=np.float32)[0], 3)
        return faiss.omp_get_max_threads()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(threads_of_search).result() == 1


def test_words_are_folded_and_stemmed():
    assert words_of("The Children's rights, in U.S. courts: naïve TRAFFICKING!") == [
        "children", "right", "us", "court", "naiv", "traffick",
    ]  # fmt: skip
    assert words_of("the of and ?") == []


def test_a_country_is_no_stop_word_unless_all_is_in_capitals():
    assert words_of("Tell us what the US does") == ["us"]
    assert words_of("TELL US WHY") == []


def test_bm25_prefers_rare_words():
    index = LexicalIndex([["a", "b"], ["a", "c"], ["a", "d", "d"], []])
    scores = index.scores(["d", "unknown"])
    assert int(scores.argmax()) == 2
    assert index.rarity("unknown") > index.rarity("d") > index.rarity("a")


def test_a_word_scores_once_for_each_time_it_is_asked_for():
    index = LexicalIndex([["a", "b"], ["a", "c"], ["a", "d", "d"], []])
    once, other = index.scores(["d"]), index.scores(["b", "b"])
    assert index.scores(["d", "b", "nowhere", "d", "b", "d"]) == pytest.approx(3 * once + other)


def test_a_long_text_is_scored_word_by_word_not_place_by_place(monkeypatch):
    index, asked = LexicalIndex([["a", "b"], ["a", "c"], ["c"]]), []
    scores = index._bm25.get_scores
    monkeypatch.setattr(index._bm25, "get_scores", lambda words: asked.extend(words) or scores(words))
    index.scores(["b", "c", "nowhere"] * 3_000)
    assert sorted(asked) == ["b", "c"]


def test_the_last_tokens_can_weigh_more(texts):
    index = rarity(pack(texts, SPECIAL, 8))
    plain = index.query(texts[2], SPECIAL).weights
    stressed = index.query(texts[2], SPECIAL, last=1, emphasis=3.0).weights
    assert stressed.sum() == pytest.approx(1)
    assert stressed[-1] / stressed[0] == pytest.approx(3 * plain[-1] / plain[0])
    assert index.query(texts[2], SPECIAL, last=99, emphasis=3.0).weights == pytest.approx(plain)


def test_texts_of_stop_words_alone_are_searched_all_the_same():
    assert LexicalIndex([[], []]).scores(["law"]).tolist() == [0.0, 0.0]
