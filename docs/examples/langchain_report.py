"""A LangChain retriever whose documents are the citations of an answer; it needs httpx and langchain-core."""

import httpx
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever


class ReportRetriever(BaseRetriever):
    """What the service at an address cites for a question: help first, and nothing that describes abuse in
    detail."""

    url: str = "http://127.0.0.1:8000"

    def _get_relevant_documents(self, query, *, run_manager):
        reply = httpx.post(f"{self.url}/v1/ask", json={"question": query}, timeout=30)
        answer = reply.raise_for_status().json()
        help = answer["help"]
        found = [Document(help["text"], metadata={"contacts": help["contacts"]})] if help else []
        for citation in answer["citations"]:
            if "distressing" not in citation["notices"]:
                place = {name: citation[name] for name in ("reference", "endnotes", "url", "notices")}
                place["confidence"] = answer["confidence_in_words"]
                found.append(Document(citation["quote"], id=citation["id"], metadata=place))
        return found


if __name__ == "__main__":
    for document in ReportRetriever().invoke("Who heads the HLWG?"):
        print(document.page_content, document.metadata.get("reference"))
