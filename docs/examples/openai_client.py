"""Asks the report as OpenAI's API is asked: `pip install openai`, and the service with A4A_QA_CHAT=true."""

from openai import OpenAI

report = OpenAI(base_url="http://127.0.0.1:8000/v1", api_key="none is needed")
done = report.chat.completions.create(
    model="report", messages=[{"role": "user", "content": "Who heads the HLWG?"}]
)
print(done.choices[0].message.content)
for citation in done.choices[0].message.annotations:
    print(citation.url_citation.url)
