"""The card of a judge, checked as that of an encoder is."""

import json

import pytest

from a4a_qa.errors import EncoderError
from a4a_qa.models.encoder import Encoder
from a4a_qa.models.judge import SHIPPED, Judge
from a4a_qa.models.runtime import CARD_FILE


@pytest.mark.parametrize("card", ["", "[" * 100_000, "[]", "7", "{}"])
def test_a_card_that_is_none_is_refused(tmp_path, card):
    (tmp_path / CARD_FILE).write_text(card, encoding="utf-8")
    with pytest.raises(EncoderError, match=r"card\.json .*make the model again"):
        Judge.open(tmp_path)


@pytest.mark.parametrize(
    "field",
    [
        '"max_tokens": 1e400', '"max_tokens": NaN', '"max_tokens": 0', '"max_tokens": -1', '"max_tokens": []',
        '"purposes": null', '"forms": 7', '"files": {}',
    ],
)  # fmt: skip
def test_a_card_that_makes_no_sense_is_refused(tmp_path, field):
    card = (SHIPPED / CARD_FILE).read_text(encoding="utf-8")
    (tmp_path / CARD_FILE).write_text(f"{card.rstrip().removesuffix('}')}, {field}}}", encoding="utf-8")
    assert len(json.loads((tmp_path / CARD_FILE).read_text(encoding="utf-8"))) == len(json.loads(card))
    with pytest.raises(EncoderError, match=r"^The card .*card\.json .*make the model again"):
        Judge.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "is_word", "is_one_token"),
    [("house", True, True), ("qwzx", False, False), ("-", False, True), ("non-", True, False)],
)
def test_a_token_of_the_judge_may_be_a_sign_and_a_word_of_the_encoder_have_one(text, is_word, is_one_token):
    assert Encoder.shipped().is_word(text) is is_word
    assert Judge.shipped().is_one_token(text) is is_one_token


def test_the_second_model_of_purposes_is_asked_unless_the_first_is_sure_of_what_is_enough(monkeypatch):
    judge, asked = Judge.shipped(), []
    run = Judge._run
    monkeypatch.setattr(Judge, "_run", staticmethod(lambda *given: asked.append(given[0]) or run(*given)))
    surely, hardly = "which ministry adopted the national plan?", "hotel girl night?"
    of_both = [judge.purposes(question) for question in (surely, hardly)]
    assert len(set(asked)) == 2
    assert len(asked) == 4
    asked.clear()
    alone = judge.purposes(surely, enough=["C0"])
    assert len(asked) == 1
    assert alone["C0"] > 0.98
    assert alone["C0"] == pytest.approx(of_both[0]["C0"], abs=0.02)
    asked.clear()
    assert judge.purposes(surely, enough=["C4"]) == of_both[0]
    assert judge.purposes(hardly, enough=["C0"]) == of_both[1]
    assert len(asked) == 4
