"""An MCP client with the official Python SDK that knows only the URL of the server."""

import asyncio
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata

URL = os.environ["MCP_URL"]


class Callback(BaseHTTPRequestHandler):
    """Receives the authorization response."""

    answer = {}
    received = threading.Event()

    def do_GET(self):
        Callback.answer = {
            name: values[0] for name, values in parse_qs(urlparse(self.path).query).items()
        }
        Callback.received.set()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Return to the terminal.")


class Memory:
    """Keeps the tokens and the registration until the end."""

    tokens = None
    client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client_info):
        self.client = client_info


async def show(url):
    print("Open this URL:", url, flush=True)


async def wait():
    await asyncio.to_thread(Callback.received.wait)
    answer = Callback.answer
    return AuthorizationCodeResult(
        code=answer["code"], state=answer.get("state"), iss=answer.get("iss")
    )


async def main():
    server = HTTPServer(("127.0.0.1", 0), Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    callback = f"http://localhost:{server.server_port}/callback"
    metadata = OAuthClientMetadata(client_name="MCP SDK", redirect_uris=[callback])
    sign_in = OAuthClientProvider(URL, metadata, Memory(), show, wait)
    async with httpx2.AsyncClient(auth=sign_in) as http:
        async with Client(streamable_http_client(URL, http_client=http)) as client:
            await client.call_tool("add_task", {"title": os.environ["TASK"]})
            found = await client.call_tool("list_tasks", {})
            print(found.structured_content, flush=True)


asyncio.run(main())
