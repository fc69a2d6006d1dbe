"""A FastMCP server with the four parameters of `OIDCProxy` that its documentation begins with."""

import os

from fastmcp import FastMCP
from fastmcp.server.auth.oidc_proxy import OIDCProxy
from fastmcp.server.dependencies import get_access_token

auth = OIDCProxy(
    config_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    base_url=os.environ["BASE_URL"],
)
mcp = FastMCP("Basic", auth=auth)


@mcp.tool
def whoami() -> str:
    return get_access_token().claims["sub"]
