"""Starts Synapse with the printed configuration, and without a federation."""

import os
import sys
from pathlib import Path

directory = Path(os.environ["WORK_DIRECTORY"])
base = directory / "base.yaml"
base.write_text(
    f"""
server_name: localhost
listeners:
  - port: {os.environ["PORT"]}
    type: http
    bind_addresses: ["127.0.0.1"]
    resources: [{{names: [client]}}]
database: {{name: sqlite3, args: {{database: {directory}/homeserver.db}}}}
media_store_path: {directory}/media
signing_key_path: {directory}/signing.key
trusted_key_servers: []
report_stats: false
macaroon_secret_key: interop
form_secret: interop
password_config: {{enabled: false}}
"""
)
os.chdir(directory)
synapse = [sys.executable, "-m", "synapse.app.homeserver", "-c", str(base)]
synapse += ["-c", "homeserver.yaml"]
if os.spawnv(os.P_WAIT, sys.executable, [*synapse, "--generate-keys"]) != 0:
    sys.exit("no signing key")
os.execv(sys.executable, synapse)
