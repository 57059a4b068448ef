"""A question by a client that is generated from /openapi.json: docs/integrations.md tells how."""

from report_client import Client
from report_client.api.asking import ask
from report_client.models import AnswerReply, AskRequest

client = Client(base_url="http://127.0.0.1:8000")
reply = ask.sync(client=client, body=AskRequest(question="Who heads the HLWG?"))
if isinstance(reply, AnswerReply):
    if reply.help_:
        print(reply.help_.text)  # always first
    for citation in reply.citations:
        print(citation.quote, citation.reference)
else:
    print(reply.detail)  # a ProblemReply
