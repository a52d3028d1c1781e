"""The system's Chromium, for pytest-playwright."""

import os
import shutil
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a Chromium: RELEVO_CHROMIUM, else one on the PATH."""
    chosen = os.environ.get("RELEVO_CHROMIUM")
    return chosen or next((path for name in NAMES if (path := shutil.which(name))), None)


def launch_arguments(executable: str) -> dict[str, Any]:
    """For `browser_type.launch`: no sandbox as root (Chromium refuses it), no calls home."""
    switches = ["--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        switches.append("--no-sandbox")
    return {"executable_path": executable, "args": switches, "headless": True}
