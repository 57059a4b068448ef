"""What the programs that measure ask of the machine."""

import platform
import re
from pathlib import Path


def processor() -> str:
    """The kind of processor, by the widest vectors that it multiplies: most of the time is spent on that."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    widest = next((name for name in ("avx512_vnni", "avx_vnni", "avx512f", "avx2") if name in cpu), "no such")
    return f"{platform.machine()} with {widest} instructions"


def megabytes_of(file: Path, name: str) -> float:
    """A size that a file of /proc gives in kilobytes under this name."""
    return int(re.search(rf"^{name}:\s+(\d+)", file.read_text(), re.MULTILINE)[1]) / 1024
