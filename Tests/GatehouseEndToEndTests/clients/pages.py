"""Pages of other origins in headless Chromium, with the official JavaScript client on long-polling (SEC-04).

The server lets http://app.example and http://other.example in by policy, and only the first read its answers. Browser and client are those
of the conformance tests' `browser.py`.
"""

import json
import pathlib
import sys

import gateway

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "GatehouseConformanceTests" / "clients"))

import browser  # noqa: E402
import conformance  # noqa: E402

PAGE = """<!doctype html><meta charset="utf-8"><script src="/client.js"></script><script>
const report = (line) => fetch("/report", { method: "POST", body: JSON.stringify(line) });
const name = NAME, expected = EXPECTED;
let seen = [];
const socket = io(URL, { transports: ["polling"], reconnection: false, auth: { token: TOKEN } });
const done = async () => {
    socket.close();
    const same = JSON.stringify(seen) === JSON.stringify(expected);
    await report({ name, error: same ? null : `saw ${JSON.stringify(seen)}, expected ${JSON.stringify(expected)}` });
    report({ end: true });
};
socket.on("connect_error", (error) => { seen.push("refused", error.message); done(); });
socket.on("connect", async () => {
    seen.push("connected", socket.io.engine.transport.name);
    try {
        const answer = await socket.timeout(5000).emitWithAck("join", { room: "lobby:tea" });
        seen.push(answer && answer.status === "error" ? answer.code : "joined");
    } catch (error) { seen.push(String(error)); }
    done();
});
</script>"""


def show(report, host, expected):
    values = {"NAME": host, "EXPECTED": expected, "URL": gateway.URL + "/chat", "TOKEN": gateway.issue("alice", "user")}
    page = PAGE
    for word, value in values.items():
        page = page.replace(word, json.dumps(value), 1)
    files = {"/client.js": browser.bundle().read_bytes(), "/": page.encode()}
    browser.show(files, report, host, "--ignore-certificate-errors")


def main():
    report = conformance.Report()
    show(report, "app.example", ["connected", "polling", "joined"])
    show(report, "other.example", ["refused", "xhr poll error"])
    return report.status


if __name__ == "__main__":
    sys.exit(main())
