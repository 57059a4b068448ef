"""How people ask for the source of a statement, or about a work that is cited: their wording.

The judge tells who asks for a source in other words (`purpose.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from a4a_qa.index.lexical import words_of

# How people ask for the source of a statement: by the word, by what it rests on, by when it was consulted.
_PUBLICATION = (
    r"(?:source|article|story|publication|evaluation|stud(?:y|ies)|document|web\s?(?:site|page)"
    r"|reference|report|paper|research|speech)s?"
)
_STATEMENT = (
    r"(?:figure|number|estimate|percentage|statistic|rate|ranking|quote|quotation|count|claim|statement"
    r"|information|finding|remark|point|data|account)s?"
)
_SOURCE = re.compile(
    rf"""\b(?:
    sources?\s(?:is|are|was|were|does|do|did|for|behind|stands?|given|cited)
    |sources?\sof\s(?:this|that|it|(?:the\s)?(?:[\w%.,]+\s){{0,2}}{_STATEMENT})
    |(?:what|which)\s(?:is|are|was|were)\sthe\s(?:source|reference)s?(?!\sof\b)
    |(?:what|which)\s(?:\w+\s)?{_PUBLICATION}\s.*\b(?:cited|quoted|referenced|given|behind|backs?|supports?|underlies)\b
    |(?:who|what|which\s\w+)\s(?:is|are|was|were)\s(?:cited|quoted|referenced|given)\s(?:as(?!\s(?:an\s)?examples?\b)|for)
    |who\s(?:provided|supplied|gave|furnished)\s(?:\w+\s){{0,4}}(?:figure|number|estimate|percentage|statistic|data)s?
    |(?:which|what|among\sthe|list\sof|as\sa)\s(?:source|reference|endnote|footnote)s?(?!\sof\b)
    |(?:which|what)\s(?:news)?(?:paper|broadcaster|magazine|radio(?:\sstation)?|web\s?(?:page|site))\b
     (?=\W*$|.*\b(?:(?:is|was)\s(?:it|that|this)|report\w*|sa(?:ys?|id)|told|tells?|cited|quoted|behind|account\w*|c[oa]mes?|taken|from|publish\w*|carried|covered
     |wrote|broke|printed|described|exposed|found|gives?|gave|source)\b)
    |(?:who|(?:which|what)\s\w+)\s(?:published|issued|wrote|put\sout|printed|broadcast)\sthe\s(?:\w+\s)?{_PUBLICATION}
    |(?:drawn|taken|comes?)\sfrom\san?\b
    |(?:use|uses|used)\sthe\s(?:\w+\s)?{_PUBLICATION}
    |(?:on|from)\s(?:what|which|whose)\s(?:\w+\s)?{_PUBLICATION}
    |whose\s(?:\w+\s)?{_PUBLICATION}
    |where\s(?:does|do|did)\sthe\s(?:authors|report|{_STATEMENT})\b.*\b(?:come|take|get|have|find)\b
    |where\s(?:is|are|was|were)\s(?:this|that|these|those|the)\s(?:[\w%.,]+\s){{0,3}}{_STATEMENT}\b(?:\s\w+)?\sfrom
    |(?:does|do|did)\sthe\s(?:report|authors?)\s(?:base|rely|rest|take)
    |(?:{_STATEMENT})\s(?:is|are|was|were)?\s?(?:based\son|taken\sfrom|drawn\sfrom|comes?\sfrom|from\swhere)
    |based\son\s(?:what|which)|what\sis\s(?:that|this)\sbased\son
    |how\sdo\sthe\sauthors\sknow
    |(?:which|what)\snotes?\s(?:belongs?|stands?|goes|go|comes?)\s(?:to|with|on|behind)
    |(?:(?:who|what)\s(?:is|are|was|were)\sthe\s(?:author|writer|journalist|reporter|title|headline)s?|(?:which|what)\spage)
     \sof\sthe\s(?:[\w'’-]+\s){{0,4}}?(?:piece|{_PUBLICATION})
    |(?:when|(?:what|which)\s(?:day|date))\b.*\b(?:accessed|retrieved|consulted|downloaded|looked\sup)
    )\b
    |(?:which|what)\s(?:\w+\s)?{_PUBLICATION}\s(?:is|was|does|did|are|were|\w+ed|found|says?|wrote)\s(?:this|that|it)\b
    |^(?:and\s)?(?:the\s|its\s)?(?:source|reference|citation)s?\b|^(?:and\s)?says\swho\b
    |\bwho\s(?:says|said|claims|claimed|reports|reported|found|estimated)\s(?:so|that|this|it)\b(?!\s\w)""",
    re.IGNORECASE | re.VERBOSE,
)
# The words of such a question that ask, and do not belong to the statement.
_SOURCE_WORDS = re.compile(
    rf"""\b(?:what|which|where|who|whom|whose|when|how|on|is|are|was|were|does|do|did|the|authors?|know|{_PUBLICATION}
    |cited|quoted|referenced|given|for|of|as|{_STATEMENT}|that|comes?|take|taken|drawn|get|find|from|backs?|supports?
    |behind|underlies|based?|rely|relies|rests?|says?|it|endnotes?|footnotes?|accessed|retrieved|consulted
    |downloaded|looked\sup|list|day|date|citations?|links?|urls?|web\s?address(?:es)?|please|pls)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# «What is the source?», «Which paper found that out?»: what says of no statement which one it is.
_THAT = re.compile(r"\b(?:that|this|it|these|those)\b", re.IGNORECASE)
_MOST_BESIDE_THAT = 2
_WHO_REPORTED = re.compile(
    r"\b(?:which|what) (?:\w+ )?(?:(?:news)?paper|broadcaster|magazine|radio|journal|daily)s?\b",
    re.IGNORECASE,
)
# «Who is its author?», «Where can I find it?»: asks about a work that was spoken of, and says no more of it.
_OF_THAT_WORK = re.compile(
    r"(?:and |so )?(?:who (?:is|are|was|were) (?:its|the) authors?|who wrote (?:it|that|this)"
    r"|where can (?:i|we|one) (?:find|read|get|download) (?:it|that|this)|what is (?:its|the) title"
    r"|what is it called|(?:on |in )?(?:which|what) page(?: (?:is|was) (?:it|that|this)(?: on)?)?)\W*",
    re.IGNORECASE,
)
_SPEAKS_OF_WORK = re.compile(
    r"\b(?:which|what|an?|whose)\s(?:[\w'’-]+\s){0,3}?"
    r"(?:stud(?:y|ies)|research|surveys?|(?:news)?papers?|articles?|evaluations?|reports?)\b",
    re.IGNORECASE,
)
# «Under which article is that?»
_WHICH_ARTICLE = re.compile(r"\b(?:which|what) articles?\b", re.IGNORECASE)


def asks_of_that_work(question: str, before: Sequence[str]) -> bool:
    """Whether a question asks who wrote a work that the questions `before` asked for, or where it is."""
    return bool(_OF_THAT_WORK.fullmatch(question)) and any(map(_SPEAKS_OF_WORK.search, before))


def asks_for_article(question: str) -> bool:
    """Whether a question asks for an article, be it one of a law or of a newspaper."""
    return bool(_WHICH_ARTICLE.search(question))


def sounds_like_source(question: str) -> bool:
    """Whether the wording of a question asks for a source."""
    return bool(_SOURCE.search(question))


def asks_source_of_that(question: str, *, asks_source: bool = False) -> bool:
    """Whether a question asks for the source of what was said before, and says no more of it than «that»;
    `asks_source` as in `LookupTable.find`."""
    beside = len(words_of(without_source_words(question)))
    most = _MOST_BESIDE_THAT if _THAT.search(question) else 0
    return (asks_source or sounds_like_source(question)) and beside <= most


def without_source_words(question: str) -> str:
    """What a question says beside asking for a source."""
    return " ".join(_SOURCE_WORDS.sub(" ", question).split())


def asks_who_reported(question: str) -> bool:
    """Whether a question asks which paper or station reported something, as a sentence may say itself."""
    return bool(_WHO_REPORTED.search(question))
