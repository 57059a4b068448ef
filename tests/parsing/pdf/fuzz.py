"""Reads PDFs that were damaged at random: `python tests/parsing/pdf/fuzz.py SECONDS`.

Bytes of a file are changed, cut and doubled, and so are the operators in its pages after unpacking. A
damaged file is read or refused; anything else, or reading for a minute, is a fault that stops the run.
"""

import random
import signal
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from a4a_qa.errors import A4aError
from a4a_qa.parsing.read import read_report

FIXTURES = Path(__file__).parents[2] / "fixtures" / "pdf"
LONGEST_READING = 60
# Examples in one round; a round is over in some seconds.
ROUND = 40
TOKENS = [
    *b"q Q BT ET Tj TJ cm re f Do << >> [ ] ( ) endobj stream endstream obj R 0 -1 99999999999 1e308".split(),
    *b"/Type /Kids /Count /Length /Filter /W /ToUnicode /F1".split(), b"W n", b"\xff", b"\x00",
]  # fmt: skip


def unpacked(data: bytes) -> bytes:
    """The file with its page contents and fonts unpacked, so that changes reach what is in them."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    for item in writer._objects:
        value = item.get_object() if item is not None else None
        if hasattr(value, "get_data") and "/Filter" in value and "/FontFile2" not in value:
            words = value.get_data()
            if len(words) < 100_000:
                del value["/Filter"]
                value._data = words
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def sources() -> list[bytes]:
    """The files that are damaged."""
    whole = [file.read_bytes() for file in sorted(FIXTURES.glob("*.pdf"))]
    return whole + [unpacked(data) for data in whole]


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["byte", "token", "cut", "double"]),
        st.floats(0, 1, allow_nan=False),
        st.integers(1, 400),
        st.sampled_from(TOKENS),
    ),
    min_size=1,
    max_size=25,
)


def damaged(data: bytes, changes: list[tuple[str, float, int, bytes]]) -> bytes:
    """A file with changes: (kind, place as a share of its length, how many bytes, what is put there)."""
    for kind, place, length, token in changes:
        at = int(place * len(data))
        if kind == "byte":
            data = data[:at] + token[:1] + data[at + 1 :]
        elif kind == "token":
            data = data[:at] + b" " + token + b" " + data[at + len(token) + 2 :]
        elif kind == "cut":
            data = data[:at] + data[at + length :]
        else:
            data = data[:at] + data[at : at + length] * 2 + data[at + length :]
    return data


def too_long(*_: object) -> None:
    raise TimeoutError(f"reading took more than {LONGEST_READING} s")


def main(seconds: float) -> None:
    """Damage and read until the time is up."""
    files = sources()
    signal.signal(signal.SIGALRM, too_long)
    count = 0
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "damaged.pdf"

        def read(source: bytes, changes: list[tuple[str, float, int, bytes]]) -> None:
            nonlocal count
            count += 1
            target.write_bytes(damaged(source, changes))
            signal.alarm(LONGEST_READING)
            try:
                read_report(target)
            except A4aError:
                pass
            finally:
                signal.alarm(0)

        while time.monotonic() < until:
            check = settings(
                max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
            )  # fmt: skip
            seed(random.randrange(2**32))(check(given(st.sampled_from(files), CHANGES)(read)))()
    print(f"{count} damaged files were read or refused in {seconds:.0f} s.")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600)
