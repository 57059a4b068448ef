"""How well and how fast a library answers: `python eval/library.py`; `make bench-library` also at scale.

The reports of training/reports.toml that are for training or gold, and those in corpus/, are indexed as one
library under eval/runs/library. The gold questions of the test split are put to it and to their report alone.
With --sentences, a second library holds them and so many sentences recombined from theirs: for time and
memory only. Encoding 100,000 takes 20 to 40 minutes, once.
With --check, it fails where the library loses more than 3 % of what the reports alone answer.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tqdm import tqdm

from a4a_qa.answering.answer import Citation
from a4a_qa.evaluation.case import is_found, marks_in
from a4a_qa.evaluation.gold import GoldQuestion
from a4a_qa.evaluation.gold_sets import GoldReport, gold_reports
from a4a_qa.files import REPORT_FILE
from a4a_qa.index.build import build_index
from a4a_qa.index.lexical import words_of
from a4a_qa.index.manifest import is_index
from a4a_qa.index.storage import load, load_sentences
from a4a_qa.library import Library
from a4a_qa.report.catalogue import listed_reports, reports_folder
from a4a_qa.report.report import Report, Span

ROOT = Path(__file__).parent.parent
HOME = ROOT / "eval" / "runs" / "library"
# Questions of each report, at most.
MOST = 112
# The share of questions whose evidence a library may lose.
MOST_LOST = 0.03
# How many recombined sentences make a report, which is what the real ones have on average, and a chapter.
OF_REPORT, OF_CHAPTER = 400, 20
PLAIN = re.compile(r"[A-Z][\w ,;:'’()%-]{40,300}\.")


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sentences", type=int, default=0)
    options.add_argument("--check", action="store_true")
    asked = options.parse_args()
    listed = listed_reports(ROOT, reports_folder(ROOT))
    for report in tqdm([one for one in listed.values() if one.use != "held out"], desc="Indexing"):
        if not is_index(HOME / report.id):
            build_index(report.checked().file, HOME / report.id)
    library = Library.open(HOME)
    gold = gold_reports(ROOT / "eval" / "gold", listed)
    counts = measure_answers(library, gold)
    if asked.check:
        check(counts["telling"])
    if asked.sentences:
        measure_scale(
            recombined(asked.sentences, library),
            [(report.id, question.record.question) for report, question in sampled(gold)],
        )


def sampled(gold: Sequence[GoldReport]) -> Iterator[tuple[GoldReport, GoldQuestion]]:
    """Questions of the test split, the same ones each time."""
    for report in gold:
        questions = report.questions().of_split("test").questions
        chosen = random.Random(2).sample(questions, min(MOST, len(questions)))
        yield from ((report, question) for question in chosen)


def check(count: Counter[str]) -> None:
    """Exit with 1 where a library costs more than it may of the questions that tell their report."""
    alone, together = (count[f"any evidence cited, the {who}"] for who in ("report alone", "library"))
    if alone - together > MOST_LOST * count["answerable"]:
        raise SystemExit(
            f"The library cites evidence for {alone - together} questions fewer than the reports alone."
        )


def measure_answers(library: Library, gold: Sequence[GoldReport]) -> Mapping[str, Counter[str]]:
    """Whether the library cites what the report alone does: counts of all questions, and of those that tell
    their report."""
    reports_with = defaultdict(set)
    for name, entry in library.entries.items():
        for word in {word for words in load_sentences(entry.folder)[0].words for word in words}:
            reports_with[word].add(name)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    seconds: dict[str, list[float]] = defaultdict(list)
    for report, question in tqdm(list(sampled(gold)), desc="Asking"):
        record = question.record
        started = time.process_time()
        alone = library.assistant(report.id).ask(record.question, record.history)
        between = time.process_time()
        answer = library.ask(record.question, record.history)
        seconds["the report alone"].append(between - started)
        seconds["the library"].append(time.process_time() - between)
        cited = [citation for one in answer.answers for citation in one.citations]
        words = words_of(" ".join([record.question, *record.history]))
        # A question tells its report when it has a word that no other report has.
        tells = any(reports_with[word] == {report.id} for word in words)
        for name in ("all", *(["telling"] if tells else [])):
            count = counts[name]
            if not record.answerable:
                count["unanswerable"] += 1
                count["unanswerable, answered by the report alone"] += bool(alone.citations)
                count["unanswerable, answered by the library"] += bool(cited)
                continue
            text = library.assistant(report.id).report
            own = [citation for citation in cited if citation.report == report.id]
            count["answerable"] += 1
            count["any evidence cited, the report alone"] += has_evidence(question, alone.citations, text)
            count["any evidence cited, the library"] += has_evidence(question, own, text)
            count["only another report cited"] += bool(cited) and not own
            count["another report cited, also beside the right one"] += len(own) < len(cited)
    for name, count in counts.items():
        print(f"{name}: {count['answerable']} answerable, {count['unanswerable']} unanswerable")
        for what, number in count.items():
            of = count["unanswerable" if what.startswith("unanswerable") else "answerable"]
            print(f"  {what}: {number / of:.3f}")
    for name, times in seconds.items():
        median, high = np.quantile(times, [0.5, 0.95]) * 1000
        print(f"CPU of a question, {name}: p50 {median:.0f} ms, p95 {high:.0f} ms")
    return counts


def has_evidence(question: GoldQuestion, citations: Sequence[Citation], report: Report) -> bool:
    """Whether any evidence is cited."""
    places = [Span(citation.start, citation.end) for citation in citations]
    numbers = marks_in(report, places) | {number for one in citations for number in one.endnotes}
    return any(is_found(evidence, places, numbers) for evidence in question.evidence)


def recombined(sentences: int, library: Library) -> Path:
    """A library of the real reports and of so many sentences recombined from theirs, in reports of 400.

    Each begins as one real sentence and ends as another, so that it is near real ones in words and meaning,
    and its vectors are the encoder's own.
    """
    home = HOME.with_name(f"library-{sentences}")
    rng = random.Random(5)
    real = [sentence for entry in library.entries.values() for sentence in plain_sentences(entry.folder)]
    countries = sorted({about.country for about in library.reports if about.country})
    for number in tqdm(range(sentences // OF_REPORT), desc="Recombining"):
        id = f"recombined-{number}"
        made = [recombine(*rng.sample(real, 2)) for _ in range(OF_REPORT)]
        if is_index(home / id):
            continue
        with TemporaryDirectory() as room:
            file = Path(room) / REPORT_FILE
            country, year = countries[number % len(countries)], 2000 + number % 20
            (Path(room) / "report.toml").write_text(
                f'id = "{id}"\ntitle = "Recombined {number}"\nyear = {year}\ncountry = "{country}"\n'
            )
            chapters = (made[at : at + OF_CHAPTER] for at in range(0, OF_REPORT, OF_CHAPTER))
            file.write_text("\n\n".join(f"# Chapter {n}\n\n{' '.join(c)}" for n, c in enumerate(chapters, 1)))
            build_index(file, home / id)
    for entry in library.entries.values():
        if not is_index(home / entry.folder.name):
            shutil.copytree(entry.folder, home / entry.folder.name)
    return home


def plain_sentences(index: Path) -> Iterator[str]:
    """Sentences of a report that are plain text of a common length."""
    report = load(index)[0].report
    for sentence in report.sentences:
        text = " ".join(report.slice(sentence).split())
        if PLAIN.fullmatch(text):
            yield text


def recombine(one: str, other: str) -> str:
    """The first half of a sentence and the second of another, in words."""
    begin, end = one.split(), other.split()
    return " ".join([*begin[: len(begin) // 2], *end[len(end) // 2 :]])


def measure_scale(folder: Path, asked: Sequence[tuple[str, str]]) -> None:
    """Time and memory of a large library, asked pairs of a report's id and a question."""
    started = time.perf_counter()
    library = Library.open(folder)
    opened = time.perf_counter() - started
    sentences = sum(len(load_sentences(entry.folder)[0].words) for entry in library.entries.values())
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    chosen = random.Random(3).sample(list(asked), min(150, len(asked)))
    others = [name for name in library.entries if name.startswith("recombined")][:10]
    ways: dict[str, Callable[[str, str], object]] = {
        "its report alone": lambda report, question: library.assistant(report).ask(question),
        "all reports": lambda _, question: library.ask(question),
        "reports since 2010": lambda _, question: library.ask(question, filter={"since": 2010}),
        "eleven reports": lambda report, question: library.ask(
            question, filter={"report": [report, *others]}
        ),
    }
    for report, question in tqdm(chosen[:20], desc="Warming"):
        library.ask(question)
        library.assistant(report)
    seconds: dict[str, list[float]] = defaultdict(list)
    for report, question in tqdm(chosen, desc="Asking"):
        for name, ask in ways.items():  # by turns, since the machine's pace changes
            begun = time.process_time()
            ask(report, question)
            seconds[name].append(time.process_time() - begun)
    print(f"{len(library.entries)} reports, {sentences:,} sentences, {size / 1e6:.0f} MB on disk")
    # Linux counts in KB; the peak of the whole process, the first library included.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"opened in {opened:.1f} s; memory at most {peak:.0f} MB")
    for name, times in seconds.items():
        median, high = np.quantile(times, [0.5, 0.95])
        ratio = median / np.median(seconds["its report alone"])
        print(f"CPU, {name}: p50 {median * 1000:.0f} ms, {ratio:.2f} x; p95 {high * 1000:.0f} ms")
    withdrawn = others[0]
    with TemporaryDirectory(dir=folder, prefix=".") as room:
        apart = library.entries[withdrawn].folder.rename(Path(room) / withdrawn)
        begun = time.perf_counter()
        library.refresh()
        gone = withdrawn not in library.entries
        apart.rename(folder / withdrawn)
    print(
        f"one report withdrawn: {'gone' if gone else 'STILL THERE'} after {time.perf_counter() - begun:.1f} s"
    )


if __name__ == "__main__":
    main()
