"""Checks the rules of the API over HTTP, as the guides do: the same before and after the move.

usage: checks.py BASE TOKENS. TOKENS is JSON: the access token of each user. Prints each failed
check; the exit status is 1 if there is one.
"""

import json
import sys
import urllib.error
import urllib.request

base, tokens = sys.argv[1], json.loads(sys.argv[2])
failed = []


def call(user, method, path, body=None, token=None):
    """Returns the status and the JSON body of a response."""
    token = token or tokens.get(user)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            text = response.read()
            return response.status, json.loads(text) if text else None, response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def check(name, found, expected):
    """Records a difference."""
    if found != expected:
        failed.append(f"{name}: {found!r} instead of {expected!r}")


def titles(user):
    """Returns the titles of the tasks that a user sees."""
    status, body, _ = call(user, "GET", "/api/tasks/")
    return sorted(task["title"] for task in body) if status == 200 else status


for path in ["/api/tasks/", "/api/notices/", "/api/report/", "/api/me/"]:
    status, _, headers = call(None, "GET", path)
    check(f"{path} without a token", status, 401)
    check(f"{path} names the scheme", headers["WWW-Authenticate"][:6], "Bearer")
    check(f"{path} with a bad token", call(None, "GET", path, token="x.y.z")[0], 401)
    forged = tokens["ann"][:-8] + "AAAAAAAA"
    check(f"{path} with a forged token", call(None, "GET", path, token=forged)[0], 401)

for user in ["ann", "ben", "eda", "sam"]:
    check(f"{user} is known", call(user, "GET", "/api/me/")[1].get("username"), user)
check("own tasks", titles("ann"), ["Task of ann"])
check("staff sees every task", titles("sam"), [f"Task of {one}" for one in ["ann", "ben", "eda", "sam"]])

status, task, _ = call("ann", "POST", "/api/tasks/", {"title": "New", "owner": "ben"})
check("create", status, 201)
check("the owner is the caller", task["owner"], "ann")
one = f"/api/tasks/{task['id']}/"
for user, read, change, remove in [("ben", 403, 403, 403), ("eda", 403, 403, 403), ("sam", 200, 200, None), ("ann", 200, 200, 204)]:
    check(f"{user} reads", call(user, "GET", one)[0], read)
    check(f"{user} changes", call(user, "PATCH", one, {"is_done": True})[0], change)
    if remove:
        check(f"{user} removes", call(user, "DELETE", one)[0], remove)
check("removed", call("ann", "GET", one)[0], 404)
check("a title is required", call("ann", "POST", "/api/tasks/", {})[0], 400)

for user, status in [("ann", 403), ("ben", 403), ("eda", 201), ("sam", 403)]:
    check(f"{user} reads notices", call(user, "GET", "/api/notices/")[0], 200)
    check(f"{user} writes a notice", call(user, "POST", "/api/notices/", {})[0], status)
for user, status in [("ann", 403), ("eda", 403), ("sam", 200)]:
    check(f"{user} reads the report", call(user, "GET", "/api/report/")[0], status)

print("\n".join(failed))
sys.exit(bool(failed))
