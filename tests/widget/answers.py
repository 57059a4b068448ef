"""Answers as the contract describes them, made up: one of each kind that the widget draws."""

from typing import Any

QUOTE = "Campaigns were conducted in 5 provinces in 2008."
BEFORE = "The Ministry led the work. "
PAGE = {"first": 16, "last": 21, "label": "16–21", "exact": False}
SECTION = ["Coordination and Cooperation", "Local and national levels"]
SCRIPT = "javascript:document.title=1"
HOSTILE = '<img src=x onerror="document.title=1">'
CITATION: dict[str, Any] = {
    "id": "c-1",
    "marker": 1,
    "quote": QUOTE,
    "start": 127,
    "end": 127 + len(QUOTE),
    "passage_id": "p-1",
    "section": SECTION,
    "page": PAGE,
    "context": [],
    "endnotes": [86],
    "following_endnote": None,
    "url": "/report#s-1",
    "reference": "ECPAT International (2011). Global Monitoring, pp. 16–21.",
    "notices": [],
}
ENDNOTE = {
    "number": 86,
    "text": "COMMIT, Annual Report. Accessed on 19 March 2010 from: http://commit.example.org/",
    "sources": [
        {
            "url": "http://commit.example.org/",
            "archived_url": "https://web.archive.org/web/20100319/http://commit.example.org/",
            "accessed": "2010-03-19",
        }
    ],
}
PASSAGE: dict[str, Any] = {
    "rank": 1,
    "id": "p-1",
    "text": f"{BEFORE}{QUOTE} It may grow.",
    "start": 100,
    "end": 100 + len(BEFORE) + len(QUOTE) + 13,
    "section": SECTION,
    "page": PAGE,
    "endnotes": [86],
    "score": 0.0,
    "notices": [],
}
CONTACTS = [
    {"id": "a", "name": "A helpline", "kind": "helpline", "country": "international", "value": None,
     "url": "https://help.example.org/", "source": "", "verified_on": None, "verified_by": None},
    {"id": "b", "name": "Another", "kind": "reporting", "country": "", "value": "116 111",
     "url": "https://other.example.org/", "source": "", "verified_on": "2026-03-31", "verified_by": "A lead"},
]  # fmt: skip
HELP = {"kind": "support", "text": "You can talk to somebody. It is not your fault.", "contacts": CONTACTS}
ANSWERED: dict[str, Any] = {
    "id": None,
    "answer_id": "9f1c",
    "question": "",
    "status": "answered",
    "text": f"{QUOTE} [1]",
    "short_answer": {"text": "5 provinces", "start": 155, "end": 166, "polarity": None},
    "confidence": 0.93,
    "reason": None,
    "citations": [CITATION],
    "endnotes": [ENDNOTE],
    "passages": [PASSAGE],
    "report": {"id": "r", "title": "A report", "publisher": "ECPAT", "year": 2011, "edition": "2nd"},
    "help": None,
}  # fmt: skip
NOTHING = {"citations": [], "endnotes": [], "passages": [], "short_answer": None, "confidence": None}
REASON = {
    "code": "absent_detail",
    "message": "I did not find an answer in this report.",
    "unmatched": [],
    "nearest": [
        {
            "section": SECTION,
            "passage_id": "p-1",
            "start": 127,
            "end": 127 + len(QUOTE),
            "url": "/report#s-1",
        }
    ],
}
_SECOND = CITATION | {
    "id": "c-2", "marker": 2, "endnotes": [], "following_endnote": 86, "url": "/report#s-2",
    "context": [{"text": "Name\tTask", "start": 1, "end": 10}], "quote": "HLWG\tLeads the work",
    "start": 10, "end": 29, "passage_id": None,
    "page": {"first": 7, "last": 7, "label": "7", "exact": True},
}  # fmt: skip
# As a service before 1.1 does not send them.
_NEAREST = [
    {"quote": QUOTE, "section": SECTION, "page": PAGE, "endnotes": [86], "notices": [],
     "passage_id": None, "start": 127, "end": 127 + len(QUOTE), "url": "/report#s-1"},
    {"quote": "They were held.", "section": SECTION, "page": PAGE, "endnotes": [], "notices": ["distressing"],
     "passage_id": None, "start": 1, "end": 16, "url": "/report#s-2"},
]  # fmt: skip
_SECTIONS = [
    {"path": ["Cambodia: Introduction"], "page": PAGE, "url": "/report#h-1"},
    {"path": SECTION, "page": {"first": 7, "last": 7, "label": "7", "exact": True}, "url": "/report#h-2"},
]
_BLOCKS = {"quote": "It must act.\n\nIt must pay.", "start": 106, "end": 132}
_UPSET = {"notices": ["distressing", "contact_2011"]}

ANSWERS: dict[str, dict[str, Any]] = {
    "answered": ANSWERED,
    "two": ANSWERED
    | {"text": f"{QUOTE} [1] HLWG\tLeads the work [2]", "citations": [CITATION, _SECOND]},
    "beside": ANSWERED
    | {"citations": [CITATION, *(
        CITATION | {"id": f"c-{n}", "marker": n, "notices": ["see_also"]} for n in (2, 3))]},
    "blocks": ANSWERED
    | {"short_answer": None, "citations": [CITATION | _BLOCKS],
       "passages": [PASSAGE | {"text": f"A\t\tB\n\n{_BLOCKS['quote']}", "end": 132}]},
    "yes": ANSWERED | {"short_answer": ANSWERED["short_answer"] | {"polarity": "yes"}},
    "partial": ANSWERED
    | {"status": "partial", "short_answer": None,
       "reason": REASON | {"message": "Only a part of this.", "nearest": []}},
    "fair": ANSWERED | {"confidence": 0.55},
    "low": ANSWERED | {"confidence": 0.38},
    "refused": ANSWERED
    | {"status": "not_in_report", "text": REASON["message"], "reason": REASON, **NOTHING,
       "passages": [PASSAGE]},
    "nearest": ANSWERED
    | {"status": "not_in_report", "text": REASON["message"], **NOTHING,
       "reason": REASON | {"nearest": _NEAREST}},
    "overview": ANSWERED | {"kind": "overview", "short_answer": None, "sections": _SECTIONS},
    "support": ANSWERED | {"status": "support", "text": HELP["text"], "help": HELP, **NOTHING},
    "support_below": ANSWERED
    | {"status": "support", "text": HELP["text"], "help": HELP, **NOTHING, "passages": [PASSAGE]},
    "declined": ANSWERED
    | {"status": "declined", "text": "We cannot help with this. It harms children.\n\n"
       "If you were asking about the report, ask what it says.", **NOTHING,
       "help": HELP | {"kind": "own_worry", "text": "Free and anonymous help exists."}},
    "help": ANSWERED | {"help": HELP | {"kind": "reporting", "text": "This is how to report today."}},
    "distressing": ANSWERED
    | {"text": "[1]", "citations": [CITATION | _UPSET], "passages": [PASSAGE | _UPSET]},
    "contacts": ANSWERED | {"citations": [CITATION | {"notices": ["contact_2011"]}]},
    "hostile": ANSWERED
    | {"text": f"{HOSTILE} [1]", "short_answer": None, "passages": [],
       "citations": [CITATION | {"quote": HOSTILE, "url": SCRIPT, "section": [HOSTILE]}],
       "endnotes": [ENDNOTE | {"text": HOSTILE, "sources": [
           {"url": SCRIPT, "archived_url": "data:text/html,x", "accessed": None}]}],
       "help": HELP | {"text": HOSTILE, "contacts": [CONTACTS[0] | {"url": SCRIPT}]}},
    "cut": ANSWERED,
    "nonsense": {"x": 1},
    "half": ANSWERED | {"citations": [{"marker": 1, "quote": QUOTE}]},
    "wordless": ANSWERED | {"text": None},
}  # fmt: skip
