"""Signs users in to the calendar server Radicale: see sign_in.sh in ../ldap for the lines."""

import os
import pathlib
import subprocess
import sys
import time

import requests

here = pathlib.Path(__file__).parent
work = pathlib.Path(os.environ["WORK_DIRECTORY"])
address = f"127.0.0.1:{os.environ['PORT']}"
for name in ["radicale.conf", "radicale-rights.conf"]:
    text = (here / name).read_text()
    text = text.replace("id.example.org", f"127.0.0.1:{os.environ['LDAP_PORT']}")
    text = text.replace("API_KEY", os.environ["API_KEY"])
    text = text.replace("/etc/ssl/certs/ca-certificates.crt", os.environ["LDAP_CA"])
    text = text.replace("/etc/radicale/rights", str(work / "radicale-rights.conf"))
    (work / name).write_text(text)
options = ["--config", work / "radicale.conf", "--server-hosts", address]
options += ["--storage-filesystem-folder", work / "collections"]
server = subprocess.Popen([sys.executable, "-m", "radicale", *options], stdout=sys.stderr)


def status(path, user, secret):
    return requests.request("PROPFIND", f"http://{address}{path}", auth=(user, secret)).status_code


while server.poll() is None:
    try:
        requests.get(f"http://{address}/.web/")
        break
    except requests.ConnectionError:
        time.sleep(0.1)
for line in sys.stdin:
    user, secret = line.rstrip("\n").split(" ", 1)
    if status(f"/{user}/", user, secret) != 207:
        print("no", flush=True)
    else:
        # The collection does not exist: only members learn that.
        is_member = status("/engineering/", user, secret) == 404
        print("member" if is_member else "user", flush=True)
server.kill()
