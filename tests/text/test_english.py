"""Which texts are in English: no report is called foreign that is not, however short or full of tables."""

import pytest

from a4a_qa.parsing.read import read_report
from a4a_qa.report.catalogue import reports_folder
from a4a_qa.text.english import seems_english
from conftest import CORPUS, PACKAGE, ROOT

# A few sentences that any report might have, by language.
OTHERS = {
    "French": "Le comité a publié son rapport sur les foyers du nord en mars. Il recommande que le "
    "ministère assure la formation des juges, et que les enfants soient entendus dans les "
    "délais. Aucune région n’a fourni les chiffres demandés pour cette année.",
    "Spanish": "El comité publicó en marzo su informe sobre los refugios del norte. Recomienda que el "
    "ministerio forme a los jueces y que los niños sean oídos a tiempo. Ninguna región entregó "
    "las cifras que se le pidieron para este año.",
    "German": "Der Ausschuss hat seinen Bericht über die Heime im Norden im März vorgelegt. Er "
    "empfiehlt, dass das Ministerium die Richter schult und Kinder rechtzeitig gehört werden. "
    "Keine Region hat die Zahlen für dieses Jahr geliefert, um die gebeten worden war.",
    "Portuguese": "O comité publicou em março o seu relatório sobre os abrigos do norte. Recomenda que o "
    "ministério forme os juízes e que as crianças sejam ouvidas a tempo. Nenhuma região "
    "entregou os números pedidos para este ano.",
    "Dutch": "De commissie heeft in maart haar verslag over de opvang in het noorden gepubliceerd. Zij "
    "beveelt aan dat het ministerie rechters opleidt en dat kinderen op tijd worden gehoord. "
    "Geen enkele regio heeft de gevraagde cijfers van dit jaar geleverd.",
    "Danish": "Udvalget har offentliggjort sin rapport om hjemmene i nord i marts. Det anbefaler, at "
    "ministeriet uddanner dommere, og at børn bliver hørt i tide. Ingen region har leveret de "
    "tal for året, som der blev bedt om.",
    "Swahili": "Kamati ilichapisha ripoti yake kuhusu makazi ya kaskazini mwezi wa Machi. Inapendekeza "
    "kwamba wizara iwafundishe mahakimu na kwamba watoto wasikilizwe kwa wakati. Hakuna mkoa "
    "uliotoa takwimu zilizoombwa kwa mwaka huu.",
    "Khmer": "គណៈកម្មាធិការបានបោះពុម្ពផ្សាយរបាយការណ៍អំពីមណ្ឌលនៅភាគខាងជើងក្នុងខែមីនា។ "
    "ក្រសួងគួរបណ្តុះបណ្តាលចៅក្រម ហើយកុមារគួរត្រូវបានស្តាប់ទាន់ពេលវេលា។",
    "Thai": "คณะกรรมการเผยแพร่รายงานเกี่ยวกับบ้านพักในภาคเหนือเมื่อเดือนมีนาคม "
    "กระทรวงควรฝึกอบรมผู้พิพากษา และควรรับฟังเด็กให้ทันเวลา",
    "Arabic": "نشرت اللجنة تقريرها عن دور الإيواء في الشمال في شهر مارس. وتوصي بأن تدرب الوزارة القضاة "
    "وأن يستمع إلى الأطفال في الوقت المناسب.",
    "Russian": "Комитет опубликовал свой доклад о приютах на севере страны в марте. Он рекомендует, чтобы "
    "министерство обучало судей и чтобы детей выслушивали вовремя.",
    "Chinese": "委员会于三月发表了关于北部收容所的报告。报告建议该部培训法官，并及时听取儿童的意见。"
    "今年没有任何地区提供所要求的数字。",
}


def report_in(language, file):
    """A report of several pages in a language, written to a file."""
    paragraphs = [OTHERS[language]] * 12
    file.write_text("# Report 2010\n\n" + "\n\n".join(paragraphs) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("language", OTHERS)
def test_a_report_in_another_language_is_told(tmp_path, language):
    assert read_report(report_in(language, tmp_path / "report.md")).about.language == "und"


def test_what_the_reports_file_says_of_another_language_stays(tmp_path):
    file = report_in("French", tmp_path / "report.md")
    (tmp_path / "report.toml").write_text('language = "fr-CH"\n', encoding="utf-8")
    assert read_report(file).about.language == "fr-CH"


ENGLISH = [CORPUS / "report.md", PACKAGE / "data/demo/report.md", *reports_folder(ROOT).glob("*/report.md")]


@pytest.mark.parametrize("file", ENGLISH, ids=lambda file: file.parent.name)
def test_no_english_report_is_called_foreign_nor_a_hundred_sentences_of_one(file):
    report = read_report(file)
    assert report.about.is_english
    sentences = [report.slice(sentence) for sentence in report.sentences]
    for first in range(0, len(sentences), 50):
        assert seems_english(sentences[first : first + 100])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Le comité a publié son rapport.\n",
        "\n\n".join(f"Kampong Cham, Prey Veng, Battambang {year}" for year in range(1900, 2020)),
        "| Région | Nombre |\n| --- | --- |\n"
        + "\n".join(f"| Ville de Saint-Denis-en-Val {n} | {n} |" for n in range(99)),
        f"Reading aloud helps.\n\n{OTHERS['French']}",
    ],
    ids=["nothing", "a sentence", "names", "a table", "a quotation"],
)
def test_too_few_sentences_tell_nothing(text):
    assert seems_english(text.split("\n"))
