"""Imports point down the pipeline only, and each heavy library has one home."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import a4a_qa

PACKAGE = Path(a4a_qa.__file__).parent
# From the bottom to the top: a module imports only what stands before it, or in its own line or folder.
ORDER = [
    ["__version__", "errors"],
    ["text"],
    ["files", "output", "json_lines", "toml_file", "settings"],
    ["report"],
    ["parsing"],
    ["models"],
    ["index"],
    ["question"],
    ["lookup"],
    ["safeguarding"],
    ["answering"],
    ["verify"],
    ["assistant"],
    ["library"],
    ["service"],
    ["training", "evaluation"],
    ["cli"],
    ["__main__"],
]
HOMES = {
    "onnxruntime": "models.runtime",
    "tokenizers": "models.runtime",
    "faiss": "index.dense",
    "bm25s": "index.engines.embedded",
    "qdrant_client": "index.engines.qdrant_collection",
    "rank_bm25": "index.lexical",
    "Stemmer": "index.lexical",
    "ir_measures": "evaluation.measures.ranking",
    "scipy": "evaluation.measures.significance",
    "sklearn": "evaluation.measures.abstention evaluation.fitting",
    "rapidfuzz": "index.spelling evaluation.gold",
    "jinja2": "evaluation.run_page",  # and of the service, below
    "httpx": "evaluation.systems",
    "pypdf": "parsing.pdf.door",
    "pypdfium2": "parsing.pdf.glyphs evaluation.parse_words",
    "lxml": "parsing.html_page parsing.docx",
    "mammoth": "parsing.docx",
    "mcp": "service.programs.mcp",
    "mcp_types": "service.programs.mcp",
}
# The service itself is loaded only by its command, so its libraries may be imported at the top.
SERVICE_HOMES = {
    "jinja2": "service.pages.rendering",
    "limits": "service.rate",
    "opentelemetry": "service.telemetry",
    "prometheus_client": "service.metrics",
}
# What runs in a process of its own, and nothing else imports.
PROGRAMS = {"parsing.pdf.glyphs"}
MODULES = sorted(
    ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
    for file in PACKAGE.rglob("*.py")
    if file.name != "__init__.py"
)


def is_folder(module: str) -> bool:
    return (PACKAGE.parent / module.replace(".", "/")).is_dir()


@cache
def imports(module: str) -> list[tuple[str, bool]]:
    """(what is imported, whether inside a function) of a module."""
    tree = ast.parse((PACKAGE / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    functions = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)]
    inner = {node for function in functions for node in ast.walk(function)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.module, f"{module} imports relatively"
            assert not node.level, f"{module} imports relatively"
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(name, node in inner) for name in (named if is_folder(node.module) else [node.module])]
        elif isinstance(node, ast.Import):
            found += [(alias.name, node in inner) for alias in node.names]
    return found


def rank(module: str) -> int:
    for position, line in enumerate(ORDER):
        if any(module == name or module.startswith(f"{name}.") for name in line):
            return position
    raise AssertionError(f"{module} has no place in the order")


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module):
    for imported, _ in imports(module):
        if imported.startswith("a4a_qa."):
            assert rank(imported.removeprefix("a4a_qa.")) <= rank(module), imported


def test_no_import_goes_round_in_a_circle():
    own = {module: [name.removeprefix("a4a_qa.") for name, _ in imports(module)] for module in MODULES}
    TopologicalSorter(own).prepare()


@pytest.mark.parametrize("module", MODULES)
def test_own_imports_stand_at_the_top(module):
    own = [name for name, inside in imports(module) if inside and name.startswith("a4a_qa")]
    assert not own or module.startswith("cli.")


@pytest.mark.parametrize("module", MODULES)
def test_heavy_libraries_have_one_home_and_are_imported_when_needed(module):
    for imported, inside in imports(module):
        library = imported.split(".")[0]
        if library in HOMES and module != SERVICE_HOMES.get(library) and not module.startswith("training."):
            assert module in HOMES[library].split()
            assert inside or module in PROGRAMS, f"{library} is imported at the top of {module}"
        if library in ("torch", "transformers", "sentence_transformers", "onnx", "onnxscript"):
            assert module.startswith("training.")


@pytest.mark.parametrize("module", MODULES)
def test_the_libraries_of_the_service_stay_in_it(module):
    for imported, _ in imports(module):
        library = imported.split(".")[0]
        if library in ("fastapi", "starlette", "uvicorn", "pydantic"):
            assert module.startswith("service.") or (library, module) == ("pydantic", "evaluation.records")
        if library in SERVICE_HOMES and module not in HOMES.get(library, "").split():
            assert module == SERVICE_HOMES[library]


def test_training_evaluation_and_service_do_not_know_each_other():
    folders = {"training", "evaluation", "service"}
    for module in MODULES:
        own = module.split(".")[0]
        for imported, _ in imports(module):
            if own in folders:
                assert not imported.startswith(tuple(f"a4a_qa.{other}" for other in folders - {own}))


def test_there_is_no_drawer_for_odds_and_ends():
    names = {module.split(".")[-1] for module in MODULES}
    assert not names & {"utils", "helpers", "types", "common"}


def test_folders_hold_no_code_in_their_init():
    for file in PACKAGE.rglob("__init__.py"):
        if file.parent != PACKAGE:
            assert not ast.parse(file.read_text(encoding="utf-8")).body
