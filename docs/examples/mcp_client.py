"""Asks the report through its MCP endpoint: `pip install mcp`, and the service with A4A_QA_MCP=true."""

import asyncio

from mcp import Client


async def main() -> None:
    async with Client("http://127.0.0.1:8000/mcp") as report:
        answer = await report.call_tool("ask", {"question": "Who heads the HLWG?"})
        print(answer.content[0].text)


asyncio.run(main())
