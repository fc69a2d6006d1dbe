"""Says that this system has no ready program. pip installs this wheel where that of no platform fits."""

import platform
import sys
from pathlib import Path


def main():
    sentence = Path(__file__).with_name("sentence.txt").read_text(encoding="utf-8").strip()
    system = f"{platform.system()} on {platform.machine()}"
    sys.exit(sentence.replace("{system}", system))
