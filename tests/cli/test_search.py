"""`a4a-qa search`: what it lists."""

import json

import pytest
from click.testing import CliRunner

from a4a_qa import __version__
from a4a_qa.cli.main import main


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


def test_the_version():
    assert run("--version").output == f"a4a-qa, version {__version__}\n"


@pytest.mark.parametrize(
    ("section", "path"), [("Introduction", ["Introduction"]), ("schools", ["Introduction", "Schools"])]
)
def test_search_in_a_section(small_index, section, path):
    done = run("search", "blue uniforms", "--section", section, "--json", "--index", small_index)
    found = [passage["section"][: len(path)] for passage in json.loads(done.output)]
    assert found
    assert all(start == path for start in found)
    everywhere = json.loads(run("search", "blue uniforms", "--json", "--index", small_index).output)
    assert len(everywhere) > len(found)


def test_search_in_a_section_that_is_not_there(small_index):
    done = run("search", "blue uniforms", "--section", "Nowhere", "--index", small_index)
    assert done.exit_code == 2
    assert "There is no section 'Nowhere'" in done.output


def test_search_lists_as_many_passages_as_asked_for(small_index):
    done = run("search", "blue uniforms", "-k", 1, "--json", "--index", small_index)
    assert len(json.loads(done.output)) == 1
    assert len(json.loads(run("search", "blue uniforms", "--json", "--index", small_index).output)) > 1
