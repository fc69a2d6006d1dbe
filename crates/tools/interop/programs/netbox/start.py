"""Serves NetBox with the printed configuration below that of its installation guide, over an empty database."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

directory = Path(os.environ["WORK_DIRECTORY"])
postgres = urlsplit(os.environ["DOORWARD_TEST_POSTGRES_URL"])
redis = urlsplit(os.environ["DOORWARD_TEST_REDIS_URL"])
name = f"netbox_{secrets.token_hex(4)}"
with psycopg.connect(postgres.geturl(), autocommit=True) as connection:
    connection.execute(f"CREATE DATABASE {name}")

with psycopg.connect(postgres._replace(path=f"/{name}").geturl(), autocommit=True) as connection:
    connection.execute("CREATE EXTENSION ltree")
    connection.execute("CREATE COLLATION natural_sort (provider = icu, locale = 'und-u-kn-true')")

database = {
    "NAME": name,
    "USER": postgres.username,
    "PASSWORD": postgres.password or "",
    "HOST": postgres.hostname,
    "PORT": postgres.port or 5432,
}
cache = {"HOST": redis.hostname, "PORT": redis.port or 6379, "PASSWORD": redis.password or "", "SSL": False}
conf = directory / "conf"
conf.mkdir(exist_ok=True)
(conf / "configuration.py").write_text(
    f"""ALLOWED_HOSTS = ["localhost"]
DATABASES = {{"default": {database!r}}}
REDIS = {{"tasks": {cache | {"DATABASE": 14}!r}, "caching": {cache | {"DATABASE": 15}!r}}}
SECRET_KEY = "{secrets.token_urlsafe(50)}"
API_TOKEN_PEPPERS = {{1: "{secrets.token_urlsafe(50)}"}}
"""
    + (directory / "configuration.py").read_text()
)
os.environ["NETBOX_ROOT"] = str(directory)
os.environ["DJANGO_SETTINGS_MODULE"] = "interop_settings"
os.environ["PYTHONPATH"] = str(Path(__file__).parent)
django = [sys.executable, "-m", "django"]
subprocess.run([*django, "migrate", "--run-syncdb", "--verbosity=0"], check=True)
address = f"127.0.0.1:{os.environ['PORT']}"
os.execv(sys.executable, [*django, "runserver", "--noreload", "--insecure", address])
