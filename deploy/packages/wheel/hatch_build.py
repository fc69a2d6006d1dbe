"""Chooses the contents of the wheel: the programs of a platform, or on `any` other a sentence instead of each."""

import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

PLATFORM = os.environ["DOORWARD_PLATFORM"]
PROGRAMS = os.environ["DOORWARD_PROGRAMS"].split()
OTHER_SYSTEM = "doorward_other_system"


class Contents(BuildHookInterface):
    def initialize(self, version, build_data):
        if PLATFORM == "any":
            build_data["force_include"][OTHER_SYSTEM] = OTHER_SYSTEM
        else:
            build_data["tag"] = f"py3-none-{PLATFORM}"
            build_data["pure_python"] = False
            build_data["shared_scripts"].update((name, name) for name in PROGRAMS)


class Commands(MetadataHookInterface):
    def update(self, metadata):
        commands = PROGRAMS if PLATFORM == "any" else []
        metadata["scripts"] = {name: f"{OTHER_SYSTEM}:main" for name in commands}
