"""Starts pgAdmin in server mode with the printed configuration."""

import os
import runpy
import sys
from importlib.util import find_spec
from pathlib import Path

directory = Path(os.environ["WORK_DIRECTORY"])
# pgAdmin reads a module of this name last. It begins with the printed one.
modules = directory / "modules"
modules.mkdir(exist_ok=True)
(modules / "config_local.py").write_text(
    (directory / "config_local.py").read_text()
    + f"""
SERVER_MODE = True
DATA_DIR = {str(directory / "data")!r}
DEFAULT_SERVER = "127.0.0.1"
DEFAULT_SERVER_PORT = {os.environ["PORT"]}
MASTER_PASSWORD_REQUIRED = False
UPGRADE_CHECK_ENABLED = False
"""
)
# The first start creates an administrator.
os.environ["PGADMIN_SETUP_EMAIL"] = "admin@interop.example"
os.environ["PGADMIN_SETUP_PASSWORD"] = "unused in this check"
program = next(iter(find_spec("pgadmin4").submodule_search_locations))
sys.path[:0] = [program, str(modules)]
sys.argv = ["pgAdmin4.py"]
runpy.run_path(f"{program}/pgAdmin4.py", run_name="__main__")
