"""PDFs of a few bytes that unfold into gigabytes: refused with a reason, within 600 MB for all processes."""

import subprocess
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest

from parsing.pdf.hostile import WORDS, deflated, pdf

MOST = 600_000_000
READ = """
import sys
from a4a_qa.errors import ReportError
from a4a_qa.parsing.read import read_report
try:
    read_report(sys.argv[1])
except ReportError as error:
    sys.exit(str(error))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux limits memory.")


def two_gigabytes():
    """Two gigabytes of spaces in a stream of two megabytes."""
    packing = zlib.compressobj(9)
    return b"".join([*(packing.compress(b" " * (1 << 24)) for _ in range(128)), packing.flush()])


FILES = {
    "a form that draws itself twice": lambda: pdf(WORDS + b"/X Do /X Do ", resources=b"/XObject<</X 4 0 R>>"),
    "two gigabytes": lambda: deflated(two_gigabytes()),
    "three million glyphs": lambda: pdf(
        b"BT /F1 1 Tf 9 9 Td " + b"(%s) Tj " % (b"ab " * 1_000) * 1_000 + b"ET"
    ),
}


def processes(pid):
    """The ids of a process and all that it has started, directly or not."""
    yield pid
    with suppress(OSError):  # it has ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from processes(int(child))


def resident(pid):
    """The bytes of memory that a process holds."""
    with suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        return sum(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmRSS"))
    return 0


def watched(*command):
    """What a command says, and the most bytes that it and all its processes hold at a time."""
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(resident, [*processes(process.pid)])))
        time.sleep(0.005)  # how often it is looked at
    return process.communicate()[0], peak


@pytest.mark.parametrize("made", FILES.values(), ids=FILES)
def test_a_file_that_unfolds_without_end_is_refused_within_its_memory(tmp_path, made):
    file = tmp_path / "report.pdf"
    file.write_bytes(made())
    assert file.stat().st_size < 2_200_000
    said, peak = watched("-c", READ, str(file))
    assert "has no text that can be read. Page 1 cannot be read, or takes too much time or memory." in said
    assert peak < MOST


def test_files_that_are_read_at_a_time_share_the_memory(tmp_path):
    for name in ("one", "two", "three", "four"):
        (tmp_path / f"{name}.pdf").write_bytes(FILES["a form that draws itself twice"]())
    library = ("--folder", str(tmp_path / "library"), "--jobs", "4")
    said, peak = watched("-m", "a4a_qa", "library", "add", str(tmp_path), *library)
    assert said.count("takes too much time or memory") == 4
    assert peak < MOST


def test_a_report_of_hundreds_of_pages_is_read_within_the_share_of_four_jobs(tmp_path):
    page = b"".join(
        b"BT /F1 9 Tf 72 %d Td (Line %d has words of its own about the harbours.) Tj ET\n"
        % (780 - 12 * at, at)
        for at in range(60)
    )
    (tmp_path / "report.pdf").write_bytes(pdf(*[page] * 300))
    share = "from a4a_qa.parsing.pdf.file import share_memory\nshare_memory(4)\n"
    said, _ = watched("-c", share + READ, str(tmp_path / "report.pdf"))
    assert said == ""
