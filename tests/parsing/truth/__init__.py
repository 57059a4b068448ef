"""Headings and notes of three published reports, written down by a reader who looked at the pages.

One JSON file a report. Words are stored as hashes, so that no text of a report is in the repository; a parsed
report is scored by hashing its own words in the same way. Pages are
pages of the file, counted from 1.

A heading has `page`, `level` (1 is a top section), `words` and `run_in` (a label on the line of the text it
opens). `optional` marks what two careful readers could judge differently: reading it as a heading is neither
right nor wrong. `also_level` is a second level that is as good as the first, where type size and structure
disagree. A note has `number`, `page` and `note` (its first five words), and where its first mark stands:
`mark_page` and `before` (up to three words right before the mark, from the same paragraph).
"""

import hashlib
import re
import unicodedata

_HASH_DIGITS = 12  # 48 bits: no two of a few hundred phrases collide by chance


def normalised_words(text: str) -> list[str]:
    """The words of `text`, folded to one case and one Unicode form, without punctuation."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def words_hash(text: str) -> str:
    """The first twelve hexadecimal digits of the SHA-256 of the normalised words of `text`."""
    return hashlib.sha256(" ".join(normalised_words(text)).encode()).hexdigest()[:_HASH_DIGITS]


def first_words(text: str, n: int) -> str:
    """The first `n` normalised words of `text`, or all of them where there are fewer."""
    return " ".join(normalised_words(text)[:n])


def last_words(text: str, n: int) -> str:
    """The last `n` normalised words of `text`, or all of them where there are fewer."""
    words = normalised_words(text)
    return " ".join(words[max(len(words) - n, 0) :])
