"""Measures what users feel and writes docs/performance.md: run it with `make bench` on a quiet machine."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from machine import processor
from performance_page import write_part

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus" / "cambodia-2011"
RUNS = 7

WARM = """
import json, sys, time
from a4a_qa import Assistant
assistant = Assistant.open(sys.argv[1])
questions = [json.loads(line)["question"] for line in open(sys.argv[2], encoding="utf-8")]
assistant.ask(questions[0])
times, cpu = [], time.process_time()
for question in questions:
    started = time.perf_counter()
    assistant.ask(question)
    times.append(1000 * (time.perf_counter() - started))
cpu = 1000 * (time.process_time() - cpu) / len(times)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([sorted(times), cpu, int(status["VmHWM"].split()[0]) / 1024]))
"""
FIRST = "import sys; from a4a_qa import Assistant; Assistant.open(sys.argv[1]).ask('Who heads the HLWG?')"


@dataclass(frozen=True)
class Budget:
    """What was measured, and what it may be at most, where there is a limit."""

    what: str
    measured: float
    unit: str
    limit: float | None = None
    aim: float | None = None
    digits: int = 0

    def row(self) -> str:
        limit = "–" if self.limit is None else f"{self.limit:g} {self.unit}"
        aim = "" if self.aim is None else f", aim {self.aim:g} {self.unit}"
        over = " **(over)**" if self.limit is not None and self.measured > self.limit else ""
        return f"| {self.what} | {limit}{aim} | {self.measured:.{self.digits}f} {self.unit}{over} |"


def seconds(*command: str) -> float:
    """The median time of a command over several runs."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def measure() -> list[Budget]:
    python = sys.executable
    interpreter = seconds(python, "-c", "pass")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        subprocess.run(
            [python, "-m", "a4a_qa", "index", str(CORPUS), "--output", f"{folder}/index"],
            check=True, capture_output=True,
        )  # fmt: skip
        build = time.perf_counter() - started
        size = sum(path.stat().st_size for path in Path(folder, "index").rglob("*") if path.is_file())
        questions = str(ROOT / "eval/probes/probes.jsonl")
        done = subprocess.run(
            [python, "-c", WARM, f"{folder}/index", questions], check=True, capture_output=True, text=True
        )
        times, cpu, memory = json.loads(done.stdout)
        first = seconds(python, "-c", FIRST, f"{folder}/index")
    help_page = seconds(python, "-m", "a4a_qa", "--help")
    return [
        Budget("`python -c pass`, for comparison", interpreter, "s", digits=2),
        Budget("`a4a-qa --help`", help_page, "s", limit=0.3, digits=2),
        Budget("process start to first answer", first, "s", limit=0.8, aim=0.5, digits=2),
        Budget("a warm question, p50", times[len(times) // 2], "ms", limit=20, digits=1),
        Budget("a warm question, p95", times[int(len(times) * 0.95)], "ms", limit=40, digits=1),
        Budget("CPU of a warm question", cpu, "ms", limit=60, aim=30, digits=1),
        Budget("peak memory while answering", memory, "MB", limit=250),
        Budget("index build", build, "s", limit=8),
        Budget("index on disk", size / 1e6, "MB", limit=8, digits=1),
    ]


def main() -> None:
    lines = [
        f"Written by `make bench`: Python {platform.python_version()}, {os.cpu_count()} cores,",
        f"{processor()}; the report on Cambodia; medians of {RUNS} runs, 200 different questions.",
        "",
        "| what | limit | measured |",
        "| --- | --- | --- |",
        *(budget.row() for budget in measure()),
        "",
    ]
    write_part("bench", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
