"""Which messages are in another language than the report."""

import pytest

from a4a_qa.question.language import is_other_language


@pytest.mark.parametrize(
    "message",
    [
        "Mon oncle me touche la nuit",
        "Mi tío me toca por la noche",
        "mein Onkel fasst mich nachts an",
        "où puis-je trouver de l'aide",
        "wo finde ich Hilfe",
        "Combien d'enfants vivent dans la rue ?",
        "តើមានកុមារប៉ុន្មាននាក់រស់នៅតាមផ្លូវ",
    ],
)
def test_another_language_or_script(message):
    assert is_other_language(message)


@pytest.mark.parametrize(
    "message",
    [
        # Typed in a hurry, which is not German.
        "i think im being groomed hes 38 im 14",
        "he says im old enough, im in fifth grade",
        "will they die in there or die later",
        "ho chi minh city",
        "La Strada",
        "What did La Strada do for the girls?",
        "What does «child sex tourism» mean?",
    ],
)
def test_english_however_it_is_typed(message):
    assert not is_other_language(message)
