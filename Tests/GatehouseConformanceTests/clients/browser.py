"""Runs cases.js with the official JavaScript client in headless Chromium: `browser.py EXECUTABLE TRANSPORT`.

The client is the bundle that the package `nicegui` carries (`python3 -m pip install --no-deps nicegui`), and the browser is `chromium`, or
what CHROMIUM names. The page's origin is this script's server, so everything is cross-origin, as it is for real pages.
"""

import http.server
import importlib.util
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

import conformance

LIMIT = 40
HERE = pathlib.Path(__file__).parent


def bundle():
    spec = importlib.util.find_spec("nicegui")
    if spec is None:
        sys.exit("the JavaScript client is missing: python3 -m pip install --no-deps nicegui")
    return pathlib.Path(spec.submodule_search_locations[0]) / "static" / "socket.io.min.js"


def browser():
    name = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if name is None:
        sys.exit("no browser: install chromium, or name one in CHROMIUM")
    return name


def page(url, transport):
    return f"""<!doctype html><meta charset="utf-8"><script src="/client.js"></script><script src="/cases.js"></script>
<script>
const report = (line) => fetch("/report", {{ method: "POST", body: JSON.stringify(line) }});
window.onerror = (message) => report({{ name: "the page", error: String(message) }});
runCases(io, {json.dumps(url)}, {json.dumps(transport)}, report).then(() => report({{ end: true }}))
    .catch((error) => report({{ name: "the page", error: String(error) }}));
</script>""".encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    files = {}
    lines = queue.Queue()

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        body = self.files.get(self.path)
        kind = "text/javascript; charset=utf-8" if self.path.endswith(".js") else "text/html; charset=utf-8"
        self.answer(404 if body is None else 200, body or b"", kind)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(204, b"", "text/plain")
        self.lines.put(json.loads(body))

    def log_message(self, *_):
        pass


class PageServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """The browser is killed at the end, in the middle of whatever it does."""


def collect(report):
    while True:
        try:
            line = Handler.lines.get(timeout=LIMIT)
        except queue.Empty:
            return report.add("the page", f"silent for {LIMIT} s")
        if "end" in line:
            return
        report.add(line["name"], line["error"])
        if line["name"] == "the page":
            return


def show(files, report, host=None, *flags, port=0):
    """Shows the page `/` of `files` until it has reported its end; its origin is `http://HOST`, or this script's server."""
    Handler.files = files
    pages = PageServer(("127.0.0.1", port), Handler)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    place = f"127.0.0.1:{pages.server_port}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-timer-throttling",
            "--disable-renderer-backgrounding", f"--user-data-dir={profile}", *flags,
        ]
        if host:
            # A name is tried over HTTPS first otherwise.
            command += ["--disable-features=HttpsUpgrades", f"--host-resolver-rules=MAP {host} {place}"]
        command.append(f"http://{host or place}/")
        # A group of its own, since the browser is many processes.
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            collect(report)
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            pages.shutdown()
            pages.server_close()


def main(executable, transport):
    report = conformance.Report()
    with conformance.server(executable, "--ping-timeout", "5000") as address:
        files = {
            "/client.js": bundle().read_bytes(),
            "/cases.js": (HERE / "cases.js").read_bytes(),
            "/": page(f"http://{address}", transport),
        }
        show(files, report)
    return report.status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
