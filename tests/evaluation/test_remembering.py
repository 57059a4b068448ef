from a4a_qa.evaluation.remembering import RememberingJudge
from a4a_qa.index.judge import Judge

QUESTION, TEXT = "Where is the court?", "The court is in the north."


def test_it_says_what_the_judge_says_and_reads_nothing_twice():
    remembering, judge = RememberingJudge.shipped(), Judge.shipped()
    reading = remembering.read(QUESTION, TEXT)
    assert reading.score == judge.read(QUESTION, TEXT).score
    assert remembering.read(QUESTION, TEXT) is reading
    assert remembering.read(QUESTION, f"{TEXT} It is closed.") is not reading
    told = remembering.purposes(QUESTION)
    assert told == judge.purposes(QUESTION)
    assert remembering.purposes(QUESTION) is told
