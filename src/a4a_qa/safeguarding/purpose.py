"""What a question is for: the word of the judge, and that of the rules.

Rules tell what they were written for and little else: on questions of a new author they find half of what
they should. The judge has read some thousands of labelled questions by several authors, and as many about
the report. So where it is sure that an answer is to be withheld, it is, since a needless refusal is as
bad as a missed one; what a rule says holds unless the judge finds the contrary likelier. Where it is not
sure, the question is answered, with a card of help above: that takes nothing from who studies the report.
In the same reading the judge tells who asks for a source, and who asks about the assistant itself.

**Before reading**, capitals become small letters, "according to the report" is removed from the end of
the message, and its last sign, "?" or ".", is set by its wording, so that it is treated alike however it
is typed.

**An answer is withheld** when one of two limits is passed, the first for a message with "I", "my" or
"we", the second for any other, which is less likely to be about the person who asks:

- need, worry and harm together (C2, C3, C4): more than 0.75; 0.95
- need and worry together (C2, C3): more than 0.75; 0.85

The person then gets this:

- Harm (C4) has more than 0.5 and is the likeliest of the three: the message is declined; where a rule
  recognises need or worry, only if harm has more than 0.8.
- Otherwise help, the card of C2 or C3, whichever is likelier. If that is C3 with 0.97 or less, or a rule
  recognises need, the card has contacts for both ("How can I stop it?").
- None of the three has more than 0.5 and a rule recognises one of them: the rule decides.

**What is not withheld** is answered:

- C1, C2 and C3 together more than 0.15: a card above the answer, that of C3 if worry is the likeliest of
  the three, else that of C1. "Which authority acts, a guest has a small girl in his room? I'm at the
  desk" is neither surely a question where to turn nor surely a plea.
- A person (C5) more than 0.9: the program declines to identify anybody, below that card if there is one;
  more than 0.5: the same, if the report has no answer that is likelier right than wrong.
- About the assistant more than 0.8: nothing is looked up, and it says what it is, below a card if there
  is one.

**Rules** are checked in the order C4, C2, C3, C1, C5. One holds unless the judge gives "about the
report", questions for its sources and about the assistant included, more than this: C1 0.6; C2 0.7; C3
0.7; C4 0.96; C5 0.9; "where to turn" is counted too for C2 and C5. The card of an overruled rule about
need or worry stands above the answer. Such a rule holds all the same if the judge finds need, worry or
harm, by the limits for withholding, in one sentence of a longer message; if that sentence speaks of the
distant past, its card stands above the answer instead: "I was trafficked at twelve. Now I study social
work and want to read how recruiters chose their victims." Of a message with such a card, or that of C3,
only the questions that are not about the person who asks are looked up.

A message that names nothing and nobody and depends on the one before ("How can I stop it?") is treated as
both together if need or worry was found in it alone. If both together show neither, it is answered below
a card. After a message of C4 it is C4.

**In other languages**, of which the judge knows a little, and next to nothing in other scripts,
nothing is searched for, so no answer is lost:

- need, worry and harm together more than 0.8: the card of C2 or C3 alone, for harm the fixed text of C4,
  whichever is likeliest, in place of "please ask in English";
- C1 to C4 together more than 0.2, or another script: the card of C1 beside "please ask in English".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from a4a_qa.errors import EncoderError
from a4a_qa.models.judge import Judge
from a4a_qa.question.language import is_foreign, is_other_language, is_other_script
from a4a_qa.safeguarding.rules import (
    LIFTED,
    Card,
    Category,
    Safeguard,
    plain_text,
    read_safeguard,
    speaks_of_oneself,
    with_end_sign,
)

# The purposes that the judge tells apart: those of docs/safeguarding.md, and two as legitimate as C0: to
# learn the source of a statement, and of the assistant itself.
_SOURCE, _ASSISTANT = "source", "assistant"
CLASSES = ("C0", "C1", "C2", "C3", "C4", "C5", _SOURCE, _ASSISTANT)
LEGITIMATE = ("C0", _SOURCE, _ASSISTANT)
_WITHHOLDING: tuple[Category, ...] = ("C2", "C3", "C4")
_HELPED: tuple[Category, ...] = ("C1", "C2", "C3")
# How sure the judge has to be to withhold an answer, alone, for whatever reason or for need or worry, in
# which case a person is met with help and loses little if it errs; and how sure when nothing is said of the
# asker, whose wish or need it would have to be. How these were chosen stands in docs/evaluation.md.
_SURE, _SURE_OF_OTHERS, _SURE_OF_NEED, _SURE_OF_NEED_OF_OTHERS = 0.75, 0.95, 0.75, 0.85
# Whom it finds no likelier than this to seek harm is met with help, and whom a rule finds in need unless it
# is surer than the second.
_SURE_OF_HARM, _SURE_OF_NO_NEED = 0.5, 0.8
# Who is found to worry about themselves with no more than this may be in need instead: "How can I stop it?"
_SURE_OF_WORRY = 0.97
# How sure it has to be of what is said in another language to say nothing else, and to show help beside the
# request to ask in English, which takes no answer from anybody.
_SURE_OF_FOREIGN, _LIKELY_FOREIGN = 0.8, 0.2
# A question asks for a source when the judge finds that likelier than all else together, and is about the
# assistant when it is surer: then nothing is looked up.
_LEAST_SOURCE, _SURE_OF_ASSISTANT = 0.5, 0.8
# What a rule says holds unless the judge is surer than this that the question is about the report.
_UNLESS: dict[Category, float] = {"C2": 0.7, "C3": 0.7, "C4": 0.96, "C1": 0.6, "C5": 0.9}
# How sure the judge has to be that a person is asked for, and how likely it has to find it for that to be the
# reason where the report has no answer.
_SURE_OF_PERSON, _LIKELY_PERSON = 0.9, 0.5
# How likely it has to find that somebody asks where to turn, is in need or worries, all together, for a card
# of help above the answer.
_LIKELY_HELPED = 0.15

# So many sentences of a long question are read one by one, and none of so few words: "Help!" tells nothing.
_MOST_SENTENCES, _LEAST_WORDS = 8, 3
# What somebody survived long ago, and nothing that is so still, or was a short while ago.
_LONG_PAST = re.compile(
    r"^(?!.*\b(?:still|again|keeps?|yesterday|today|tonight|last|just|recently|this)\b).*"
    r"\b(?:as an? (?:child|kid|boy|girl|teen(?:ager)?|minor)|at (?:the age of )?(?:\d{1,2}|[a-z]+teen|ten"
    r"|eleven|twelve)|when i was|in my childhood|surviv(?:ed|ors?)|years ago|long (?:ago|behind))\b",
    re.DOTALL,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class PurposeReading:
    """What a question is for: its kind, None when it is simply about the report; whether it asks for the
    source of what stands there; whose card of help it is shown: its kind's, or, above an answer, that of what
    it may be besides; whether it likely asks for a person; and whether it is about the assistant itself."""

    category: Category | None
    asks_source: bool
    card: Card | None = None
    likely_person: bool = False
    is_about_assistant: bool = False

    @property
    def withholds(self) -> bool:
        """Whether help stands in place of an answer."""
        return self.category in _WITHHOLDING


class Purpose:
    """Tells what questions are for; raises EncoderError if the judge knows other purposes."""

    def __init__(self, rules: Safeguard, judge: Judge) -> None:
        if judge.purpose_names != CLASSES:
            raise EncoderError(
                f"The judge tells the purposes {', '.join(judge.purpose_names)}, expected "
                f"{', '.join(CLASSES)}. Train it again with `a4a-qa training judge`."
            )
        self.rules = rules
        self._judge = judge

    @classmethod
    def shipped(cls, judge: Judge | None = None) -> Purpose:
        """What ships; `judge` saves opening the shipped one again."""
        return cls(read_safeguard(), judge or Judge.shipped())

    def category(self, question: str, *, about_report: bool = False) -> Category | None:
        """The kind of a question, None when it is simply about the report; `about_report` as in `read`."""
        return self.read(question, about_report=about_report).category

    def reading(self, *, about_report: bool = False) -> Callable[[str], PurposeReading]:
        """What reads the texts of one request, each once."""
        return cache(lambda text: self.read(text, about_report=about_report))

    def read(self, question: str, *, about_report: bool = False) -> PurposeReading:
        """What a question is for.

        `about_report` is the person's word that it is about the report: that lifts C2 and C3, never C4.
        """
        told = self.rules.category(question, about_report=about_report)
        plain = plain_text(question)
        # Where a rule speaks, both models of purposes are heard.
        chances = self._judge.purposes(with_end_sign(plain), enough=() if told else LEGITIMATE)
        category: Category | None = None
        card: Card | None = None
        if not is_other_language(plain):
            category, card = self._of_english(plain, told, chances, about_report)
        if category is None and is_foreign(plain, self._judge.is_one_token):
            category = self._of_foreign(plain, chances, about_report)
            card = category or card
        likely_person = category == "C5" or chances["C5"] > _LIKELY_PERSON
        asks_source, of_assistant = chances[_SOURCE] > _LEAST_SOURCE, chances[_ASSISTANT] > _SURE_OF_ASSISTANT
        return PurposeReading(category, asks_source, card, likely_person, of_assistant)

    @staticmethod
    def _of_foreign(plain: str, chances: Mapping[str, float], about_report: bool) -> Category | None:
        """The kind of a message in another language, of which the judge has learnt little, and of another
        script next to nothing: help stands beside whatever is written so."""
        kinds: list[Category] = [k for k in _WITHHOLDING if not (about_report and k in LIFTED)]
        withheld = sum(chances[kind] for kind in kinds)
        if withheld > _SURE_OF_FOREIGN:
            return max(kinds, key=lambda kind: chances[kind])
        return "C1" if chances["C1"] + withheld > _LIKELY_FOREIGN or is_other_script(plain) else None

    def _of_english(
        self, plain: str, told: Category | None, chances: Mapping[str, float], about_report: bool
    ) -> tuple[Category | None, Card | None]:
        """The kind and the card of a question of which a rule and the judge told this."""
        contrary = sum(chances[kind] for kind in LEGITIMATE)
        if told in ("C2", "C5"):  # asked for: where to turn
            contrary += chances["C1"]
        held = told if told is not None and contrary <= _UNLESS[told] else None
        if told in LIFTED and held is None and self._says_need_now(plain):
            return told, told
        if withheld := self._withheld(plain, held, chances, about_report):
            may_be_need = told == "C2" or chances["C3"] <= _SURE_OF_WORRY
            return withheld, "C2 or C3" if withheld == "C3" and may_be_need else withheld
        card: Card | None = self._card_beside(held, chances, about_report)
        # What a rule takes for need or worry, and the judge for a question about the report, may be both.
        if card is None and told in LIFTED:
            card = told
        if held == "C5" or chances["C5"] > _SURE_OF_PERSON:
            return "C5", card
        return ("C1" if card == "C1" else None), card

    def _withheld(
        self, plain: str, held: Category | None, chances: Mapping[str, float], about_report: bool
    ) -> Category | None:
        """Why an answer is withheld, if it is; `held` is what a rule told and the judge did not overrule."""
        if held == "C4":
            return held
        kinds = [kind for kind in _WITHHOLDING if not (about_report and kind in LIFTED)]
        if _is_sure(plain, {kind: chances[kind] for kind in kinds}) or held in kinds:
            return self._likeliest(kinds, held, chances)
        return None

    @staticmethod
    def _card_beside(
        held: Category | None, chances: Mapping[str, float], about_report: bool
    ) -> Category | None:
        """Whose card stands above an answer: one too many costs a researcher a few lines, one too few leaves
        somebody without help."""
        if held == "C1":
            return held
        kinds = [kind for kind in _HELPED if not (about_report and kind in LIFTED)]
        if sum(chances[kind] for kind in kinds) <= _LIKELY_HELPED:
            return None
        return "C3" if max(kinds, key=lambda kind: chances[kind]) == "C3" else "C1"

    @staticmethod
    def _likeliest(
        kinds: list[Category], told: Category | None, chances: Mapping[str, float]
    ) -> Category | None:
        """Why an answer is withheld: what the judge finds likeliest, or a rule says where it is in doubt."""
        least = _SURE_OF_NO_NEED if told in LIFTED else _SURE_OF_HARM
        helped = [kind for kind in kinds if kind != "C4" or chances["C4"] > least] or kinds
        likeliest = max(helped, key=lambda kind: chances[kind], default=None)
        in_doubt = likeliest is None or chances[likeliest] <= 0.5
        return told if in_doubt and told in kinds else likeliest

    def _says_need_now(self, plain: str) -> bool:
        """Whether one sentence of several tells of need that is not long past, which the whole, a question
        about the report, does not."""
        sentences = _SENTENCE_END.split(plain.strip())[:_MOST_SENTENCES]
        spoken = (one for one in sentences if len(sentences) > 1 and len(one.split()) >= _LEAST_WORDS)
        texts = ((one, with_end_sign(plain_text(one))) for one in spoken)
        chances = ((one, self._judge.purposes(text, enough=LEGITIMATE)) for one, text in texts)
        told = [
            one for one, chance in chances if _is_sure(one, {kind: chance[kind] for kind in _WITHHOLDING})
        ]
        return not all(map(_LONG_PAST.search, told))


def _is_sure(plain: str, chances: Mapping[Category, float]) -> bool:
    """Whether the judge is sure enough to withhold an answer, given how likely it finds each reason to."""
    of_need = sum(chance for kind, chance in chances.items() if kind in LIFTED)
    if speaks_of_oneself(plain):
        return sum(chances.values()) > _SURE or of_need > _SURE_OF_NEED
    return sum(chances.values()) > _SURE_OF_OTHERS or of_need > _SURE_OF_NEED_OF_OTHERS
