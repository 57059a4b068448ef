"""The file that pages load: small, joined safely, and the same for ever under its version."""

import base64
import gzip
import hashlib
import json
import re

import pytest
from fastapi import Request

from a4a_qa.service.widget.hosting import CHANNEL, RELEASED, WidgetFiles, keep
from a4a_qa.service.widget.script import INTEGRITY, VERSION, integrity, languages, script, strings
from conftest import ROOT

SOURCES = sorted((ROOT / "src/a4a_qa/service/widget/source").glob("*.js"))
LIMIT = 16_000


def test_the_served_file_is_small(client):
    reply = client.get(f"/widget/{VERSION}/ra.js", headers={"accept-encoding": "gzip"})
    assert reply.headers["content-encoding"] == "gzip"
    assert int(reply.headers["content-length"]) == len(gzip.compress(script(), 9)) <= LIMIT


def test_a_version_that_has_gone_out_is_not_changed():
    assert integrity() == INTEGRITY[VERSION], (
        f"the joined file has changed. Raise VERSION in widget/script.py unless {VERSION} has never been "
        f"released, and set its INTEGRITY to {integrity()}"
    )


def test_every_version_that_has_gone_out_is_served():
    assert list(INTEGRITY)[-1] == VERSION
    for version in list(INTEGRITY)[:-1]:
        file = RELEASED / version / "ra.js"
        assert file.exists(), f"check out what was released as {version} and `make keep-widget`"
        assert _integrity(file.read_bytes()) == INTEGRITY[version]
        assert _body(WidgetFiles(), version, "ra.js") == file.read_bytes()


@pytest.fixture
def released(tmp_path):
    """A folder with older versions, of which the last comes first by its letters."""
    for version in ("0.9.0", "0.10.0"):
        folder = keep(tmp_path).rename(tmp_path / version)
        (folder / "ra.js").write_bytes(f"// {version}".encode())
    return tmp_path


def test_an_older_version_stays_with_its_strings_and_its_channel(released):
    files = WidgetFiles(released=released)
    for version in ("0.9.0", "0.10.0"):
        assert _body(files, version, "ra.js") == f"// {version}".encode()
        assert json.loads(_body(files, version, "fr.json")) == strings("fr")
        assert json.loads(_body(files, version, "km.json")) == {}
    assert _body(files, "0", "ra.js") == b"// 0.10.0"
    assert _body(files, VERSION, "ra.js") == _body(files, CHANNEL, "ra.js") == script()


def test_a_version_is_kept_as_it_is_served_and_once(tmp_path):
    keep(tmp_path)
    assert _integrity((tmp_path / VERSION / "ra.js").read_bytes()) == integrity()
    with pytest.raises(FileExistsError):
        keep(tmp_path)


def _body(files: WidgetFiles, version: str, name: str) -> bytes:
    request = Request({"type": "http", "method": "GET", "headers": []})
    return bytes(files.reply(version, name, request).body)


def _integrity(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


@pytest.mark.parametrize(
    "forbidden",
    ["eval", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "localStorage",
     "sessionStorage", "indexedDB", "cookie", "new Function", "import(", "DOMParser", "srcdoc"],
)  # fmt: skip
def test_what_is_not_in_it(forbidden):
    assert forbidden not in script().decode()


@pytest.mark.parametrize("source", SOURCES, ids=lambda file: file.name)
def test_lines_can_be_joined_and_stripped(source):
    text = source.read_text(encoding="utf-8")
    for line in text.splitlines():
        assert line.count("`") % 2 == 0, "a text that goes over the end of a line would lose its indentation"
        assert not re.search(r"""["'`][^"'`]*/\*""", line.partition("/**")[0]), "taken for a comment"
        assert line.partition(" // ")[0].count('"') % 2 == 0, "a text taken for a comment"
        assert not re.search(r"[^.\s]#[a-z]", line), "a text taken for a private name"
        lossy = re.search(r"[(=&|!,] ?/[^/*]*(?: |;\}|,[)\]}])[^/]*/[a-z]*[.,;)]", line)
        assert not lossy, "a regular expression that would lose a space or a sign"
        assert len(line) <= 180
    assert len(text.splitlines()) <= 350


def test_nothing_is_left_to_import_and_no_name_is_there_twice():
    assert not re.search(r"^\s*(import|export)\b", script().decode(), re.MULTILINE)
    code = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    names = re.findall(r"^(?:export )?(?:const|let|class|(?:async )?function) (\w+)", code, re.MULTILINE)
    assert len(names) > 20
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", languages())
def test_every_language_has_every_string_and_its_places(language):
    own, english = strings(language), strings("en")
    # What a language lacks is shown in English: allowed until somebody has reviewed it.
    assert set(own) - {"reviewed"} <= set(english)
    assert "reviewed" in own or set(own) == set(english)
    for name in set(own) & set(english):
        assert re.findall(r"\{\w+\}", own[name]) == re.findall(r"\{\w+\}", english[name]), name


def test_french_signs_do_not_begin_a_line():
    for name, words in strings("fr").items():
        assert not re.search(r"[^\u00a0][:;?!»]|«[^\u00a0]", words), name


def test_every_string_that_is_used_is_there_and_the_other_way_round():
    code = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    used = set(re.findall(r"\bt\.([a-z_]+)", code))
    used.add("no")  # by the polarity of a short answer
    by_code = {name for name in strings("en") if name.startswith("error_")}
    assert used | by_code == set(strings("en"))
    codes = set(
        re.findall(
            r'"(empty|too_long|invalid|internal|unreachable|cut|timeout|too_large|rate_limited|busy|not_ready)"',
            code,
        )
    )
    assert {f"error_{code}" for code in codes} == by_code


def test_khmer_is_marked_and_waits_for_the_operator():
    assert strings("km")["reviewed"].startswith("no")
    assert WidgetFiles().languages == ("en", "fr")
    assert WidgetFiles(["km"]).languages == ("en", "fr", "km")
    off, on = (json.loads(_body(files, VERSION, "km.json")) for files in (WidgetFiles(), WidgetFiles(["km"])))
    assert (off, on["lang"]) == ({}, "km")


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        (f"/widget/{VERSION}/ra.js", "immutable"),
        (f"/widget/{CHANNEL}/ra.js", "max-age=300"),
        (f"/widget/{VERSION}/fr.json", "max-age=300"),
    ],
)
def test_any_page_may_load_the_files(client, path, caching):
    reply = client.get(path)
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert caching in reply.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/widget/0.0.1/ra.js", f"/widget/{VERSION}/de.json", f"/widget/{VERSION}/style.css"]
)
def test_there_is_no_other_file(client, path):
    assert client.get(path).status_code == 404


def test_what_a_page_can_set_is_documented():
    page = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
    code = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    style = (SOURCES[0].parent / "style.css").read_text(encoding="utf-8")
    attributes = re.findall(r'(?:get|has|toggle)Attribute\("([a-z-]+)"', code)
    parts = set(re.findall(r"\[part~=([a-z-]+)\]", style)) | {"source", "source-link", "launcher"}
    properties = re.findall(r"var\((--ra-[a-z-]+)", style)
    events = [f"ra-{name}" for name in re.findall(r'#tell\("([a-z-]+)"', code)]
    codes = [name.removeprefix("error_") for name in strings("en") if name.startswith("error_")]
    assert min(len(attributes), len(parts), len(properties), len(events), len(codes)) > 5
    for name in [*attributes, *parts, *properties, *codes]:
        if name not in ("data-question", "hint"):
            assert f"`{name}`" in page, name
    for event in events:
        assert f"`{event}" in page, event


def test_the_documented_size_is_the_real_one():
    page = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
    size = len(gzip.compress(script(), 9)) / 1000
    assert f"The script has {size:.1f} kB compressed with gzip" in page
