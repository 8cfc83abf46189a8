"""Runs Autobahn's fuzzing client, groups 1 to 7, 9 and 10, against /ws-echo: `autobahn.py EXECUTABLE PYTHON27 PACKAGES`.

Autobahn's test suite is written for Python 2.7: PYTHON27 is such an interpreter, and PACKAGES the directory that
`PYTHON27 -m pip install --target PACKAGES autobahntestsuite==0.8.2` filled. A case is good if the suite says OK, or INFORMATIONAL where it
judges nothing; NON-STRICT is not good enough. WS-03 asks for 301 cases.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import conformance

CASES = 301
LIMIT = 540
GOOD = {"OK", "INFORMATIONAL"}


def main(executable, python, packages):
    # zope.interface is installed as a namespace package, which --target leaves without the file that makes it one.
    (pathlib.Path(packages) / "zope" / "__init__.py").touch()
    report = conformance.Report()
    with conformance.server(executable) as address, tempfile.TemporaryDirectory() as directory:
        specification = {
            "outdir": f"{directory}/reports",
            "servers": [{"agent": "gatehouse", "url": f"ws://{address}/ws-echo", "options": {"version": 18}}],
            "cases": [f"{group}.*" for group in (1, 2, 3, 4, 5, 6, 7, 9, 10)],
            "exclude-cases": [],
            "exclude-agent-cases": {},
        }
        (pathlib.Path(directory) / "fuzzingclient.json").write_text(json.dumps(specification))
        start = "import sys; sys.argv = ['wstest', '-m', 'fuzzingclient']; from autobahntestsuite.wstest import run; run()"
        done = subprocess.run(
            [python, "-c", start], cwd=directory, env=dict(os.environ, PYTHONPATH=packages), timeout=LIMIT, capture_output=True, text=True)
        index = pathlib.Path(directory) / "reports" / "index.json"
        if not index.exists():
            sys.exit(f"the fuzzing client ended with {done.returncode} and without a report:\n{done.stdout}\n{done.stderr}")
        results = json.loads(index.read_text())["gatehouse"]
    for name, result in sorted(results.items()):
        is_good = {result["behavior"], result["behaviorClose"]} <= GOOD
        report.add(name, None if is_good else f"{result['behavior']}, close {result['behaviorClose']}")
    if len(results) != CASES:
        report.add("the number of cases", f"{len(results)} instead of {CASES}")
    return report.status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
