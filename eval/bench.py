"""Measures what users feel and writes docs/budgets.md: run it with `make bench` on a quiet machine."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
INDEX = ROOT / "indexes" / "cambodia-2011"
RUNS = 7

WARM = """
import json, sys, time
from a4a_qa import Assistant
assistant = Assistant.open(sys.argv[1])
questions = [json.loads(line)["question"] for line in open(sys.argv[2], encoding="utf-8")]
assistant.ask(questions[0])
times = []
for question in questions:
    started = time.perf_counter()
    assistant.ask(question)
    times.append(1000 * (time.perf_counter() - started))
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([sorted(times), int(status["VmHWM"].split()[0]) / 1024]))
"""
FIRST = "import sys; from a4a_qa import Assistant; Assistant.open(sys.argv[1]).ask('Who heads the HLWG?')"


def seconds(*command: str) -> float:
    """The median time of a command over several runs."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def measure() -> list[tuple[str, str, str]]:
    """(what, limit, measured) of each budget."""
    python = sys.executable
    interpreter = seconds(python, "-c", "pass")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        subprocess.run(
            [python, "-m", "a4a_qa", "index", str(ROOT / "corpus/cambodia-2011"), "--output", f"{folder}/index"],
            check=True, capture_output=True,
        )  # fmt: skip
        build = time.perf_counter() - started
        size = sum(path.stat().st_size for path in Path(folder, "index").rglob("*") if path.is_file())
        questions = str(ROOT / "eval/probes/probes.jsonl")
        done = subprocess.run(
            [python, "-c", WARM, f"{folder}/index", questions], check=True, capture_output=True, text=True
        )
        times, memory = json.loads(done.stdout)
        first = seconds(python, "-c", FIRST, f"{folder}/index")
    return [
        ("`python -c pass`, for comparison", "–", f"{interpreter:.2f} s"),
        ("`a4a-qa --help`", "0.3 s", f"{seconds(python, '-m', 'a4a_qa', '--help'):.2f} s"),
        ("process start to first answer", "1.0 s, aim 0.5 s", f"{first:.2f} s"),
        ("a warm question, p50", "50 ms", f"{times[len(times) // 2]:.1f} ms"),
        ("a warm question, p95", "100 ms", f"{times[int(len(times) * 0.95)]:.1f} ms"),
        ("peak memory while answering", "250 MB, aim 150 MB", f"{memory:.0f} MB"),
        ("index build", "60 s", f"{build:.0f} s"),
        ("index on disk", "–", f"{size / 1e6:.0f} MB"),
    ]


def main() -> None:
    rows = measure()
    lines = [
        "# Budgets, measured",
        "",
        f"Written by `make bench`: Python {platform.python_version()}, {platform.machine()}, two cores, the report",
        f"on Cambodia with its index questions; medians of {RUNS} runs, questions over 200 different ones.",
        "",
        "| what | limit | measured |",
        "| --- | --- | --- |",
        *(f"| {what} | {limit} | {measured} |" for what, limit, measured in rows),
        "",
    ]
    (ROOT / "docs/budgets.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
