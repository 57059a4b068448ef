"""What language models are told of the service."""

import re

from a4a_qa.report.report import About
from a4a_qa.service.pages.llms_txt import llms_txt


def test_it_names_the_report_and_how_to_quote_it(client, assistant):
    reply = client.get("/llms.txt")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    about = assistant.report.about
    assert reply.text.startswith(f"# {about.title}\n\n> Answers questions about this report")
    assert "Facts are those of 2011." in reply.text
    assert "- Publisher: ECPAT International\n- Year: 2011\n" in reply.text
    assert "only with permission from ECPAT International" in reply.text
    assert "- Some of it is upsetting" in reply.text
    for said in ("word for word", "`not_in_report`", "`help`", "`distressing`", "body of a POST"):
        assert said in reply.text


def test_each_endpoint_is_listed_and_each_link_leads_somewhere(client):
    text = client.get("/llms.txt").text
    paths = client.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method in methods:
            assert re.search(rf"^- \[{method.upper()} {re.escape(path)}\]\(.+\): \w", text, re.MULTILINE)
    for address in re.findall(r"\]\(([^)]+)\)", text):
        page, _, anchor = address.partition("#")
        reply = client.get(page)
        assert reply.status_code == 200, address
        assert not anchor or f'id="{anchor}"' in reply.text, address


def test_its_headings_are_those_of_the_convention(client):
    text = client.get("/llms.txt").text
    assert re.findall("^#+ .*", text, re.MULTILINE)[1:] == [
        "## Quoting", "## Pages", "## Endpoints", "## Questions to begin with", "## Optional",
    ]  # fmt: skip
    assert "- In how many provinces were the dialogue campaigns run in 2008?" in text


def test_words_of_a_report_are_no_markup():
    hostile = "A\n## Quoting\n\n- [Click](https://x.example/) `now` <b>\x00\u202e"
    text = llms_txt(About("a", hostile, publisher=hostile, rights=hostile), (), (hostile,))
    plain = llms_txt(About("a", "x", publisher="x", rights="x"), (), ("x",))
    assert re.findall(r"^\S*", text, re.MULTILINE) == re.findall(r"^\S*", plain, re.MULTILINE)
    assert "[Click](" not in text
    assert not re.search(r"(?<!\\)[`<]b", text)
    assert "\x00" not in text
    assert "\u202e" not in text


def test_what_is_unknown_is_left_out():
    text = llms_txt(About("a", "Boats"), (), ())
    assert "- Language: en\n\n## Quoting" in text
    assert not re.search("None|Publisher|Facts|upsetting|Questions to", text)
