"""The communication of the script with the test that started it: one JSON value per line."""

import json
import sys
import traceback


def _hear():
    line = sys.stdin.readline()
    if not line:
        raise EOFError("the test has closed its output")
    return json.loads(line)


def _say(value):
    print(json.dumps(value), flush=True)


#: The issuer's address and its clients.
SETUP = _hear()


def walk(url, back):
    """Opens an address in a user's browser until it returns to `back`; returns address and form."""
    _say({"ask": "walk", "url": url, "back": back})
    answer = _hear()
    return answer["url"], answer.get("fields")


def approve(url):
    """Approves a device request as a user."""
    _say({"ask": "approve", "url": url})
    _hear()


def feature(name, act):
    """Runs a feature and reports its result."""
    try:
        seen = act()
    except Exception:
        traceback.print_exc()
        sys.exit(f"{name} failed")
    _say({"feature": name, "saw": str(seen)})


def refusal(act):
    """Returns the code of the expected error."""
    try:
        act()
    except Exception as error:
        return getattr(error, "error", None) or type(error).__name__
    return "no refusal"
