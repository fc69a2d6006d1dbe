"""Serves the wheels and the npm packages of a directory on loopback, as the registries of Python and Node do."""

import base64
import hashlib
import http.server
import json
import sys
import tarfile
import urllib.parse
from pathlib import Path

DIRECTORY, PORT = Path(sys.argv[1]), int(sys.argv[2])
BASE = f"http://127.0.0.1:{PORT}"


def npm_packages():
    packages = {}
    for file in DIRECTORY.glob("*.tgz"):
        with tarfile.open(file) as archive:
            manifest = json.load(archive.extractfile("package/package.json"))
        digest = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
        manifest["dist"] = {"tarball": f"{BASE}/files/{file.name}", "integrity": f"sha512-{digest}"}
        version = manifest["version"]
        packages[manifest["name"]] = {
            "name": manifest["name"],
            "dist-tags": {"latest": version},
            "versions": {version: manifest},
        }
    return packages


PACKAGES = npm_packages()


class Index(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = urllib.parse.unquote(self.path.split("?")[0]).strip("/")
        file = DIRECTORY / path.removeprefix("files/")
        if path == "simple/doorward":
            names = [wheel.name for wheel in DIRECTORY.glob("doorward-*.whl")]
            links = "".join(f'<a href="/files/{name}">{name}</a>\n' for name in names)
            self.answer(200, "text/html", links.encode())
        elif path in PACKAGES:
            self.answer(200, "application/json", json.dumps(PACKAGES[path]).encode())
        elif path.startswith("files/") and "/" not in file.name and file.is_file():
            self.answer(200, "application/octet-stream", file.read_bytes())
        else:
            self.answer(404, "text/plain", b"")

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Index).serve_forever()
