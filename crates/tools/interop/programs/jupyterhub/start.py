"""Starts JupyterHub with the printed configuration, on free ports."""

import os
import socket
import sys
from pathlib import Path


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


directory = Path(os.environ["WORK_DIRECTORY"])
# npm installs the proxy next to the virtual environment.
proxy = Path(f"{sys.prefix}-proxy/node_modules/configurable-http-proxy")
settings = directory / "local_config.py"
settings.write_text(
    f"""
load_subconfig("jupyterhub_config.py")
c.JupyterHub.bind_url = "http://localhost:{os.environ["PORT"]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{free_port()}"
c.JupyterHub.db_url = "sqlite://"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{free_port()}"
# The proxy ends with JupyterHub, however that ends.
c.ConfigurableHTTPProxy.command = [
    "setpriv", "--pdeathsig", "KILL", "node", "{proxy}/bin/configurable-http-proxy"
]
"""
)
os.chdir(directory)
os.execv(
    sys.executable, [sys.executable, "-m", "jupyterhub", "-f", str(settings)]
)
