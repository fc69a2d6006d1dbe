"""An MCP client with FastMCP that knows only the URL of the server, with its default settings."""

import asyncio
import os

from fastmcp import Client
from fastmcp.client.auth import OAuth

# The sign-in opens a browser: its URL belongs to the output.
os.environ["BROWSER"] = "echo %s"


async def use(client):
    if "whoami" in [tool.name for tool in await client.list_tools()]:
        return (await client.call_tool("whoami")).data
    await client.call_tool("add_task", {"title": os.environ["TASK"]})
    return (await client.call_tool("list_tasks")).structured_content


async def main():
    sign_in = OAuth()
    async with Client(os.environ["MCP_URL"], auth=sign_in) as client:
        await use(client)
        if sign_in.context.can_refresh_token():
            # As after the lifetime of the access token.
            sign_in.context.token_expiry_time = 1
        print(await use(client), flush=True)


asyncio.run(main())
