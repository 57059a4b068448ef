"""The shipped encoder, opened and damaged."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from a4a_qa.errors import EncoderError
from a4a_qa.models import runtime
from a4a_qa.models.encoder import Encoder
from a4a_qa.models.judge import Judge
from a4a_qa.models.runtime import (
    CARD_FILE,
    MODEL_FILE,
    MODEL_FILES,
    SIGNED_FILE,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    WORDS_FILE,
    load_tokenizer,
)

TEXTS = (
    "Campaigns were conducted in five provinces.",
    "Why?",
    "",
    "The law was adopted in 2008, and the regulations that go with it were to follow within a year.",
    "Who runs the hotline?",
    "Who runs the shelter?",
    "Training of police officers, judges and prosecutors. " * 8,
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.shipped()


@pytest.fixture
def folder(tmp_path: Path, encoder: Encoder) -> Path:
    """A copy of the shipped encoder, free to be damaged."""
    return shutil.copytree(encoder.folder, tmp_path / "encoder")


def change_card(folder: Path, **fields: object) -> None:
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    (folder / CARD_FILE).write_text(json.dumps(card | fields), encoding="utf-8")


def put_file(folder: Path, name: str, content: bytes) -> None:
    """Write a file and its hash into the card, so that only its content is wrong."""
    (folder / name).write_bytes(content)
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    card["files"][name]["sha256"] = hashlib.sha256(content).hexdigest()
    change_card(folder, files=card["files"])


def test_the_shipped_encoder_says_what_it_was_made_of(encoder: Encoder) -> None:
    student = encoder.card.facts["training"]["student"]
    assert (student["teacher"], student["layers"]) == ("all-mpnet-base-v2, trained", [0, 2, 4, 7, 9, 11])
    assert (encoder.dimension, encoder.token_dimension) == (768, 128)
    assert (encoder.card.max_tokens, encoder.card.pooling) == (384, "mean")


def test_every_vector_is_a_unit_vector_of_the_dimension(encoder: Encoder) -> None:
    for text in encoder.encode(TEXTS):
        assert text.vectors.shape == (len(text.token_ids), 128)
        assert text.sentence.shape == (encoder.dimension,)
        assert (text.token_ids.dtype, text.vectors.dtype) == (np.int32, np.float32)
        np.testing.assert_allclose(np.linalg.norm(text.vectors, axis=1), 1, atol=1e-5)
        assert np.linalg.norm(text.sentence) == pytest.approx(1, abs=1e-5)


def test_special_tokens_and_punctuation_are_ignored(encoder: Encoder) -> None:
    ids = encoder.encode_one("Who runs the hotline?").token_ids.tolist()
    ignored = encoder.ignored(ids)
    assert [token in ignored for token in ids] == [True, *[False] * (len(ids) - 3), True, True]


def test_files_that_were_just_read_are_not_read_once_more(encoder: Encoder, monkeypatch) -> None:
    read = []
    monkeypatch.setattr("a4a_qa.models.encoder.check_file", lambda path, expected: read.append(path.name))
    known = {**encoder.card.files, WORDS_FILE: "0" * 64}
    Encoder.open(encoder.folder, checked=known)
    assert read == [WORDS_FILE]


def test_texts_of_like_meaning_are_nearer_than_others(encoder: Encoder) -> None:
    lawyer, attorney, harbour = encoder.encode(
        ["Find me a lawyer.", "I need an attorney.", "The harbour froze."]
    )
    assert lawyer.sentence @ attorney.sentence > lawyer.sentence @ harbour.sentence + 0.3


def test_case_does_not_matter(encoder: Encoder) -> None:
    lower, upper = encoder.encode(["article 34", "ARTICLE 34"])
    np.testing.assert_array_equal(lower.vectors, upper.vectors)


def test_a_text_in_a_batch_has_the_vectors_that_it_has_alone(encoder: Encoder) -> None:
    many = [
        f"Who runs the {noun} of {place}?" for noun in ("shelter", "school") for place in ("Kep", "Kampot")
    ]
    for text, together in zip([*TEXTS, *many], encoder.encode([*TEXTS, *many]), strict=True):
        alone = encoder.encode_one(text)
        np.testing.assert_array_equal(alone.token_ids, together.token_ids)
        np.testing.assert_allclose(alone.vectors, together.vectors, atol=1e-6)
        np.testing.assert_allclose(alone.sentence, together.sentence, atol=1e-6)


def test_encoding_twice_gives_the_same_bits(encoder: Encoder) -> None:
    for first, second in zip(encoder.encode(TEXTS), Encoder.shipped().encode(TEXTS), strict=True):
        np.testing.assert_array_equal(first.vectors, second.vectors)
        np.testing.assert_array_equal(first.sentence, second.sentence)


def test_several_threads_may_share_an_encoder(encoder: Encoder) -> None:
    with ThreadPoolExecutor(4) as pool:
        for text, result in zip(TEXTS * 3, pool.map(encoder.encode_one, TEXTS * 3), strict=True):
            np.testing.assert_array_equal(result.sentence, encoder.encode_one(text).sentence)


def test_batches_worked_on_together_give_the_same_bits(encoder: Encoder) -> None:
    texts = [f"{'word ' * (n % 40)}{n}" for n in range(200)]
    alone, together = encoder.encode(texts), encoder.encode(texts, at_a_time=3)
    for first, second in zip(alone, together, strict=True):
        assert np.array_equal(first.vectors, second.vectors)
        assert np.array_equal(first.sentence, second.sentence)


def test_who_stops_does_not_wait_for_the_rest(encoder: Encoder) -> None:
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    started = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        encoder.encode(["word " * 200] * 400, at_a_time=2, on_progress=stop)
    stopped = time.process_time() - started
    encoder.encode(["word " * 200] * 40)
    assert stopped < time.process_time() - started - stopped


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]) == []


def test_progress_counts_the_texts_done_so_far(encoder: Encoder) -> None:
    seen: list[int] = []
    encoder.encode(TEXTS, on_progress=seen.append)
    assert seen == sorted(set(seen))
    assert seen[-1] == len(TEXTS)


def test_a_long_text_is_cut_at_max_tokens(encoder: Encoder) -> None:
    long, longer = encoder.encode(["The police were trained. " * 100, "The police were trained. " * 40_000])
    assert len(long.token_ids) == encoder.card.max_tokens
    np.testing.assert_array_equal(long.vectors, longer.vectors)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\n",
        "\x00\x01\x07",
        "\ud800 lone \udfff",
        "\u202eright to left",
        "🧒🏽" * 50,
        "x" * 300_000,
        "é" * 99,
    ],
    ids=["empty", "blank", "control", "surrogates", "override", "emoji", "one long word", "accents"],
)
def test_any_string_can_be_encoded(encoder: Encoder, text: str) -> None:
    encoded = encoder.encode_one(text)
    assert 2 <= len(encoded.token_ids) <= 256
    assert np.isfinite(encoded.vectors).all()
    assert np.linalg.norm(encoded.sentence) == pytest.approx(1, abs=1e-5)


def test_the_card_can_ask_for_the_first_token_as_the_sentence(folder: Path) -> None:
    change_card(folder, pooling="cls")
    encoded = Encoder.open(folder).encode_one("Who runs the hotline?")
    import onnxruntime  # only now that opening has switched off what it reports

    session = onnxruntime.InferenceSession(folder / MODEL_FILE)
    hidden, _ = session.run(None, {"input_ids": encoded.token_ids[None].astype(np.int64)})
    first = hidden[0, 0] / np.linalg.norm(hidden[0, 0])
    np.testing.assert_allclose(encoded.sentence, first, atol=1e-4)


@pytest.mark.parametrize("field", [{"token_dimension": 768}, {"token_dimension": 127}])
def test_token_vectors_of_another_dimension_than_the_card_says_are_refused(folder: Path, field) -> None:
    change_card(folder, **field)
    with pytest.raises(EncoderError, match="returns the shapes"):
        Encoder.open(folder)


@pytest.mark.parametrize("name", [*MODEL_FILES, CARD_FILE])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EncoderError, match=rf"{name} \(No such file.*make the model again"):
        Encoder.open(folder)


@pytest.mark.parametrize("name", MODEL_FILES)
def test_a_flipped_byte_is_noticed(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(EncoderError, match=rf"{name} is damaged.*SHA-256"):
        Encoder.open(folder)


@pytest.mark.parametrize("card", ["", "no JSON", "[" * 100_000, "\udc80", "[]", "7", "{}", '{"name": "x"}'])
def test_a_card_that_is_none_is_refused(folder: Path, card: str) -> None:
    (folder / CARD_FILE).write_text(card, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(EncoderError, match=r"card\.json .*make the model again"):
        Encoder.open(folder)


@pytest.mark.parametrize(
    "field",
    [
        {"pooling": "max"},
        {"pooling": []},
        {"dimension": 0},
        {"token_dimension": 0},
        {"max_tokens": -1},
        {"max_tokens": float("inf")},
        {"dimension": "many"},
        {"files": []},
    ],
)
def test_a_card_that_makes_no_sense_is_refused(folder: Path, field: dict[str, object]) -> None:
    change_card(folder, **field)
    with pytest.raises(EncoderError, match=r"card\.json"):
        Encoder.open(folder)


def test_a_model_of_another_dimension_than_the_card_is_refused(folder: Path) -> None:
    change_card(folder, dimension=769)
    with pytest.raises(EncoderError, match=r"768.*expects.*769"):
        Encoder.open(folder)


@pytest.fixture(params=[False, True], ids=[MODEL_FILE, SIGNED_FILE])
def graph_file(request, monkeypatch) -> str:
    """The graph that is opened where signed products are not summed exactly, and where they are."""
    monkeypatch.setattr(runtime, "sums_signed_exactly", lambda: request.param)
    return SIGNED_FILE if request.param else MODEL_FILE


@pytest.mark.skipif(
    not runtime.sums_signed_exactly(), reason="this processor cuts off sums of products of signed numbers"
)
def test_signed_matrices_give_the_same_bits(monkeypatch) -> None:
    read = []
    for signed in (False, True):
        monkeypatch.setattr(runtime, "sums_signed_exactly", lambda signed=signed: signed)
        judge = Judge.shipped()
        said = [judge.read(TEXTS[1], text) for text in TEXTS]
        read.append((Encoder.shipped().encode(TEXTS), said))
    (vectors, said), (signed_vectors, signed_said) = read
    for one, other in zip(vectors, signed_vectors, strict=True):
        np.testing.assert_array_equal(one.vectors, other.vectors)
        np.testing.assert_array_equal(one.sentence, other.sentence)
    for one, other in zip(said, signed_said, strict=True):
        assert (one.score, one.forms) == (other.score, other.forms)
        np.testing.assert_array_equal(one.ends, other.ends)


def test_a_model_that_onnxruntime_cannot_load_is_refused(folder: Path, graph_file: str) -> None:
    put_file(folder, graph_file, b"not a graph")
    with pytest.raises(EncoderError, match=r"onnxruntime .* cannot load"):
        Encoder.open(folder)


def test_weights_that_the_graph_does_not_fit_are_refused(folder: Path) -> None:
    put_file(folder, WEIGHTS_FILE, b"too short")
    with pytest.raises(EncoderError, match=r"onnxruntime .* cannot load"):
        Encoder.open(folder)


@pytest.mark.parametrize("location", ["../outside.dat1", "outside.by.link"])
def test_a_graph_reads_no_weights_outside_its_folder(folder: Path, graph_file: str, location: str) -> None:
    outside = (folder / WEIGHTS_FILE).rename(folder.parent / "outside.dat1")
    if location == "outside.by.link":
        (folder / location).symlink_to(outside)
    # The names are equally long, so that the graph stays one.
    graph = (folder / graph_file).read_bytes().replace(WEIGHTS_FILE.encode(), location.encode())
    put_file(folder, graph_file, graph)
    put_file(folder, WEIGHTS_FILE, b"")
    with pytest.raises(EncoderError, match=r"cannot load .* path"):
        Encoder.open(folder)


def test_a_tokenizer_that_is_none_is_refused(folder: Path) -> None:
    put_file(folder, TOKENIZER_FILE, b'{"version": "1.0"}')
    with pytest.raises(EncoderError, match="not a tokenizer"):
        Encoder.open(folder)


@pytest.mark.parametrize(
    "table",
    [np.zeros((30_527, 768), np.float32), np.zeros((768, 30_527), np.int8).T, np.zeros(5, np.int8), None],
    ids=["floats", "columns", "no rows", "no array"],
)
def test_word_embeddings_that_would_be_misread_are_refused(
    folder: Path, table: NDArray[np.generic] | None
) -> None:
    file = io.BytesIO(b"\x93NUMPY")
    if table is not None:
        np.save(file, table)
    put_file(folder, WORDS_FILE, file.getvalue())
    with pytest.raises(EncoderError, match=r"cannot load"):
        Encoder.open(folder)


@pytest.mark.parametrize("shape", [(100, 768), (30_527, 767)])
def test_word_embeddings_of_another_size_fail_with_our_error(folder: Path, shape: tuple[int, int]) -> None:
    file = io.BytesIO()
    np.save(file, np.ones(shape, np.int8))
    put_file(folder, WORDS_FILE, file.getvalue())
    with pytest.raises(EncoderError, match="failed"):
        Encoder.open(folder).encode_one("hotline")


def test_a_tokenizer_that_cuts_elsewhere_is_another(encoder: Encoder) -> None:
    path, sha256 = encoder.folder / TOKENIZER_FILE, encoder.card.files[TOKENIZER_FILE]
    long, short = (load_tokenizer(path, sha256, most).encode(TEXTS[-1]).ids for most in (20, 5))
    assert (len(long), len(short)) == (20, 5)


def test_a_tokenizer_with_more_words_than_the_model_fails_with_our_error(folder: Path) -> None:
    facts = json.loads((folder / TOKENIZER_FILE).read_text(encoding="utf-8"))
    facts["model"]["vocab"]["hotline"] = 99_999
    put_file(folder, TOKENIZER_FILE, json.dumps(facts).encode())
    with pytest.raises(EncoderError, match="failed"):
        Encoder.open(folder).encode_one("hotline")


def modules_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh process has imported after `code`."""
    code += "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(run.stdout.split())


def test_importing_the_module_loads_neither_onnxruntime_nor_tokenizers() -> None:
    assert not modules_after("import a4a_qa.models.encoder") & {"onnxruntime", "tokenizers"}


def test_encoding_loads_no_training_library() -> None:
    code = "from a4a_qa.models.encoder import Encoder; Encoder.shipped().encode_one('Why?')"
    loaded = modules_after(code)
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "transformers", "sentence_transformers", "onnx", "scipy", "sklearn"}
