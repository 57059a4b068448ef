"""Numbers in words, as people type them: «endnote thirty-eight», «the thirty-eighth reference»."""

from __future__ import annotations

import re

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()

# Words for numbers up to ninety, and for places in an order, with their values; «thirty-eight» is two words.
CARDINALS = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: value * 10 for value, word in enumerate(TENS, 2)},
}
ORDINALS = {
    **{word: value for value, word in enumerate(_SMALL_ORDINALS, 1)},
    **{word.removesuffix("y") + "ieth": value * 10 for value, word in enumerate(TENS, 2)},
}

_ANY_TENS = "|".join(TENS)
_NUMERAL = re.compile(
    rf"""\b(?:(?:(one|two)\s+|an?\s+)?(hundred)\s+(?:and\s+)?)?
    (?:({_ANY_TENS})[-\s])?({"|".join(sorted({*CARDINALS, *ORDINALS}, key=len, reverse=True))})\b""",
    re.IGNORECASE | re.VERBOSE,
)


def in_digits(text: str) -> str:
    """A text with its numbers from 10 to 299, and its ordinals, in digits: «thirty-eight» → «38».

    Smaller numbers stay as they are: in words they rarely name a place.
    """
    return _NUMERAL.sub(_digits, text)


def _digits(numeral: re.Match[str]) -> str:
    hundreds, hundred, tens, last = (part and part.lower() for part in numeral.groups())
    value = (CARDINALS[hundreds] if hundreds else 1) * 100 if hundred else 0
    value += CARDINALS[tens] if tens else 0
    value += ORDINALS[last] if last in ORDINALS else CARDINALS[last or "zero"]
    if last in ORDINALS:
        return f"{value}th"
    return str(value) if value >= 10 else numeral[0]
