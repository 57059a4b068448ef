"""Questions about the publication itself → the lines of its imprint: who paid for it, wrote it, may copy it.

Title page and imprint are not searched, since they say nothing of what the report is about. How a question is
worded tells which of their lines it wants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.places import Places
from a4a_qa.report import Block, Report, Span
from a4a_qa.text.names import RUN_OF_CAPITALS, is_there, names_in


@dataclass(frozen=True, slots=True)
class _Aspect:
    """Something that imprints say: how questions ask for it, and how a line says it."""

    asks: re.Pattern[str]
    says: re.Pattern[str]


def _aspect(asks: str, says: str) -> _Aspect:
    return _Aspect(re.compile(rf"\b(?:{asks})\b", re.IGNORECASE), re.compile(says, re.IGNORECASE))


_CONTACT = _aspect(
    r"e-?mails?|address(?:es)?|contact\w*|(?:tele)?phone(?: number)?|fax|web\s?sites?|reach|get in touch"
    r"|(?:head)?\s?(?:offices?|quarters)|headquarter\w*|based|located",
    r"@|\bwww\.|\btel\b|\bfax\b|\broad\b|\bstreet\b",
)
_PERMISSION = _aspect(
    r"(?:re)?produc\w+|permi(?:ssion|tted)|cop(?:y|ied|ying)|copyright\w*|licen[cs]\w+|quot(?:e|ed|ing)"
    r"|re-?(?:us|print|publish)\w*|translat\w+|distribut\w+|shar(?:e|ed|ing)(?! the (?:view|opinion))"
    r"|print(?:ed|ing)?|(?:owns?|holds?|has) the (?:copy)?rights?|(?:(?:i|we|one) )?credit"
    r"|(?:i|we|one) (?:acknowledge|attribute)",
    r"reproduced|permission|copyright|©|licen[cs]e",
)
_WHO_PAID = r"(?:donors?|funders?|sponsors?)"
_EDITION = _aspect(r"editions?", r"\bedition\b")
# Whether those who paid are of one mind with what it says.
_VIEWS = _aspect(
    rf"(?:views?|opinions?) of (?=(?:the |its )?(?:{_WHO_PAID}|(?-i:[A-Z])))|whose (?:views?|opinions?)"
    r"|(?:agrees?|stands?|responsible|endorsed?|shares?)(?: with| behind| for)? the (?:views?|opinions?)"
    rf"|{_WHO_PAID}\b.*\b(?:agree|endorse|responsible)\w*(?: (?:with|for) what the \w+ says"
    r"|(?: with| for)? the (?:views?|opinions?))?|endorsed by",
    r"\bviews?\b|\bopinions?\b|\bendorse",
)
_DESIGN = _aspect(
    r"design\w*|lay-?out|typeset\w*|cover (?:photo\w*|picture|image|design)",
    r"\bdesign|\blay-?out|\btypeset",
)
_ASPECTS = (
    _VIEWS,
    _aspect(
        r"fund(?:s|ed|ers?|ing)?|financ\w+|donors?|sponsor\w*|pa(?:id|ys?) for|support(?:ed|ers?)|backed",
        r"financ|fund|donor|sponsor",
    ),
    _EDITION,
    _aspect(
        r"authors?|authored|wr[oi]te\w*|written|compil\w+|edited|editors?|prepared|made"
        r"|put (?:\w+ ){0,2}together",
        r"\bcompiled|\bwritten|\bauthor|\bedited|\bprepared",
    ),
    _PERMISSION,
    _aspect(
        r"publish\w*|(?:publication|release) (?:date|year)|(?:date|year|month) of (?:publication|release)"
        r"|releas\w+|issued|(?:came|come) out|(?<=did the report )appear"
        r"|how old|cit(?:e|ed|ing|ation)",
        r"copyright|©|\bedition\b|\bpublished\b",
    ),
    _DESIGN,
    _CONTACT,
)
_PUBLICATION = re.compile(
    r"\b(?:(?:report|publication|document|study|book(?:let)?)(?:['’]s)?\b(?! (?:card|of|on|by|to)\b)"
    r"|the (?:authors|editors|donors)\b)",
    re.IGNORECASE,
)
# «May I quote a table?», «Do I need permission?»: of which publication goes without saying.
_MAY_I = re.compile(
    r"\b(?:may|can|could|am|are|do|must|should|is it)\s(?:i|we|one|anyone|allowed|permitted|ok(?:ay)?)\b",
    re.IGNORECASE,
)
# What is copied, and what it is wanted for: «a page from it», «for a training», «in my thesis».
_COPIED = re.compile(
    r"\b(?:it|this|them|(?:page|part|chapter|section|table|figure|map|graph|extract|passage|paragraph|quote)s?)\b",
    re.IGNORECASE,
)
_WANTED_FOR = re.compile(
    r"(?<=\w) (?:for|in|on|at) (?:an?|my|our) (?:[\w'’-]+ ){0,3}?[\w'’-]+(?=\W*$)", re.IGNORECASE
)
# Only a publication has one: of which goes without saying.
_LAYOUT = re.compile(r"\b(?:lay-?out|typeset\w*)\b", re.IGNORECASE)
# A question that is nothing but what it asks for: of whom goes without saying.
_BARE_CONTACT = re.compile(
    r"\W*(?:e-?mail|contact|(?:tele)?phone|web\s?site)(?: address| number)?\W*", re.IGNORECASE
)
# «What does the report cover?», «How does the publisher reach people?»: this asks what somebody does, not
# for a line of the imprint.
_DOES = re.compile(
    r"\b(?:do|does|did)\s(?!i\b|we\b|you\b|one\b|need\b)(?:\w+\s){1,4}?(?:cover|address|reach|make"
    r"|fund(?! th(?:e|is) (?:report|publication|study))"
    r"|prepare|design|release|contact|quote|cite|share(?! the (?:view|opinion))|produce|copy|print)\b",
    re.IGNORECASE,
)
# What such a question says beside.
_BESIDE = frozenset(
    words_of(
        "report publication document study book booklet organisation organization person people name year "
        "date day month number list main full postal exact possible allowed permitted may use need must ask "
        "part extract passage sentence paragraph page text chapter section table figure map term condition "
        "correct correctly properly format style way city town first second third latest reflect represent "
        "express donor funder sponsor out together"
    )
)


class Imprint:
    """What stands in a report outside its sections."""

    def __init__(self, report: Report) -> None:
        about = report.about
        self._report = report
        self._publisher = frozenset(words_of(about.publisher or ""))
        known = (about.title, about.publisher, about.country, about.year, about.edition)
        self._known = _BESIDE | frozenset(words_of(" ".join(str(one) for one in known if one)))

    def find(self, question: str) -> Places | None:
        """The lines that answer a question about the publication; None for one about anything else."""
        spans = self._lines_for(question)
        return Places("imprint", spans=spans, other_body=self._other_body(question)) if spans else None

    def _lines_for(self, question: str) -> tuple[Span, ...]:
        if _DOES.search(question):
            return ()
        named = bool(_PUBLICATION.search(question))
        is_meant = {
            _CONTACT: bool(self._publisher & set(words_of(question)))
            or bool(_BARE_CONTACT.fullmatch(question)),
            _PERMISSION: bool(_MAY_I.search(question)) or "copyright" in question.casefold(),
            _EDITION: True,
            _DESIGN: bool(_LAYOUT.search(question)),
        }
        wanted = [
            aspect for aspect in _ASPECTS if (named or is_meant.get(aspect)) and aspect.asks.search(question)
        ]
        may_copy = _MAY_I.search(question) and (named or _COPIED.search(question))
        rest = _WANTED_FOR.sub("", question) if may_copy else question
        for aspect in wanted:
            rest = aspect.asks.sub(" ", rest)
        places = tuple(self._saying(wanted))
        # «Did Norway fund the report?»: names may be those of the lines.
        text = " ".join(map(self._report.slice, places))
        names = (name for name in names_in(rest) if is_there(name, text))
        return () if set(words_of(rest)) - self._known - set(words_of(" ".join(names))) else places

    def _other_body(self, question: str) -> str | None:
        """A body that a question names by a name like the publisher's, and that is not it: «Blue Watch
        Ruritania» where «Blue Watch International» published."""
        names = RUN_OF_CAPITALS.findall(question)
        others = (name for name in names if not self._publisher.issuperset(words_of(name)))
        return next((name for name in others if self._publisher & set(words_of(name))), None)

    def _saying(self, wanted: Sequence[_Aspect]) -> Iterator[Span]:
        """The lines that say one of these, those that follow each other as one place, each text once."""

        def says(block: Block) -> bool:
            text = self._report.slice(block)
            is_imprint = not block.retrieved and not block.section
            return is_imprint and any(aspect.says.search(text) for aspect in wanted)

        texts: set[str] = set()
        for is_wanted, run in groupby(self._report.blocks, says):
            lines = list(run)
            place = Span(lines[0].start, lines[-1].end)
            if is_wanted and (text := self._report.slice(place)) not in texts:
                texts.add(text)
                yield place
