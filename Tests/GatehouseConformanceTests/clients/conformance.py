"""What the drivers of foreign clients share: the server under test, and the report.

A driver is given the path of `gatehouse-conformance`. It prints a line for each case, `ok NAME` or `failed NAME: WHY`, and ends with 0 if
there was a case and all were ok.
"""

import contextlib
import subprocess
import sys


@contextlib.contextmanager
def server(executable, *options):
    """Starts the server on a free port and gives its address, `127.0.0.1:PORT`."""
    child = subprocess.Popen([executable, "--port", "0", *options], stdout=subprocess.PIPE, text=True)
    try:
        line = child.stdout.readline()
        if " listening on http://" not in line:
            sys.exit(f"{executable} did not say where it listens: {line!r}")
        yield line.split("http://")[1].strip()
        if child.poll() is not None:
            sys.exit(f"the server ended by itself with {child.returncode}")
    finally:
        # It holds nothing that needs an orderly end, and SIGTERM may be blocked where this was started.
        child.kill()
        child.wait()


class Report:
    good = failed = 0

    def add(self, name, error=None):
        if error is None:
            self.good += 1
            print("ok", name, flush=True)
        else:
            self.failed += 1
            print(f"failed {name}: {error}", flush=True)

    @property
    def status(self):
        return 1 if self.failed or not self.good else 0
