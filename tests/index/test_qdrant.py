"""What Qdrant holds of a library: what its folder holds, whatever happens on the way."""

import gc
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from a4a_qa.errors import EngineError
from a4a_qa.index.build import build_index
from a4a_qa.index.engines.engine import SentenceQuery
from a4a_qa.index.engines.qdrant import QdrantEngine
from a4a_qa.index.engines.qdrant_collection import QdrantCollection, Search
from a4a_qa.index.late import Rarity, pack
from a4a_qa.index.library import entries, remove
from a4a_qa.index.parts import SentenceParts
from a4a_qa.models.encoder import Encoded, Encoder
from a4a_qa.question.query import read_query
from conftest import SMALL_REPORT
from index.qdrant_collections import KINDS, opened

SENTENCES = 7
CANARY = "zanzibar"


@pytest.fixture(params=KINDS)
def collection(request, tmp_path):
    with opened(request.param, tmp_path / "collection") as made:
        yield made


@pytest.fixture
def folder(tmp_path):
    """A library of two reports."""
    for name in ("chad", "peru"):
        index(tmp_path / "library", name, SMALL_REPORT)
    return tmp_path / "library"


def none_is_left_out(entry, error):
    raise error


def index(folder: Path, name: str, text: str) -> None:
    source = folder.parent / name / "report.md"
    source.parent.mkdir(exist_ok=True)
    source.write_text(text, encoding="utf-8")
    (source.parent / "report.toml").write_text(f'id = "{name}"\n', encoding="utf-8")
    build_index(source, folder / name)


def query() -> SentenceQuery:
    encoder = Encoder.shipped()
    encoded = encoder.encode_one(read_query("How many shelters are there?").search)
    return SentenceQuery(("shelter",), encoded, encoder.ignored(encoded.token_ids.tolist()))


def held(collection: QdrantCollection, folder: Path, *reports: str) -> dict[str, int]:
    """How many sentences of each report are found."""
    proposed = QdrantEngine(collection, Rarity({}, 1)).propose(query(), reports)
    return {name: sum(one.report == name for one in proposed) for name in reports}


def test_what_the_folder_holds_is_put_in_once(collection, folder):
    found = entries(folder)
    assert collection.lacks(found) == ["chad", "peru"]
    with pytest.raises(
        EngineError, match=r"lacks 2 of 2 reports, chad among them\. Run `a4a-qa library sync`"
    ):
        QdrantEngine.open(collection, found, none_is_left_out)
    assert list(collection.sync(found)) == ["chad", "peru"]
    assert list(collection.sync(found)) == collection.lacks(found) == []
    proposed = QdrantEngine.open(collection, found, none_is_left_out).propose(query(), {"peru"})
    assert sorted(one.sentence for one in proposed) == list(range(SENTENCES))
    best = max(proposed, key=lambda one: one.late)
    assert (best.sentence, best.words > 0) == (0, True)


def test_a_report_that_was_removed_is_taken_out(collection, folder):
    list(collection.sync(entries(folder)))
    remove(folder, "chad")
    assert list(collection.sync(entries(folder))) == []
    assert held(collection, folder, "chad", "peru") == {"chad": 0, "peru": SENTENCES}
    assert list(collection.sync([])) == []
    assert held(collection, folder, "peru") == {"peru": 0}


def test_a_report_that_was_built_anew_is_found_by_who_opened_the_library_before(collection, folder):
    list(collection.sync(entries(folder)))
    before = QdrantEngine.open(collection, entries(folder), none_is_left_out)
    index(
        folder,
        "chad",
        SMALL_REPORT.replace("older than ten years.", "older than ten years. They go to school."),
    )
    assert collection.lacks(entries(folder)) == ["chad"]
    assert list(collection.sync(entries(folder))) == ["chad"]
    sentences = sorted(one.sentence for one in before.propose(query(), {"chad"}))
    assert sentences == list(range(SENTENCES + 1)), "each sentence once"


@pytest.mark.parametrize("stopped_in", ["upsert", "batch_update_points"])
def test_what_was_stopped_halfway_shows_nothing_new_and_is_done_by_the_next_sync(
    collection, folder, monkeypatch, stopped_in
):
    list(collection.sync(entries(folder)))
    index(folder, "chad", SMALL_REPORT.replace("Police officers", "Judges and police officers"))
    with monkeypatch.context() as patched:
        real = getattr(collection._client, stopped_in)

        def stop(name, what, **options):
            if stopped_in == "upsert":  # one of two batches has arrived
                real(name, what[:3], **options)
            raise KeyboardInterrupt

        patched.setattr(collection._client, stopped_in, stop)
        with pytest.raises(KeyboardInterrupt):
            list(collection.sync(entries(folder)))
    assert held(collection, folder, "chad") == {"chad": SENTENCES}
    assert collection.lacks(entries(folder)) == ["chad"]
    assert list(collection.sync(entries(folder))) == ["chad"]
    assert held(collection, folder, "chad") == {"chad": SENTENCES}
    assert collection.lacks(entries(folder)) == []


def test_vectors_of_another_encoder_are_refused(collection, folder):
    list(collection.sync(entries(folder)))
    with pytest.raises(
        EngineError, match=r"is not made for vectors of 4 .* A4A_QA_QDRANT_COLLECTION to a new"
    ):
        collection.put("other", "other 1", parts_of(1))


def parts_of(count: int) -> SentenceParts:
    vectors = np.full((count, 4), 0.5, np.float16)
    texts = [Encoded(np.array([1], np.int32), np.full((1, 4), 0.5, np.float32), vectors[0])] * count
    return SentenceParts((("word",),) * count, vectors, pack(texts, frozenset(), 4))


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from index.qdrant_collections import opened
from index.test_qdrant import parts_of
with opened(sys.argv[1], Path(sys.argv[2])) as collection:
    for number in range(10_000):
        collection.put(f"r{number}", f"r{number} 1", parts_of(200))
        print(number, flush=True)
"""


@pytest.mark.parametrize("kind", ["client", "edge"])
def test_what_was_acknowledged_is_there_after_the_process_was_killed(kind, tmp_path):
    if kind == "edge":
        pytest.importorskip("qdrant_edge")
    tests = str(Path(__file__).parent.parent)
    command = [sys.executable, "-c", KILLED, kind, str(tmp_path / "collection"), tests]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        last = [process.stdout.readline() for _ in range(3)][-1]
        process.send_signal(signal.SIGKILL)
    assert last == "2\n"
    with opened(kind, tmp_path / "collection") as collection:
        found = collection.search(*(Search("dense", [0.5] * 4, "report", {f"r{n}"}, 300) for n in range(3)))
    assert [len(points) for points in found] == [200] * 3


@contextmanager
def answering(status: int):
    """A server that answers every request with one status, and repeats what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"You asked: " + body)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection")
@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "refuses the key. Set A4A_QA_QDRANT_API_KEY"), (403, "refuses the key"), (500, "status 500")],
)
def test_what_a_server_refuses_is_said_without_the_question_or_the_key(status, words):
    with answering(status) as url:
        engine = QdrantEngine(QdrantCollection(url, key="sesame"), Rarity({}, 1))
        with pytest.raises(EngineError) as raised:
            engine.propose(SentenceQuery((CANARY,), query().encoded, frozenset()), {CANARY})
    assert words in str(raised.value)
    assert url in str(raised.value)
    assert not {"sesame", CANARY} & set(str(raised.value).split())
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "ftp://127.0.0.1", "http://me:sesame@127.0.0.1:9"])
def test_a_server_that_is_not_there_is_named_without_its_password(url):
    with pytest.raises(EngineError, match=r"127\.0\.0\.1.* cannot be reached.*A4A_QA_QDRANT_URL") as raised:
        list(QdrantCollection(url).sync([]))
    assert "sesame" not in str(raised.value)


# The client that is refused leaves its lock file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_folder_is_for_one_program_at_a_time(tmp_path):
    with opened("client", tmp_path), pytest.raises(EngineError, match="another program holds it"):
        QdrantCollection(str(tmp_path))
    gc.collect()


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "qdrant_client", None)
    with pytest.raises(EngineError, match=r'pip install "a4a-qa\[qdrant\]"'):
        QdrantCollection(":memory:")
