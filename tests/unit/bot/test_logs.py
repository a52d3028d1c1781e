"""What an unexpected error leaves in the log: where it happened, and nothing that anybody wrote."""

import json
import subprocess
import sys

BROKEN = """
import structlog
from bot.logs import set_up_logs

set_up_logs()

def sign_in(password):
    raise ValueError("not one of ours")

try:
    sign_in("hunter2 and +34600111222")
except ValueError:
    structlog.get_logger().exception("test.broken")
"""


def test_a_traceback_names_the_place_and_no_values() -> None:
    run = subprocess.run([sys.executable, "-c", BROKEN], capture_output=True, text=True, check=True, timeout=60)
    (line,) = run.stderr.splitlines()
    assert "hunter2" not in line
    frames = json.loads(line)["exception"][0]["frames"]
    assert [frame["name"] for frame in frames] == ["<module>", "sign_in"]
