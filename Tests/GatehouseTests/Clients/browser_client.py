"""Runs cases with the official JavaScript client in headless Chromium: `browser_client.py CASES URL TRANSPORT TOKEN TOKEN`, where CASES.js
stands beside this file.

Prints `ok NAME` or `failed NAME: WHY` for each case and ends with 0 if all were ok. What it needs is what the driver of the conformance
suite needs, whose parts it uses. To the browser the page is one of http://page.test, since a policy names the origins it lets in.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "GatehouseConformanceTests" / "clients"))

import browser  # noqa: E402
import conformance  # noqa: E402


def page(url, transport, tokens):
    return f"""<!doctype html><meta charset="utf-8"><script src="/client.js"></script><script src="/common.js"></script><script src="/cases.js"></script>
<script>
const report = (line) => fetch("/report", {{ method: "POST", body: JSON.stringify(line) }});
runCases(io, {json.dumps(url)}, {json.dumps(transport)}, {json.dumps(tokens)}, report).then(() => report({{ end: true }}))
    .catch((error) => report({{ name: "the page", error: String(error) }}));
</script>""".encode()


def main(cases, url, transport, *tokens):
    report = conformance.Report()
    browser.Handler.files = {
        "/client.js": browser.bundle().read_bytes(),
        "/common.js": (HERE / "common.js").read_bytes(),
        "/cases.js": (HERE / f"{cases}.js").read_bytes(),
        "/": page(url, transport, tokens),
    }
    pages = browser.PageServer(("127.0.0.1", 0), browser.Handler)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            browser.browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-timer-throttling", "--disable-renderer-backgrounding", f"--user-data-dir={profile}",
            f"--host-resolver-rules=MAP page.test 127.0.0.1:{pages.server_port}", "http://page.test/",
        ]
        # A group of its own, since the browser is many processes.
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            browser.collect(report)
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return report.status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
