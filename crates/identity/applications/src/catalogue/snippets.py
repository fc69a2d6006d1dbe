"""Reads snippets, a JSON list of name, language and text: Python and INI must parse, and each name
in Python must be defined."""

import ast
import builtins
import configparser
import json
import sys

# What the file of the application defines before the snippet.
GIVEN = {"settings.py": {"INSTALLED_APPS", "MIDDLEWARE"}, "urls.py": {"urlpatterns"}, "jupyterhub_config.py": {"c"}}


def undefined(place, text):
    tree = ast.parse(text)
    known = set(dir(builtins)) | GIVEN.get(place, set())
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            known.add(node.name)
        elif isinstance(node, ast.alias):
            known.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.arg):
            known.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            known.add(node.id)
    # `NAME += …` extends a name that the file has already.
    extended = {node.target.id for node in ast.walk(tree) if isinstance(node, ast.AugAssign)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return (names - known) | (extended - GIVEN.get(place, set()))


failed = False
for name, language, text in json.load(sys.stdin):
    problem = None
    try:
        if language == "python":
            missing = undefined(name.split(": ", 1)[1].split("/")[-1], text)
            problem = f"nothing defines {', '.join(sorted(missing))}" if missing else None
        elif language == "ini" and text.startswith("["):
            configparser.ConfigParser(interpolation=None).read_string(text)
    except (SyntaxError, configparser.Error) as error:
        problem = error
    if problem:
        print(f"{name}: {problem}", file=sys.stderr)
        failed = True
sys.exit(failed)
