"""A page in headless Chromium that is told what to do over the DevTools protocol: it can be a page of any origin, of the gateway's too, which
serves none."""

import asyncio
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import aiohttp

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "GatehouseConformanceTests" / "clients"))

import browser  # noqa: E402

LIMIT = 30


class Page:
    """One tab."""

    def __init__(self, socket):
        self.socket = socket
        self.number = 0

    async def ask(self, method, **parameters):
        self.number += 1
        await self.socket.send_json({"id": self.number, "method": method, "params": parameters})
        while True:
            answer = json.loads((await self.socket.receive(LIMIT)).data)
            if answer.get("id") == self.number:
                assert "error" not in answer, f"{method}: {answer}"
                return answer["result"]

    async def go(self, url):
        """Shows an address, whatever it answers."""
        await self.ask("Page.enable")
        done = await self.ask("Page.navigate", url=url)
        assert "errorText" not in done, done
        place = "location.origin + document.readyState"
        wanted = "/".join(url.split("/")[:3]) + "complete"
        async with asyncio.timeout(LIMIT):
            while await self.run(place) != wanted:
                await asyncio.sleep(0.05)

    async def run(self, script):
        """The value of an expression, awaited."""
        done = await self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")


@contextlib.asynccontextmanager
async def page(*flags):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            browser.browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--ignore-certificate-errors",
            "--disable-features=HttpsUpgrades", "--remote-debugging-port=0", f"--user-data-dir={profile}", *flags, "about:blank",
        ]
        # A group of its own, since the browser is many processes.
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            port = pathlib.Path(profile, "DevToolsActivePort")
            async with asyncio.timeout(LIMIT):
                while not port.exists() or len(port.read_text().split()) < 2:
                    await asyncio.sleep(0.05)
            address = f"http://127.0.0.1:{port.read_text().split()[0]}/json"
            async with aiohttp.ClientSession() as session:
                async with session.get(address) as answer:
                    tab = next(one for one in await answer.json() if one["type"] == "page")
                async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Page(socket)
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
