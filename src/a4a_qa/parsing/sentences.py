"""The text of a block → the spans of its sentences.

A full stop, question mark or exclamation mark ends a sentence if what follows can begin one and what precedes
is not an abbreviation. No sentence ends within brackets that open in it, and none consists of a number: the
number of a paragraph or an item belongs to what follows, any other to what precedes. Rules, not a model:
trained splitters fail on legal prose with "No. 182", "H.E. SAR Kheng" and "NC/S.T.S.L.S.", and every rule
here can be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from a4a_qa.text.notation import RAISED_DIGITS

# With a capital, one of these is the first word of a sentence. Any other capitalised word ("Department",
# "Vietnamese") may also be in the middle of one.
_FUNCTION_WORDS = frozenset(
    """a about according accordingly additionally after all also although among amongst an and another any
    apart as at because before between both but by consequently despite due during each even finally
    first following for from furthermore given has have he her his however if in indeed instead into it
    its like many more moreover most much nevertheless no nonetheless not of on one only or other others
    our over she similar similarly since so some such that the their then there therefore these they
    this those though through thus to under until upon we what when where whereas whether which while
    whilst who why with within without you""".split()
)

# Abbreviations that do not end a sentence, even before a capital.
_NEVER_LAST = frozenset(
    """dr mr mrs ms messrs prof gen lt col gov rev st mt hon sen capt sgt maj adm amb supt insp
    cf e.g i.e vs viz incl esp ca h.e""".split()
)
# Abbreviations before a number, a letter or a sum of money; "may" is a word, not a month.
_BEFORE_NUMBER = frozenset(
    """no nos art arts para paras p pp vol vols fig figs sec secs ch chs pt pts tit cl cls app apps
    doc ex exh approx tel jan feb mar apr jun jul aug sep sept oct nov dec""".split()
)
# Abbreviations that may end a sentence, in which case a capitalised function word follows.
_PERHAPS_LAST = re.compile(
    r"(?:[A-Za-z]\.)+[A-Za-z]|(?:[A-Z][a-z]{0,2}\.)+[A-Z][a-z]{0,4}|[A-Z]|[^\s]*/(?:[A-Z]\.)+[A-Z]"
    r"|Inc|Ltd|Co|Corp|Bros|Jr|Sr|Esq|Univ|Dept|Dist|Exec|Admin|al|eds|seq|[Ii]bid"
    # In citations of laws and cases: "Fed. R. Evid. 403", "Op. O.L.C.", "H.R. Rep. No. 5".
    r"|Fed|Evid|Cir|Ct|Stat|Supp|App|Op|Ops|Reg|Regs|Rep|Res|Rec|Cong|Const|Crim|Civ|Proc|Pub|Ann|Sess|Ed"
)
# What follows "Vol." and the like, if not a figure: "II", "B".
_LETTERED = re.compile(r"(?:[IVXLC]+|[A-Z])\b(?!['’])")
_NUMBER_OF_LAW = re.compile(r"Nos?\.? \d")
# Small letters that stand for a word before a number: "s. 18", "rr. 3 and 4", "n. 7".
_SMALL = re.compile(r"([a-z])\1?")
# Small letters that number what follows: "…, b. a seal; and c. a bolt", "(b) The law".
_LISTED = re.compile(r"[,;:] ?(?:and |or )?(?:[a-z]|[ivx]{2,4})$")
_NUMBERED = re.compile(r"\(?(?:[a-z]|[ivx]{2,4})[.)] +[\"“‘(]?[A-Z]")
# The volume and name of a cited work, before the number in it: "19 Cal. 4".
_CITED = re.compile(r"\d\S* [A-Z][\w’']{0,5}\.?$")
# A reference to the source of the statement before it, without other words.
_SAME_SOURCE = re.compile(r"\W*\d{0,4}\W*(?:id|ibid|op\. cit|loc\. cit)\W*", re.IGNORECASE)

# Only the first stop of a run is tried, so that a page of dots takes linear time. A raised number may follow.
_END = re.compile(rf"(?<![.?!])[.?!]+[\"'”’»)\]]*(?:[{RAISED_DIGITS}][{RAISED_DIGITS},]*)?(?=\s)")
# The number of a paragraph, an item or a heading: "12.", "1.1.", "Q1.", "(a)", "iv.".
_NUMBER = re.compile(
    r"[\"'“‘«(\[]?(?:[A-Z]{0,2}\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?|[A-Za-z]|[ivxl]{2,6}|[IVXL]{2,6})[.)]+(?=\s)"
)
# A label that begins a block: a noun with a number ("Recommendation 12."), or a run-in heading of at least
# two capitalised words ("Harbour Dues.").
_LABEL = re.compile(
    r"[A-Z][a-z]{2,14} \d{1,3}(?:\.\d{1,3}){0,3}\.(?=\s)"
    r"|[A-Z][\w’'-]{1,20}(?: (?:and|&|of|the|for|in|on|to|with)){0,3}"
    r"(?: [A-Z][\w’'-]{0,20}(?: (?:and|&|of|the|for|in|on|to|with)){0,3}){0,5}(?: [A-Z][\w’'-]{0,20})\.(?=\s)"
)
_WORD = re.compile(r"[^\W\d_]{2}")
_SPACED_OR_SMALL = re.compile(r"\s\S|[^\W\d_A-Z]")
_PAUSE = re.compile(r"[;:](?=\s)")
_SPACE = re.compile(r"\s*")
# This many characters after a stop decide whether it ends a sentence.
_LOOKED_AT = 60
# Brackets at most this far apart hold a remark; farther apart, one of them is a typing error.
_LONGEST_REMARK = 500
# A longer sentence is cut at every stop before a capital, even if it is likely an abbreviation.
_LONGEST_SENTENCE = 1_200
_OPENING = re.compile(r"[\"'“‘«(\[]*")
_LAST_WORD = re.compile(r"[^\s(\[“‘\"']+$")
_BRACKET = re.compile(r"[()\[\]]")


def opens_sentence(text: str) -> bool:
    """Whether a text begins with a capitalised function word, which only begins sentences."""
    word = re.match(r"[\"'“‘«(\[]*([A-Z][A-Za-z]*)", text)
    return bool(word and word[1].lower() in _FUNCTION_WORDS)


def split_sentences(text: str, lead: int = 0, longest: int = _LONGEST_SENTENCE) -> Iterator[tuple[int, int]]:
    """The (start, end) of each sentence, without the white space around it.

    The first `lead` characters are a label, for example in bold type; no sentence ends in them. A sentence of
    more than `longest` characters is cut.
    """
    brackets = _Brackets(text)
    last: tuple[int, int] | None = None
    for start, end in _pieces(text, lead, brackets):
        if last and not (_is_sentence(text, start, end) and _WORD.search(text, *last)):
            last = last[0], end
            continue
        if last:
            yield from _cut(text, *last, longest)
        last = start, end
    if last:
        yield from _cut(text, *last, longest)


def _is_sentence(text: str, start: int, end: int) -> bool:
    """Whether a span has words, and not just a code ("AB-04-38") or "Ibid" for the sentence before it."""
    has_words = _WORD.search(text, start, end) and _SPACED_OR_SMALL.search(text, start, end)
    return bool(has_words) and not _SAME_SOURCE.fullmatch(text, start, end)


def _pieces(text: str, lead: int, brackets: _Brackets) -> Iterator[tuple[int, int]]:
    """The spans between the stops that end sentences."""
    start = len(text) - len(text.lstrip())
    begin = max(lead, _labelled_to(text, start))
    for match in _END.finditer(text):
        stop, end = match.span()
        if (
            end <= max(begin, start)
            or brackets.hold(stop, end)
            or _continues_after_remark(text, end, brackets)
        ):
            continue
        remark = _remark_after(text, end, brackets)
        if not _ends(text, stop, remark or end):
            continue
        yield start, remark or end
        start = _after_space(text, remark or end)
        begin = _labelled_to(text, start) if _NUMBER.match(text, start) else start
    end = len(text.rstrip())
    if start < end:
        yield start, end


def _after_space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]


def _labelled_to(text: str, start: int) -> int:
    """The end of the number and label that begin a sentence, or its start."""
    number = _NUMBER.match(text, start)
    end = number.end() if number else start
    label = _LABEL.match(text, _after_space(text, end))
    return label.end() if label else end


def _cut(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """The sentence itself, or the parts of one that is too long."""
    if end - start > longest:
        for match in _END.finditer(text, start, end):
            following = _after_space(text, match.end())
            if match.end() > start and following < end and not text[following].islower():
                yield start, match.end()
                start = following
    while end - start > longest:  # a list without a stop: cut it at a pause, or else between words
        pauses = list(_PAUSE.finditer(text, start, start + longest))
        stop = pauses[-1].end() if pauses else text.rfind(" ", start, start + longest)
        if stop <= start:
            break
        yield start, stop
        start = _after_space(text, stop)
    yield start, end


class _Brackets:
    """The pairs of brackets in a text that hold no more than a remark."""

    def __init__(self, text: str) -> None:
        self.closing: dict[int, int] = {}
        opened: list[int] = []
        for match in _BRACKET.finditer(text):
            at = match.start()
            if text[at] in "([":
                opened.append(at)
            elif opened and text[opened[-1]] + text[at] in ("()", "[]"):
                first = opened.pop()
                if at - first <= _LONGEST_REMARK:
                    self.closing[first] = at
        self._spans = self._outermost()
        self._at = 0

    def _outermost(self) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        for first in sorted(self.closing):
            if not spans or first > spans[-1][1]:
                spans.append((first, self.closing[first]))
        return spans

    def hold(self, stop: int, end: int) -> bool:
        """Whether a stop, with closing quotes, is within brackets; called in the order of the text."""
        while self._at < len(self._spans) and self._spans[self._at][1] < stop:
            self._at += 1
        return (
            self._at < len(self._spans)
            and self._spans[self._at][0] < stop
            and end <= self._spans[self._at][1]
        )


def _remark_after(text: str, end: int, brackets: _Brackets) -> int | None:
    """The end of the remark in round brackets after a stop that belongs to what precedes, if any.

    A number ("(2)") and a whole sentence ("(See below.)") belong to what follows.
    """
    found = None
    at = _after_space(text, end)
    while (close := brackets.closing.get(at)) is not None and text[at] == "(" and not _NUMBER.match(text, at):
        own = text[close - 1] in ".?!" and not text[at + 1].islower()
        if own or (close + 1 < len(text) and not text[close + 1].isspace()):
            break
        found = close + 1
        at = _after_space(text, found)
    return found


def _continues_after_remark(text: str, end: int, brackets: _Brackets) -> bool:
    """Whether a stop is followed by a remark and another stop ("et seq. (2018).")."""
    close = brackets.closing.get(_after_space(text, end))
    return close is not None and text[close + 1 : close + 2] in (".", ",", ";", ":")


def _ends(text: str, stop: int, end: int) -> bool:
    start = _after_space(text, end)
    following = text[start : start + _LOOKED_AT]
    opening = _OPENING.match(following).end()  # type: ignore[union-attr]
    first = following[opening : opening + 1]
    number = first.isdigit() or (first != "" and unicodedata.category(first) == "Sc")
    if following and not (first.isupper() or number or _NUMBERED.match(following)):
        return False
    preceding = text[max(0, stop - 40) : stop]
    before = _LAST_WORD.search(preceding)
    if text[stop] != "." or before is None:
        return True
    word = before[0].rstrip(".")
    if word.lower() in _NEVER_LAST:
        return False
    if word.lower() in _BEFORE_NUMBER and (number or _is_lettered(word, following)):
        return False
    if number and (_SMALL.fullmatch(word) or _CITED.search(preceding)):
        return False
    if _LISTED.search(preceding):
        return False
    if word == "v":  # of a case: "Laos v. Thailand"; "V." is a Roman five, which may end a sentence
        return False
    if _PERHAPS_LAST.fullmatch(word):
        return opens_sentence(following) and not _NUMBER_OF_LAW.match(following)
    return True


def _is_lettered(word: str, following: str) -> bool:
    """Whether a letter or a Roman number follows; after "no", "I" and "A" are words."""
    letters = _LETTERED.match(following)
    return bool(letters and not (word.lower() == "no" and letters[0] in ("I", "A")))
