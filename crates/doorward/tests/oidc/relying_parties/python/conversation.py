"""What the script and the test that started it say to each other: one JSON value a line."""

import json
import sys
import traceback


def _hear():
    line = sys.stdin.readline()
    if not line:
        raise EOFError("the test has nothing more to say")
    return json.loads(line)


def _say(value):
    print(json.dumps(value), flush=True)


#: Where the issuer is, and which clients it knows.
SETUP = _hear()


def walk(url, back):
    """Has a person's browser open an address until it comes back to ours: where to, and the form."""
    _say({"ask": "walk", "url": url, "back": back})
    answer = _hear()
    return answer["url"], answer.get("fields")


def approve(url):
    """Has a person allow what a device asks for."""
    _say({"ask": "approve", "url": url})
    _hear()


def feature(name, act):
    """Does one thing, and tells what was seen of it."""
    try:
        seen = act()
    except Exception:
        traceback.print_exc()
        sys.exit(f"{name} failed")
    _say({"feature": name, "saw": str(seen)})


def refusal(act):
    """The code of the error that has to come."""
    try:
        act()
    except Exception as error:
        return getattr(error, "error", None) or type(error).__name__
    return "no refusal"
