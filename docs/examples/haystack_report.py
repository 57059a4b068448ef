"""A Haystack component whose documents are the citations of an answer; it needs httpx and haystack-ai."""

import httpx
from haystack import Document, Pipeline, component


@component
class ReportRetriever:
    """What the service at an address cites for a question: help first, and nothing that describes abuse in
    detail."""

    def __init__(self, url: str = "http://127.0.0.1:8000"):
        self.url = url

    @component.output_types(documents=list[Document])
    def run(self, query: str):
        """The documents for a question."""
        reply = httpx.post(f"{self.url}/v1/ask", json={"question": query}, timeout=30)
        answer = reply.raise_for_status().json()
        help = answer["help"]
        found = [Document(content=help["text"], meta={"contacts": help["contacts"]})] if help else []
        for citation in answer["citations"]:
            if "distressing" not in citation["notices"]:
                place = {name: citation[name] for name in ("reference", "endnotes", "url", "notices")}
                place["confidence"] = answer["confidence_in_words"]
                found.append(Document(id=citation["id"], content=citation["quote"], meta=place))
        return {"documents": found}


if __name__ == "__main__":
    pipeline = Pipeline()
    pipeline.add_component("report", ReportRetriever())
    for document in pipeline.run({"report": {"query": "Who heads the HLWG?"}})["report"]["documents"]:
        print(document.content, document.meta.get("reference"))
