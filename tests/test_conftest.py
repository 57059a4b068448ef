"""The index that many tests share is made anew whenever it would be another."""

import conftest
from conftest import PACKAGE, index_code
from test_layers import MODULES, imports


def needed_by(module, known):
    """A module and all of our own that it imports, through whatever others."""
    known.add(module)
    for imported, _ in imports(module):
        name = imported.removeprefix("a4a_qa.")
        if name in MODULES and name not in known:
            needed_by(name, known)
    return known


def test_all_code_that_an_index_is_made_with_counts():
    counted = {".".join(file.relative_to(PACKAGE).with_suffix("").parts) for file in index_code()}
    needed = needed_by("index.build", set())
    assert {"text.notation", "files", "json_lines", "parsing.read"} <= needed
    assert needed <= counted


def test_the_versions_of_libraries_count(monkeypatch):
    before = conftest._sources()
    monkeypatch.setattr(conftest, "version", lambda name: "1.2.3" if name == "numpy" else "0")
    after = conftest._sources()
    monkeypatch.setattr(conftest, "version", lambda name: "0")
    assert len({before, after, conftest._sources()}) == 3
