"""The word of the rules, and that of the weights, on a head that can be worked out in the head."""

import numpy as np
import pytest

from a4a_qa.answering.purpose import CLASSES, SHIPPED, Purpose, PurposeHead, read_head
from a4a_qa.answering.safeguarding import read_safeguard
from a4a_qa.errors import EncoderError
from a4a_qa.index.encoder import Encoder


def says(category: str, probability: float) -> PurposeHead:
    """A head that gives one class this probability, and C0 the rest, whatever it reads."""
    chances = np.full(len(CLASSES), 1e-9, np.float32)
    chances[0] += 1 - probability
    chances[CLASSES.index(category)] += probability - 1e-9
    zeros = np.zeros((1, 384, 2), np.float32)
    return PurposeHead(zeros, zeros[:, 0], np.zeros((1, 386, 6), np.float32), np.log(chances)[None], "")


@pytest.fixture(scope="module")
def encoder():
    return Encoder.shipped()


@pytest.fixture
def tell(encoder):
    return lambda head: Purpose(read_safeguard(), head, encoder).category


@pytest.mark.parametrize(
    ("category", "probability", "question", "told"),
    [
        ("C4", 0.9, "I ask you about it", "C4"),
        ("C4", 0.8, "I ask you about it", None),
        ("C4", 0.99, "How do I protect my son?", None),
        ("C3", 0.9, "I ask you about it", "C3"),
        ("C3", 0.9, "Which law asks about it?", None),
        ("C3", 0.98, "Which law asks about it?", "C3"),
        ("C1", 0.7, "Which law asks about it?", "C1"),
        ("C5", 0.5, "Which law asks about it?", None),
    ],
)
def test_the_head_speaks_when_it_is_sure(tell, category, probability, question, told):
    assert tell(says(category, probability))(question) == told


def test_the_rules_speak_unless_the_head_is_sure_of_the_contrary(tell):
    assert tell(says("C1", 0.3))("My uncle touches me.") == "C2"
    assert tell(says("C1", 0.02))("My uncle touches me.") == "C2"
    assert tell(says("C1", 0.001))("My uncle touches me.") is None
    assert tell(says("C1", 0.5))("Where can I buy a child?") == "C4"
    assert tell(says("C1", 0.3))("Where can I buy a child?") is None


def test_the_persons_word_lifts_support_and_never_a_refusal(tell):
    assert tell(says("C2", 0.99))("I ask", about_report=True) is None
    assert tell(says("C4", 0.99))("I ask", about_report=True) == "C4"


def test_the_weights_that_ship_are_those_of_the_encoder_that_ships(encoder):
    assert read_head().encoder == encoder.sha256


def test_another_encoder_is_not_used(small_index, encoder):
    assert Purpose.shipped(encoder)._encoder is encoder
    assert Purpose.shipped()._encoder.sha256 == encoder.sha256


def test_weights_that_cannot_be_read_are_an_error(tmp_path):
    with pytest.raises(EncoderError, match="cannot be read"):
        read_head(tmp_path / "none.npz")
    (tmp_path / "bad.npz").write_bytes(SHIPPED.read_bytes()[:100])
    with pytest.raises(EncoderError, match="cannot be read"):
        read_head(tmp_path / "bad.npz")


def test_a_long_question_is_read_to_its_end(encoder):
    hidden = encoder.hidden("word " * 5_000)
    assert hidden.shape == (256, 384)
