import json
import re

from click.testing import CliRunner

from a4a_qa.cli.main import main

GOOD = "Cambodia is placed in Tier 2 in the U.S. Department of State Trafficking in Persons Report 2011. [35]"


def run(index_folder, text: str, *options: str):
    return CliRunner().invoke(main, ["verify", "-", "--index", str(index_folder), *options], input=text)


def test_a_text_that_the_report_backs(index_folder):
    done = run(index_folder, GOOD)
    assert done.exit_code == 0
    assert "verbatim" in done.output


def test_a_text_that_it_does_not(index_folder):
    done = run(index_folder, GOOD.replace("Tier 2", "Tier 3"))
    assert done.exit_code == 3
    assert "number: here “3”, in the report “2”" in done.output
    assert "Tier 2" in done.output


def test_a_cited_note_and_the_page_are_shown(index_folder):
    shown = run(index_folder, GOOD.replace("Tier 2", "Tier 3")).output
    assert "2011. [35]" in shown
    assert re.search(r"the report says, p{1,2}\. ", shown)


def test_a_mark_within_a_statement_is_shown_once(index_folder):
    assert run(index_folder, GOOD.replace(". [35]", " [35].")).output.count("35") == 1


def test_a_number_in_the_text_is_no_mark(index_folder):
    shown = run(index_folder, "In 2008, 35 boats sank [35]\n").output
    assert "35 boats sank [35]" in shown


def test_a_range_of_marks_within_a_statement_is_shown_once(index_folder):
    shown = run(index_folder, "In 2008, boats [21–23] sank.").output
    assert "boats [21–23] sank.\n" in shown


def test_a_quotation_in_other_company_is_not_called_the_nearest(index_folder):
    quote = "is placed in Tier 2 in the U.S. Department of State"
    shown = " ".join(run(index_folder, f"“{quote}” by singing wandering pirates.").output.split())
    assert "the report has what is quoted, and not what stands around it" in shown
    assert "nearest" not in shown
    assert "nearest" in run(index_folder, "The moon is made of green cheese.").output


def test_a_difference_without_its_counterpart_does_not_name_one(index_folder):
    shown = run(index_folder, GOOD.replace("Cambodia is", "Malta is")).output
    assert "name: here “Malta”, not in that sentence" in shown


def test_json_is_the_same_as_from_python(index_folder, assistant):
    done = run(index_folder, GOOD, "--json")
    assert json.loads(done.output) == json.loads(json.dumps(assistant.verify(GOOD).to_dict()))


def test_an_empty_text_is_wrong_usage(index_folder):
    done = run(index_folder, "\n")
    assert done.exit_code == 2
    assert "states nothing" in done.output


def test_what_describes_abuse_in_detail_stays_closed_until_opened(index_folder, assistant):
    [place, *_] = assistant.distressing
    words = assistant.report.slice(place)
    changed = " ".join(["In 1999", *words.split()[1:]])
    closed, opened = (
        " ".join(run(index_folder, changed, *options).output.split())
        for options in ((), ("--show-distressing",))
    )
    assert "describes abuse in detail" in closed
    assert words.split()[0] not in closed.split("describes abuse")[1]
    assert "describes abuse in detail" not in opened
    assert " ".join(words.split())[:30] in opened


def test_a_difference_does_not_tell_what_stays_closed(index_folder, assistant):
    [words] = [text for text in map(assistant.report.slice, assistant.distressing) if "2009" in text]
    changed = words.replace("2009", "1999")
    shut, opened = (run(index_folder, changed, *options).output for options in ((), ("--show-distressing",)))
    assert "otherwise in the report" in shut
    assert "in the report “" not in shut
    assert "in the report “" in opened


def test_a_file_that_is_no_text_is_named(tmp_path, index_folder):
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    done = CliRunner().invoke(main, ["verify", str(file), "--index", str(index_folder)])
    assert done.exit_code == 2
    assert "picture.png is no text" in done.output
