"""What is said to the assistant itself, or asked about it: whether it is a person, what it keeps.

A report about children says nothing of that, and yet has words for much of it («track», «confidential»).
"""

from __future__ import annotations

import re

from a4a_qa.index.lexical import words_of

# What speaks to the assistant, or of it, or of what is typed.
_TYPED = (
    r"what (?:i|we) (?:\w+ )?(?:type|write|ask|say|wrote|typed|said|asked)|my (?:questions?|messages?|chats?)"
)
_ADDRESSED = re.compile(
    r"\b(?:(?<!thank )you|yourself|yours?|u"
    r"|(?:this|the) (?:chat(?: ?bot)?|bot|assistant|app|tool|conversation|box)"
    r"|(?:can|should|do|may) i (?:ask|type|write)|(?:i|we) (?:type|write|ask|say)"
    rf"|{_TYPED}|i have (?:a|another|one|some) questions?"
    r"|(?:is|are) (?:this|it|my|the) (?:\w+ )?(?:confidential|anonymous|private|real|secure)"
    r"|(?:trust|believe|rely on) (?:this|it|that)|(?:does|do) (?:this|it) work"
    r"|(?:see|sees|read|reads|reading) (?:this|it))\b",
    re.IGNORECASE,
)
# Words of what is asked of an assistant: who it is, how it works, whether it can be trusted, what it keeps.
_OF_ASSISTANT = frozenset(
    words_of(
        """u ur name call old live come alive real human person robot bot chatbot machine program software app
        tool computer ai artificial intelligence gpt chatgpt language model made make build built
        create creator develop developer programmed run owner behind work works use know think
        understand learn train smart sure correct right wrong mistake reliable accurate trust
        believe rely lie honest true answer reply question ask say said type write wrote written
        message chat conversation box example topic thing kind store stored save keep kept record
        log logged delete forget remember track trace identify watch spy listen data personal
        information ip address see read send share show pass private privacy confidential
        confidentiality anonymous anonymity secret secure safe anyone anybody someone somebody
        anything something everything else really actually please hello hi hey ok sorry just good
        day morning evening today yesterday always ever already exactly find get help talk speak
        feel feeling opinion sleep dream bored slow male female server version free hear voice hobby
        chatting here"""
    )
)
# «Will the police see this?», and of whom people ask it.
_SEEN = re.compile(
    rf"\b(?:sees?|reads?|knows?|find out|told|tell|gets?|have)\b.*\b(?:this|{_TYPED})\b", re.IGNORECASE
)
_SEEN_BY = frozenset(
    words_of(
        """police government authorities parent mother father mum mom dad husband wife family boss employer
        teacher school company website ecpat"""
    )
)
# «Can I ask in Khmer?»
_IN_LANGUAGE = re.compile(
    r"\b(?:(?:do|can|could|will|would) you (?:\w+ ){0,2}(?:speak|talk|understand|read|answer|reply|write)"
    r"|(?:can|could|may) i (?:\w+ )?(?:ask|write|type|speak|talk))(?: \w+){0,3}? (?:english|khmer|cambodian"
    r"|thai|vietnamese|lao|burmese|chinese|mandarin|japanese|korean|malay|indonesian|tagalog|filipino|hindi"
    r"|bengali|urdu|arabic|farsi|turkish|russian|ukrainian|french|german|spanish|portuguese|italian|dutch"
    r"|polish|swedish)\b",
    re.IGNORECASE,
)


def is_said_to_assistant(question: str) -> bool:
    """Whether a text asks about the assistant and nothing else: «Are you a robot?», «Who reads this?»."""
    rest = _IN_LANGUAGE.sub(" ", question)
    seen = _SEEN.search(question)
    addressed = rest != question or seen or _ADDRESSED.search(question)
    known = _OF_ASSISTANT | _SEEN_BY if seen else _OF_ASSISTANT
    return bool(addressed) and known.issuperset(words_of(rest))
