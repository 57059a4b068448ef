"""What a word means: whether that is asked, and whether a text tells it rather than just using the word.

A report uses many words that it never explains: «What is a hotline?» is not answered by a sentence that tells
who runs one.
"""

from __future__ import annotations

import re

_OPENING = (
    r"(?:(?:and|but|so|please|ok(?:ay)?|hi|hello|can you|could you|tell me|explain|in (?:the|this) report)"
    r"[\s,]+)*"
)
_END = r"(?: (?:exactly|actually|anyway|please))?\W*"
_CALLED = r"(?:(?:the )?(?:term|word|concept|notion|expression|phrase|idea)(?: of)? )?"
_TERM = rf"(?:an? )?{_CALLED}[«“\"'‘]?(?P<term>[a-z][\w’-]*(?: [a-z][\w’-]*){{0,3}}?)[»”\"'’]?"
_ASKS = tuple(
    re.compile(f"(?i:{_OPENING}{asks})(?:{_TERM})(?i:{rest}{_END})")
    for asks, rest in (
        ("what(?:['’]?s| is| are)(?: exactly| actually)? ", ""),
        ("what (?:exactly )?(?:does|do|is|are) ", " (?:mean|meant|refer to)"),
        ("what (?:exactly )?(?:is|are) (?:meant by|the (?:meaning|definition|sense) of) ", ""),
        ("(?:the )?(?:define|definition of|meaning of) ", ""),
        ("how (?:is|are) ", " defined"),
        ("what (?!exactly |does |do |is |are )", " means?"),
    )
)
# What is asked about something rather than for the sense of a word: «What is known?», «What is missing?»
_NO_TERM = re.compile(
    r"^(?:the|done|said|known|being|there|it|this|that|these|those|they|he|she|we|you|i|new|wrong|missing|best"
    r"|worst|next|up|true|right|my|your|our|its|their|his|her|some|any|other|main|key|most)\b"
    r"|^\w+ed$|^\w+ing \w+ly$|['’]s\b"
    r"|(?<![\w-])(?:of|for|in|on|at|by|about|from|with|to|like|do|does|did|doing|and|or|not|here)(?![\w-])"
)
_KIND = (
    r"(?:is|are|was|were) (?:an?|the|any|one|when|where|defined|understood|described|considered|seen as)\b"
)
_MEANS = r"(?:also |often |usually )?(?:means?|refers? to|consists? of|involves?|covers?|denotes?)\b"
_THAT_IS = r"(?:i\.e\.|that is|namely|meaning|(?:in )?which|where(?:by|in)?|such as|including)\b"
_CALLS = r"(?:known as|called|so-called|termed|referred to as|i\.e\.|namely)"
_DEFINES = r"(?:defin(?:es?|ed|ing|itions?)|understood|meaning)"


def leaves_undefined(question: str, text: str) -> bool:
    """Whether a question asks what a common noun means, and a text does not say so, or of what kind it is."""
    term = _term_of(question)
    return term is not None and not _is_name(term, text) and not _defines(term, text)


def _term_of(question: str) -> str | None:
    """The common noun whose sense a question asks for: «What is grooming?»; None of a name, and where
    anything else is asked."""
    found = (form.fullmatch(question.strip()) for form in _ASKS)
    terms = [match["term"] for match in found if match]
    return terms[-1] if terms and not _NO_TERM.search(terms[-1]) else None


def _is_name(term: str, text: str) -> bool:
    """Whether a text has a term only as a name, which people type in small letters too."""
    first, rest = re.escape(term[:1].upper()), re.escape(term[1:])
    named = re.search(rf"(?<=[^\W\d_] )(?<!of )(?<!for )(?<!and )\b{first}(?i:{rest})\b", text)
    return named is not None and not re.search(rf"\b{re.escape(term)}", text)


def _defines(term: str, text: str) -> bool:
    words = r"\W+".join(re.escape(word) for word in re.findall(r"[\w’-]+", term.removesuffix("s")))
    plain = rf"\b{words}(?:s|es)?\b"
    named = rf"[“\"‘'«]?{plain}[”\"’'»]?(?: \([^)]*\))?,?"
    told = (
        rf"{named} (?:{_KIND}|{_MEANS}|{_THAT_IS})",
        rf"{named} [–—-] ",
        rf"{_DEFINES}\b[^.;]{{0,60}}{plain}",
        rf"{plain}[^.;]{{0,40}}\b{_DEFINES}\b",
        rf"[“\"‘'«]{plain}[”\"’'»]",
        rf"{_CALLS} (?:(?:an?|the) )?{named}",
        rf"\((?:the )?{named}[^(),]{{0,20}}\)",
        rf"^{plain}: ",
    )
    return any(re.search(form, text, re.IGNORECASE) for form in told)
