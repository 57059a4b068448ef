"""Numbers in words, as people type them: "endnote thirty-eight", "the thirty-eighth reference"."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()

# Words for numbers up to ninety, and for places in an order, with their values; "thirty-eight" is two words.
CARDINALS = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: value * 10 for value, word in enumerate(TENS, 2)},
}
ORDINALS = {
    **{word: value for value, word in enumerate(_SMALL_ORDINALS, 1)},
    **{word.removesuffix("y") + "ieth": value * 10 for value, word in enumerate(TENS, 2)},
}

# What counts several: "two" to "ninety-nine".
_MORE_THAN_ONE = [word for word, value in CARDINALS.items() if value > 1]
NUMBER_WORD = (
    rf"(?:(?:{'|'.join(TENS)})[-\s](?:{'|'.join(_SMALL[1:10])})"
    rf"|{'|'.join(sorted(_MORE_THAN_ONE, key=len, reverse=True))})"
)

_UNITS = {word: value for word, value in {**CARDINALS, **ORDINALS}.items() if 0 < value < 10}
_HUNDREDS = {"one": 1, "two": 2, "a": 1, "an": 1}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_ANY_TENS, _ANY_HUNDREDS = _any_of(TENS), _any_of(_HUNDREDS)

_NUMERAL = re.compile(
    rf"""\b(?:
      (?P<year>(?:{_ANY_TENS})\s+(?:{_any_of(CARDINALS.keys() - _UNITS.keys())}))
    | (?:(?:(?P<hundreds>{_ANY_HUNDREDS})\s+)?(?P<hundred>hundred)\s+(?:and\s+)?)?
      (?:(?P<tens>{_ANY_TENS})[-\s](?P<unit>{_any_of(_UNITS)})|(?P<single>{_any_of(CARDINALS | ORDINALS)}))
      (?!\s+hundred)
    | (?P<round>{_ANY_HUNDREDS})\s+hundred(?P<th>th)?
    )\b""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
# In ASCII: "sıx" is not "six" to a table, as it would be to a pattern without case.
_SEVERAL = re.compile(rf"\b{NUMBER_WORD}\b", re.IGNORECASE | re.ASCII)


def in_digits(text: str) -> str:
    """A text with its numbers from 10 to 299, and its ordinals, in digits: "thirty-eight" → "38".

    Smaller numbers stay as they are: in words they rarely name a place. So do years ("twenty twelve").
    """
    return _NUMERAL.sub(_digits, text)


def values_in_words(text: str) -> dict[str, str]:
    """The numbers from 2 to 99 that a text writes in words, small, each with its digits."""
    return {word.lower(): str(_value_of(word)) for word in _SEVERAL.findall(text)}


def _value_of(word: str) -> int:
    return sum(CARDINALS[part] for part in re.split(r"[-\s]", word.lower()))


def _digits(numeral: re.Match[str]) -> str:
    part = {name: word.lower() for name, word in numeral.groupdict().items() if word}
    if "year" in part:
        return numeral[0]
    if "round" in part:
        return f"{_HUNDREDS[part['round']] * 100}{part.get('th', '')}"
    last = part.get("unit") or part["single"]
    value = _HUNDREDS[part.get("hundreds", "a")] * 100 if "hundred" in part else 0
    value += CARDINALS[part["tens"]] if "tens" in part else 0
    value += ORDINALS[last] if last in ORDINALS else CARDINALS[last]
    if last in ORDINALS:
        return f"{value}th"
    return str(value) if value >= 10 else numeral[0]
