"""The slice of a cited quote that decides a question: a number, a date, an amount, an article, a name.

The judge has read the best sentence. «No» is said where it is rather sure of that and the sentence denies
something in so many words; «yes» never, since too often it is the yes to another question in the same words.
Of all else it tells the words where it is sure. Where it is not, the question says which kind of slice it
wants. Of several in the quote, the one is taken that counts what is asked for, or that the question's words
stand clearly nearest to; when none does, when it is not where the judge would look, or when two things are
asked, there is no short answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from a4a_qa.answering.answer import Citation, ShortAnswer
from a4a_qa.index.judge import Reading
from a4a_qa.index.lexical import words_of
from a4a_qa.index.passages import own_words_in_place, sentence_in_place
from a4a_qa.report import Report, overlap

Kind = Literal[
    "share",
    "amount",
    "frequency",
    "duration",
    "article",
    "date",
    "year",
    "number",
    "expansion",
    "name",
    "yesno",
]

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty(?:-\w+)?|thirty(?:-\w+)?|forty(?:-\w+)?|fifty(?:-\w+)?"
)
_FIGURE = r"(?:\d{1,3}(?:[,.]\d{3})+|\d+(?:\.\d+)?)"
_RANGE = rf"{_FIGURE}(?:\s*(?:-|–|to)\s*{_FIGURE})?"
_YEARS = r"(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?"

# What each kind looks like in a report; of several patterns, the first that is found counts.
_SLICES: dict[Kind, tuple[str, ...]] = {
    "share": (
        rf"{_RANGE}\s*(?:%|per ?cent\b)",
        r"\b(?:more than |less than )?(?:one|two|three)[- ](?:third|quarter|half|fifth)s?\b",
        r"\bhalf\b",
        r"\b(?:one|\d+) (?:in|out of) (?:every )?\w+(?: children| girls| boys| people| women| men)?\b",
    ),
    "amount": (
        rf"(?:USD|US\$|\$|€|EUR)\s*{_RANGE}(?:\s*million)?",
        rf"{_RANGE}\s*(?:US |U\.S\. )?(?:dollars?|cents?|riels?|euros?)\b",
    ),
    "frequency": (
        rf"\bevery (?:(?:{_FIGURE}|{_NUMBER_WORDS}) )?(?:years?|months?|weeks?|days?)\b",
        r"\b(?:once|twice) (?:a|every|per) (?:year|month|week|day)\b",
        r"\b(?:bi-?)?(?:annual|month|week|dai|quarter)ly\b|\bannual\b",
    ),
    "duration": (
        rf"\b(?:{_RANGE}|{_NUMBER_WORDS}|one)[\s-]*(?:years?|months?|weeks?|days?|hours?)\b"
        r"(?![ -](?:old|of age))(?:(?: of)? imprisonment| in (?:prison|jail))?",
    ),
    "article": (r"\bArticles?\s+\d+(?:\([a-z0-9]\))?(?:\s+and\s+\d+)?",),
    "date": (
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})(?: \d{{4}})?\b",
        rf"\b(?:{_MONTHS})(?: of)? (?:\d{{1,2}}, )?\d{{4}}\b",
        r"\b\d{1,2}/\d{1,2}/\d{2,4}\b",
        rf"\bbetween {_YEARS} and {_YEARS}\b",
        rf"\b{_YEARS}\b",
    ),
    "year": (rf"\b{_YEARS}\b",),
    "number": (
        rf"\b(?!{_YEARS}\b){_FIGURE}(?:\s*(?:-|–|to)\s*{_FIGURE})?(?:st|nd|rd|th|\s*%)?(?!\w)",
        rf"\b(?:{_NUMBER_WORDS})\b",
    ),
    # What a glossary entry has before its colon or behind it.
    "expansion": (r"^[^:]{2,40}(?=: )|(?<=: ).{2,}$",),
    # Who did it, behind «by»: capitalised words, joined by small ones.
    "name": (
        r"(?<=\bby )(?:the )?(?-i:[A-Z][\w&.’'-]*"
        r"(?:(?: (?:of|for|and|the|on|in|against|to))* [A-Z][\w&’'-]*)*)",
    ),
}

# How a question asks for each kind; the first that fits counts.
_QUESTIONS: tuple[tuple[Kind, str], ...] = (
    ("share", r"percent\w*|per cent|shares?|proportions?|(?:what|which) part|fraction"),
    ("article", r"(?:which|what) (?:article|provision|section of the law)s?"),
    ("amount", r"how much|prices?|costs?|fines?|fined|pay|paid|dollars?|riels?|fees?"),
    ("duration", r"how long|how many (?:years|months|weeks|days|hours)|(?:prison|jail) (?:terms?|sentences?)"
                 r"|(?:what|which)(?: \w+){0,3} (?:sentences?|penalt(?:y|ies)|punishments?)"),
    ("frequency", r"how (?:often|frequently|regularly)"),
    ("year", r"(?:which|what) year"),
    ("date", r"(?:^|(?<=, )|and |but |since |by |from )when|(?:which|what) (?:date|day|month)|deadline"),
    ("number", r"how many|number of|how (?:large|big|high|old)|count of|(?:what|which) figure"),
    ("expansion", r"stands? for|acronym|abbreviat\w+|short form|spell(?:ed|t)? out|initials|letters"),
    ("name", r"(?:^|(?<=, )|and |but |(?:by|to|for|from|with|of) )whom?"
             r"|(?:which|what) (?:organi[sz]ation|agency|ngo|body|newspaper|paper|company|firm"
             r"|ministry|country|province|city|town|university|court|embassy|charity|institution)"),
)  # fmt: skip
# What a number counts: a plural behind it, with at most two words between («six key areas»).
_SMALL = r"(?!(?:and|or|of|in|on|at|to|by|for|from|was|is|has|as|this|its|were|are|who|that|which)\b)"
_COUNTED = re.compile(rf"(?: {_SMALL}[a-z-]+){{0,2}}? {_SMALL}(?:[a-z-]+s|people|children|women|men)\b")
# What is to be counted: the three words behind «how many».
_COUNTS = re.compile(r".*\b(?:how many|number of)((?: [\w'’-]+){1,3})", re.IGNORECASE)
_YES_OR_NO = re.compile(
    r"^(?:and |but |so |or |also |then )*(?:is|are|was|were|do|does|did|has|have|had|may|must|should"
    r"|(?:can|could|will|would)(?! you\b))\b",
    re.IGNORECASE,
)
# What makes more of a yes-or-no question: an alternative, or something else asked on the way.
_ASKS_MORE = re.compile(
    r"\bor\b|\b(?:and|,|:) ?(?:if so,? )?(?:how|what|who|whom|whose|which|where|when|why)\b|:", re.IGNORECASE
)
_ASKING = r"(?:how|what|when|where|which|who(?:m|se)?|why)"
_SEVERAL = re.compile(
    rf"\b{_ASKING}\b.*\band (?:(?:also|then|if so|in|by|to|for|from|at|on|of|with|under|since|until),? )"
    rf"{{0,2}}{_ASKING}\b|\b{_ASKING}\b[^?]*\?.*\b{_ASKING}\b"
    r"|\b(?:two|both|each|respectively|either)\b.*\b(?:figures|numbers|rates|years|dates|sentences)\b"
    r"|\bhow (?:many|much|long)\b.*\bhow (?:many|much|long)\b|\beach of\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|neither|nor|without|lack(?:s|ed|ing)?|fail(?:s|ed)?|cannot|unclear|uncertain|exempted"
    r"|insufficient|absence|yet to|\w+n['’]t)\b",
    re.IGNORECASE,
)
# What turns a question round: «Is it true that it is not …?», «Do only a few …?», «Is it legal?», which a
# sentence that says «no offence» answers with a yes.
_TURNED = re.compile(
    r"\b(?:no|not|never|none|neither|nor|nothing|nobody|without|lack\w*|fail\w*|cannot|\w+n['’]t|un\w+"
    r"|(?:il)?legal(?:ly)?|lawful(?:ly)?|allowed|permitted|tolerated|exempt\w*|immun\w+|decriminali\w+"
    r"|get away|in(?:complete|sufficient|adequate|accurate)\w*|only|fewer|less|hardly|rarely|few|little|still"
    r"|yet|absent|missing)\b",
    re.IGNORECASE,
)
# How sure the judge has to be of words, and of a yes or no (docs/training.md).
_SURE_OF_WORDS, _SURE_OF_POLARITY = 0.8, 0.7
_FIGURES: tuple[Kind, ...] = ("share", "amount", "duration", "number")
# What a figure says nothing without.
_QUALIFIER = re.compile(
    r"\b(?:(?:more|less|fewer|no more|no less) than|over|under|at least|at most|about|around|approximately"
    r"|nearly|almost|some|up to|an estimated|an average of) (?:the )?$",
    re.IGNORECASE,
)
_WHOLE_WORD = re.compile(r"\d+(?:[.,/:]\d+)*%?|\w+(?:['’-]\w+)*")
# A slice is the clear winner when the next best stands this many times as far from the question's words.
_CLEARLY = 1.5


@dataclass(frozen=True, slots=True)
class Told:
    """The short answer that the judge reads in a sentence, and whether it is sure of it."""

    answer: ShortAnswer
    is_sure: bool


def kind_asked(question: str) -> Kind | None:
    """Which kind of slice a question asks for, if it asks for one and for one only."""
    last = re.split(r"(?<=[?.!])\s+", question.strip())[-1]
    if _YES_OR_NO.match(last):
        return None if _ASKS_MORE.search(last) else "yesno"
    if _SEVERAL.search(last):
        return None
    for kind, pattern in _QUESTIONS:
        if re.search(rf"(?<!\w)(?:{pattern})\b", last, re.IGNORECASE):
            return kind
    return None


def lacks_kind(question: str, cited: str) -> bool:
    """Whether a question asks for a number, a date or the like, and a text has none that it does not name."""
    kind = kind_asked(question)
    if kind in (None, "yesno", "name", "expansion"):
        return False
    return not any(_slices(question, cited, pattern) for pattern in _SLICES[kind])


def short_answer(
    question: str, citations: Sequence[Citation], told: Told | None = None
) -> ShortAnswer | None:
    """What the judge told if it is sure, else the slice of the best citation that is of the kind asked for,
    or None; a yes or no only where both agree, and where the judge has read the citation, no slice that it
    would not look at."""
    kind = kind_asked(question)
    if not citations or _SEVERAL.search(question):
        return None
    read = told.answer if told else None
    asked = set(words_of(question))
    if kind == "yesno":
        return read if read and _denies(question, read) else None
    if read and read.polarity:
        read = told = None
    if told and told.is_sure:
        return None if asked.issuperset(words_of(told.answer.text)) else told.answer
    if kind is None:
        return None
    for pattern in _SLICES[kind]:
        if found := _slices(question, citations[0].quote, pattern):
            best = _decisive(question, citations[0], found) if kind != "name" or len(found) == 1 else None
            shown = _shown(citations[0], best, kind) if best else None
            return shown if shown and (read is None or overlap(shown, read)) else None
    return None


def told_by_judge(reading: Reading, sentence: int, report: Report) -> Told | None:
    """What the judge reads in a sentence (its position), or None where it reads no words that stand there."""
    place = report.sentences[sentence]
    for polarity in ("yes", "no"):
        if reading.forms[polarity] >= _SURE_OF_POLARITY:
            return Told(ShortAnswer(report.slice(place), place.start, place.end, polarity), True)
    text, own = sentence_in_place(report, place), own_words_in_place(report, place)
    words = reading.words(own[0].in_place, len(text)) if own else None
    if words is None:
        return None
    first, last = _whole_words(text, words.start, words.end)
    first -= len(_qualifier(text, first)) if text[first:last][:1].isdigit() else 0
    # A row of a table is read with the heads of its columns; what is not in one of its cells is no answer.
    inside = (one for one in own if one.in_place <= first and last <= one.in_place + one.length)
    cell = next(inside, None)
    if cell is None:
        return None
    start = cell.in_report + first - cell.in_place
    answer = ShortAnswer(text[first:last], start, start + last - first, None)
    return Told(answer, reading.forms["words"] * words.probability >= _SURE_OF_WORDS)


def _denies(question: str, read: ShortAnswer) -> bool:
    """Whether a sentence that the judge takes for a no denies something in so many words, and the question
    asks neither for that nor for a part only: then «no» might mean anything."""
    return read.polarity == "no" and bool(_NEGATION.search(read.text)) and not _TURNED.search(question)


def _qualifier(text: str, end: int) -> str:
    """«more than », where that stands before `end`."""
    found = _QUALIFIER.search(text, 0, end)
    return found[0] if found else ""


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A slice of a text, widened to whole words and numbers: a tokenizer cuts both."""
    for word in _WHOLE_WORD.finditer(text):
        if word.start() < start < word.end():
            start = word.start()
        if word.start() < end < word.end():
            end = word.end()
    return start, end


def _slices(question: str, quote: str, pattern: str) -> list[re.Match[str]]:
    """What a pattern finds in a quote, but for what the question itself names."""
    asked = set(words_of(question))
    found = re.finditer(pattern, quote, re.IGNORECASE)
    return [m for m in found if m[0].casefold() not in question.casefold() and set(words_of(m[0])) - asked]


def _decisive(question: str, citation: Citation, found: Sequence[re.Match[str]]) -> re.Match[str] | None:
    """Of several slices, the only one that counts what is asked for, or the one clearly nearest to it."""
    if len(found) == 1:
        return found[0]
    asked = set(words_of(question))
    subject = _COUNTS.search(question)
    wanted = set(words_of(subject[1])) if subject else set()
    counting = [m for m in found if wanted & set(words_of(_counted(citation, m))[-1:])]
    if len(counting) == 1:
        return counting[0]
    marks = [m.start() for m in re.finditer(r"\S+", citation.quote) if asked & set(words_of(m[0]))]
    (nearest, best), (next_best, _), *_ = sorted(
        ((_distance(match, marks), match) for match in found), key=lambda pair: (pair[0], pair[1].start())
    )
    return best if marks and next_best >= _CLEARLY * nearest else None


def _counted(citation: Citation, match: re.Match[str]) -> str:
    """The words behind a number that say what it counts."""
    counted = _COUNTED.match(citation.quote, match.end())
    return counted[0] if counted else ""


def _shown(citation: Citation, match: re.Match[str], kind: Kind) -> ShortAnswer:
    """A slice of this kind as it is shown: a figure with its qualifier, a number with what it counts."""
    first, last = match.span()
    first -= len(_qualifier(citation.quote, first)) if kind in _FIGURES else 0
    last += len(_counted(citation, match)) if kind == "number" else 0
    start, end = citation.start + first, citation.start + last
    return ShortAnswer(citation.quote[first:last], start, end, None)


def _distance(match: re.Match[str], marks: Sequence[int]) -> float:
    """How far the nearest three of the question's words stand from a slice, in characters."""
    near = sorted(min(abs(mark - match.start()), abs(mark - match.end())) for mark in marks)[:3]
    return sum(near) / len(near) if near else float(match.start())
