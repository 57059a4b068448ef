"""Why a question is refused, and which of its words the report does not meet in this connection."""

from __future__ import annotations

import re

from a4a_qa.answering.answer import ReasonCode
from a4a_qa.answering.confidence import met_words, missing_numbers, numbers_in
from a4a_qa.answering.function_words import AND_SO
from a4a_qa.answering.named import missing_names
from a4a_qa.answering.numerals import NUMBER_WORD, in_words
from a4a_qa.answering.question import Question, is_vague, numbered_points
from a4a_qa.answering.values import AGE
from a4a_qa.hits import Alignment, Hits
from a4a_qa.index.lexical import words_of
from a4a_qa.notation import YEAR

# A word whose best match is below this is not met.
_UNMET = 0.67
_MOST_UNMATCHED = 3
# Words that begin with the same so many letters are taken for forms of one.
_LIKE = 5
# Words that speak to the report or of a part of it, not of what stands in it («list», «what does the report
# say»); verbs, adverbs and small words that say too little to be missed, and what only asks for a kind of
# thing («which year»).
_ASKING = frozenset(
    """report reports document publication text say says said tell tells mention mentions mentioned list name
    describe describes explain explains give gives given gave show shows summarise summarize compare
    please know find need want sentence quote role matter matters many only one under really happen
    happens happened cover covers recommend recommends take takes taken took deal deals dealt get gets got
    make makes made do done use uses used put puts play plays played go goes went gone come comes came
    keep keeps kept bring brings brought see sees seen look looks let lets try tries seem seems exactly
    actually way thing things part parts kind sort section sections chapter chapters page pages paragraph
    paragraphs out up off ever even
    run runs ran running start starts started starting begin begins began begun end ends ended ending last
    lasts lasted develop develops developed become becomes became stay stays stayed remain remains remained
    change changes changed hold holds held turn turns turned
    since until before after during while between among within against without through per via than because
    though although few fewer less least several both each every another same other others different various
    old very quite rather enough already still yet again often always usually sometimes later
    legal legally illegal illegally right true correct
    year years month date time amount percentage reason example examples person anyone
    someone somebody anybody something anything""".split()
)
# How a word may go on and still be met: «tourist» for «tour».
_DERIVED = re.compile(r"u?al|i?c|ist|ism|er|or|ive|y|ly|i?ty|ful|less|ness|ship|hood|ment|ed|ing|i?an|en")
# An age that is asked about need not stand where others do: «under 15» tells of those of 13.
_TELLS_AGES = re.compile(
    rf"{AGE.pattern}|\b(?:under|over|below|above|between|than) \d{{1,2}}\b|\byears (?:old|of age)\b",
    re.IGNORECASE,
)
# «Which nine members …?», and what a sentence lists: «Anna, Bela, Cora and Dora».
_SO_MANY = re.compile(
    rf"\b(?:which|what|all|name|list|the|these|those) (?:{NUMBER_WORD}|\d{{1,2}}) [a-z]", re.IGNORECASE
)
_NOT_IN_A_LIST = re.compile(r"[;:.()\t\n]")
# Questions whose answer is no value that another year might have.
_ASKS_NO_VALUE = re.compile(
    rf"^{AND_SO}(?:why|how come|who|whom|whose|where|has|have|was|were|is|are|did|does|do"
    r"|how (?:did|do|does|was|were|is|are)|what (?:did|do|does|happened|became|has|have|had))\b",
    re.IGNORECASE,
)


def why_not(
    asked: Question, hits: Hits, shown: str, *, in_scope: bool, is_denied: bool
) -> tuple[ReasonCode, tuple[str, ...]]:
    """The code of a refusal and the words that are not met, given what is shown: the passage of the best
    sentence, and what is cited. A word that stands there is met, however little it says of what is asked.
    `in_scope` says whether the report deals with what is asked, `is_denied` whether it denies what the
    question takes for granted."""
    if not asked.follows and is_vague(asked.text):
        return "unclear", ()
    if hits.alignment is None or not in_scope:
        return "out_of_scope", ()
    counted = _lengths_of_lists(shown) if _SO_MANY.search(asked.search) else ""
    numbers = missing_numbers(_wanted(asked.search, shown), f"{shown} {counted}")
    if any(_picks_value(number, asked.text) for number in numbers):
        return "other_value", numbers
    names = missing_names(asked.text, shown)
    there = frozenset(words_of(" ".join((shown, *names))))
    values = numbers_in(f"{shown} {counted}")
    spelt = {in_words(int(value)) for value in values if value.isdecimal()}
    unmet = tuple(
        surface
        for surface in unmet_words(_wanted(asked.text, shown), hits.alignment)
        if surface.casefold() not in spelt and not all(_stands_in(word, there) for word in words_of(surface))
    )
    unmatched = tuple(dict.fromkeys((*numbers, *names, *unmet[: max(0, _MOST_UNMATCHED - len(names))])))
    return ("false_premise" if is_denied else "absent_detail"), unmatched


def _lengths_of_lists(text: str) -> str:
    """How many things each list in a text has, in digits: nine that are listed may be asked for as nine."""
    lists = (run for run in _NOT_IN_A_LIST.split(text) if ", " in run)
    return " ".join(str(run.count(", ") + 1 + bool(re.search(r"[^,] (?:and|or) ", run))) for run in lists)


def _picks_value(number: str, question: str) -> bool:
    """Whether a number says which of several values a question asks for: a year, unless who or why or what
    became of something is asked, which the year only tells apart; or the number of a law or the like."""
    if re.fullmatch(YEAR, number):
        return not _ASKS_NO_VALUE.match(question)
    return bool(re.search(rf"(?<=\S )[A-Z]\w*\.? {re.escape(number)}\b", question))


def _wanted(question: str, shown: str) -> str:
    """What a question says, or its points if it numbers them: their numbers ask for nothing. No ages where
    what is shown tells of some."""
    said = " ".join(numbered_points(question)) or question
    return AGE.sub(" ", said) if _TELLS_AGES.search(shown) else said


def _stands_in(word: str, there: frozenset[str]) -> bool:
    """Whether a word is among others, or one that begins like it («ratify», «ratification») or is
    derived from it («sex», «sexual»)."""
    if len(word) <= _LIKE:
        forms = (other.removeprefix(word) for other in there if other.startswith(word))
        return word in there or any(map(_DERIVED.fullmatch, forms))
    return any(other.startswith(word[:_LIKE]) for other in there)


def unmet_words(question: str, alignment: Alignment) -> tuple[str, ...]:
    """The words of a question that are met badly, worst first."""
    surface = {word.casefold(): word for word in re.findall(r"\w[\w'’-]*", question)}
    unmet = sorted(
        (found, surface[word])
        for word, found in met_words(alignment).items()
        if found < _UNMET and word in surface and word not in _ASKING
    )
    return tuple(dict.fromkeys(word for _, word in unmet[:_MOST_UNMATCHED]))
