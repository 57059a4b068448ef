"""What is asked: the cleaned words, what they look up, and what a follow-up leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from a4a_qa.errors import QuestionError
from a4a_qa.index.lexical import words_of
from a4a_qa.notation import MONTHS, YEAR
from a4a_qa.question.asks_nothing import says_nothing
from a4a_qa.text.function_words import AND_SO, AUXILIARIES

LONGEST_QUESTION = 2_000
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
# What of a text is looked at, white space included, which does not count.
_LONGEST_TYPED = 2 * LONGEST_QUESTION
MOST_HISTORY = 5
# Characters of earlier questions that a follow-up is read with: an encoder cuts a long text at its end.
_LONGEST_CONTEXT = 600

# «that» for something said before, mostly not as what joins two clauses.
_THAT = r"\b(?:is|was|about|of|for|from|with|by|to|after|before|does|did|do|has|can|will)\sthat\b"
_THE_OTHERS = r"\bthe (?:others?|rest|former|latter)\W*$"
# «This report», «Is this the first edition?»
_PUBLICATION = r"(?:(?:the|an?)\s)?(?:\w+\s)?(?:report|document|publication|study|text|edition|volume)"
# A question that leans on the one before says so with one of these, or with hardly a word of its own.
_LEANING = re.compile(
    r"^(?:and|but|also|or|so|what about|how about|what of|then|ok(?:ay)?|same for)\b"
    r"|\b(?:(?-i:it|It)|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|there|ones?)\b"
    r"|\bthe (?:former|latter)\s*(?:[?.,;]|$)"
    rf"|{_THAT}|\bthat(?:\s\w+)?\s*[?.]*$"
    r"|^(?:why|who|when|where|how many|how much|how|since when|which ones?|by whom)\s*[?.]*$"
    r"|^(?:in|for|from|among|during|under|by|at|with)\b"
    rf"(?:\s(?!(?:{AUXILIARIES})\b)[\w'’-]+){{1,4}}\s*\?+$",
    re.IGNORECASE,
)
# What only looks so: «this report», «Are there shelters for boys?», «There are no shelters?».
_NOT_LEANING = re.compile(
    rf"\bthis\s{_PUBLICATION}\b|^is it that\b"
    r"|\bthere\s(?:is|are|was|were|has been|have been)\b(?=\s\w)"
    r"|\b(?:is|are|was|were)\sthere\b(?!\s(?:any|more|others?|another|enough|ones?)\b)"
    r"(?!\s(?:already|now|today|left|yet|so far|altogether|at present|in (?:all|total))\W*$)(?=\s\w)",
    re.IGNORECASE,
)
# What leaves open who did what, or what is said of what: «Who took part?», «What does the law say?».
_SAYING = (
    r"say|recommend|advise|suggest|propose|call for|ask for|demand|require|want|provide(?: for)?|state"
    r"|conclude|promise|expect|find"
)
_DONE = (
    rf"(?:(?:{AUXILIARIES}|been|got|get)\s)*"
    r"(?:(?!hundred\b|need\b)\w+ed|(?:takes?|took|taken) part|c[ao]me|went|met|attends?|participates?"
    r"|joins?|won|lost|left)"
)
_INCOMPLETE = re.compile(
    rf"^{AND_SO}(?:what (?:{AUXILIARIES}) (?:[\w'’-]+ ){{1,3}}(?:{_SAYING})"
    rf"|(?:who|how many(?: [\w'’-]+)?|which [\w'’-]+s) {_DONE})\W*$",
    re.IGNORECASE,
)
# A question of more words than the first stands alone, of more than the second even if it begins with what
# points back: «What did they find, and did it include women?».
_MOST_LEANING, _MOST_OWN_WORDS = 4, 6
# What points to something said before, and what only looks so: «it is a crime to …», «this report».
_POINTING = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|this|these|those|(?:the|that)\s(?:\w+\s)?ones?)\b"
    rf"|{_THAT}|\b(?:are|is|were|was)\sthere\W*$|{_THE_OTHERS}",
    re.IGNORECASE,
)
_POINTING_TO_MANY = re.compile(r"\b(?:they|them|theirs?)\b", re.IGNORECASE)
_NOT_POINTING = re.compile(
    r"\bit\b(?=.*\b(?:to|that|for|if|when|who|which)\b)"
    rf"|\bth(?:is|at)\s(?:{_PUBLICATION}|country|context)\b"
    r"|\bthat\s(?:has|have|had|is|are|was|were)\b|\bthose\s(?:who|that|which|with|in|under)\b",
    re.IGNORECASE,
)
# «How many shelters are there?» names what there is, «How many of those are there?» does not.
_WHAT_THERE_IS = re.compile(
    r"\b(?:how many|what|which) (?!(?:of|such)\b)"
    r"(?!(?:more|others?|else|ones?|kinds?|types?|sorts?) (?:is|are|was|were)\b)[\w'’-]+"
    r"(?: (?!there\b)[\w'’-]+){0,5} (?:is|are|was|were) there\W*$",
    re.IGNORECASE,
)
# What hands on the turn and asks for whatever follows.
_WHAT_ABOUT = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?)[\s,]+)*(?:what about|how about|what of)\s", re.IGNORECASE
)
_MONTHS = frozenset(words_of(" ".join(MONTHS)))
# A name, a numbered place, or what stands before a comma or «and» may be what a question points to; «I» is
# none of these.
_NAME = re.compile(r"\s(?!I\b)[A-Z]|\b[A-Z]{2}|\d")
# A question with no more words of its own than this says nothing without what it points to; «they» are often
# just people, or the authorities.
_MOST_UNCLEAR, _MOST_UNCLEAR_OF_MANY = 2, 1
_YEAR = re.compile(rf"\b{YEAR}\b")
# A numbered place («item 32»), and how the next question means another: by its number alone, or as its
# neighbour.
_PLACE = re.compile(
    r"\b(?P<kind>article|item|endnote|footnote|note|point|paragraph|recommendation)s?"
    r"\s(?P<number>\d{1,3})(?:(?:\s?[,–-]\s?|\s(?:and|or|to)\s)\d{1,3})*\b",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(
    r"(?:(?:and|but|ok|then|what about|how about|what of)[\s,]+)*(?:no\.?\s|number\s)?(?P<number>\d{1,3})\W*",
    re.IGNORECASE,
)
_ONE = r"(?:one|item|article|note|point)"
_NEIGHBOUR = {
    1: re.compile(rf"\bthe (?:next|following)(?: {_ONE}\b|\W*$)|\bthe {_ONE} after\b", re.IGNORECASE),
    -1: re.compile(rf"\bthe previous(?: {_ONE}\b|\W*$)|\bthe {_ONE} before\b", re.IGNORECASE),
}
# «Please tell me: 1. what is … 2. who is …»: what is asked stands behind the numbers.
_POINT = re.compile(r"(?:^|(?<=\s))\(?[1-9][.)]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched for.

    `text` is what was asked, cleaned; `search` is what is looked for: the same, its spelling mended, or with
    what an earlier question adds when it `follows` one; `words` are the compared words of `search`;
    `follow_up` is the end of it that was asked just now, if it stands there and says more than another year;
    `points_nowhere` says that it points to something said before when nothing was.
    """

    text: str
    search: str
    words: tuple[str, ...]
    follows: bool = False
    follow_up: str | None = None
    points_nowhere: bool = False


def read_question(text: str, history: Sequence[str] = (), *, mend: Callable[[str], str] = str) -> Question:
    """Clean a question and resolve what it leaves to earlier ones, newest last.

    `mend` corrects the spelling of what is searched for. Raises QuestionError when there is nothing to
    read, or too much.
    """
    asked = asked_text(text)
    *earlier, meant = (meant_by(one, mend) for one in (*read_history(history), asked))
    follows = bool(earlier) and leans(meant)
    search = _with_earlier(meant, earlier) if follows else meant
    if not earlier and _WHAT_ABOUT.match(meant) and not _NAME.search(meant) and not is_vague(meant):
        bare = _WHAT_ABOUT.sub("", meant).rstrip("? ")
        search = bare if len(words_of(bare)) <= _MOST_OWN_WORDS else meant
    says_more = any(not _YEAR.fullmatch(word) for word in words_of(meant))
    follow_up = meant if follows and says_more and search.endswith(meant) else None
    lost = not earlier and points_back(meant)
    return Question(asked, search, tuple(words_of(search)), follows, follow_up, lost)


def asked_text(text: str) -> str:
    """A question, cleaned; raises QuestionError when there is nothing to read, or too much.

    What is far too long is not even cleaned, which takes time with every character.
    """
    asked = clean(text) if len(text) <= _LONGEST_TYPED else text
    if not asked:
        raise QuestionError("The question is empty. Ask something about the report.")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(asked):,} characters; at most {LONGEST_QUESTION:,} can be asked."
        )
    return asked


def read_history(history: Sequence[str]) -> list[str]:
    """Earlier questions, cleaned and cut, without blank ones; raises QuestionError if there are too many."""
    if len(history) > MOST_HISTORY:
        raise QuestionError(f"There are {len(history)} earlier questions, at most {MOST_HISTORY} are read.")
    return [past for text in history if (past := clean(text[:_LONGEST_TYPED])[:LONGEST_QUESTION])]


def clean(text: str) -> str:
    """A text without control characters, lone surrogates and surplus white space."""
    readable = text.encode("utf-8", "replace").decode("utf-8")
    kept = (
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else "" if unicodedata.category(c) == "Cf" else c
        for c in unicodedata.normalize("NFC", readable)
    )
    return " ".join("".join(kept).split())


def meant_by(question: str, mend: Callable[[str], str] = str) -> str:
    """A question as it is searched for: without the tags of pasted HTML, its spelling corrected by `mend`."""
    return mend(" ".join(_TAG.sub(" ", question).split()) or question)


def leans(question: str) -> bool:
    """Whether a question cannot be understood without the one before."""
    own = len(words_of(question))
    if (own <= 1 and not _NAME.search(question)) or _INCOMPLETE.match(question):
        return True
    leaning = _leaning_in(question) if own <= _MOST_OWN_WORDS else None
    return leaning is not None and (own <= _MOST_LEANING or not words_of(leaning.string[: leaning.start()]))


def is_vague(question: str) -> bool:
    """Whether a question that leans on another names nothing that could be looked up without it."""
    few = len(words_of(question)) <= _MOST_UNCLEAR
    rest = _WHAT_ABOUT.sub("", _WHAT_THERE_IS.sub(" ", question))
    asks_for_more = re.search(_THE_OTHERS, rest, re.IGNORECASE)
    is_empty = asks_for_more or _says_it_leans(rest) or says_nothing(question)
    return few and not _NAME.search(question) and bool(is_empty)


def _says_it_leans(question: str) -> bool:
    return _leaning_in(question) is not None


def _leaning_in(question: str) -> re.Match[str] | None:
    """The word with which a question says that it leans on another, in what is left without what only seems
    one."""
    return _LEANING.search(_NOT_LEANING.sub(" ", question))


def numbered_points(question: str) -> list[str]:
    """What stands behind the numbers of a question that lists several points; empty for any other."""
    _, *points = _POINT.split(question)
    return points if len(points) > 1 else []


def points_back(question: str) -> bool:
    """Whether a question says nothing without something said before, to which it points."""
    if _names_only_when(question):
        return True
    rest = _NOT_POINTING.sub(" ", _WHAT_THERE_IS.sub(" ", question))
    own = len(words_of(rest))
    pointing = own <= _MOST_UNCLEAR and _POINTING.search(rest)
    pointing = pointing or (own <= _MOST_UNCLEAR_OF_MANY and _POINTING_TO_MANY.search(rest))
    # Much is of one year: that is not what is pointed to.
    if not pointing or _NAME.search(_YEAR.sub(" ", question)):
        return False
    before = re.split(r",|\band\b", rest[: pointing.start()], flags=re.IGNORECASE)
    return not any(words_of(part) for part in before[:-1])


def _names_only_when(question: str) -> bool:
    """Whether all that a question says is a year or a month, which it asks for in turn: «And in 2010?»."""
    words = words_of(question)
    only_when = all(_YEAR.fullmatch(word) or word in _MONTHS for word in words)
    return bool(words) and only_when and _says_it_leans(question)


def _with_earlier(question: str, earlier: Sequence[str]) -> str:
    """The last question that stands on its own, and all that was added since; a new year or a new number of a
    place replaces the old."""
    start = next((i for i in range(len(earlier) - 1, -1, -1) if not leans(earlier[i])), 0)
    context = earlier[start]
    for follow_up in (*earlier[start + 1 :], question):
        if _YEAR.search(follow_up):
            context = _YEAR.sub(" ", context)
        context = f"{_at_place_of(follow_up, context)[:_LONGEST_CONTEXT]} {follow_up}"
    return clean(context)


def _at_place_of(question: str, context: str) -> str:
    """The context with the numbered place that it names replaced by the one of its kind that the question
    means."""
    named = _PLACE.search(context)
    if named is None:
        return context
    number = int(named["number"])
    if other := _PLACE.search(question):
        if other["kind"].casefold() != named["kind"].casefold():
            return context
        number = int(other["number"])
    elif bare := _BARE_NUMBER.fullmatch(question):
        number = int(bare["number"])
    else:
        number += sum(step for step, words in _NEIGHBOUR.items() if words.search(question))
    if number in (0, int(named["number"])):
        return context
    return _PLACE.sub(lambda place: f"{place['kind']} {number}", context)
