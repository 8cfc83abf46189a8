"""What the scenarios share: a python-socketio client of the gateway under test, tokens, and notes for the test that runs them.

The test sets GATEHOUSE_URL, GATEHOUSE_BINARY, GATEHOUSE_PID and runs the scenario inside the server's directory. A scenario that is
content ends with 0. What it prints on stdout the test checks once the server has stopped:

    audit EVENT[|EVENT...] DECISION     exactly one record has this decision id, and it is one of these events
    event EVENT                         at least one record of this event exists
    secret TEXT                         this text is nowhere in the audit log
"""

import asyncio
import inspect
import os
import subprocess
import sys

os.environ["SSL_CERT_FILE"] = os.path.abspath("certs/dev-ca.pem")

import aiohttp  # noqa: E402, F401  (optional to python-socketio, which without it only says that it cannot connect)
import engineio.payload  # noqa: E402
import socketio  # noqa: E402  (reads the variable above)

# python-engineio takes 16 packets a payload and gives up at one more; the answers to a flood are more than that.
engineio.payload.Payload.max_decode_packets = 128

URL = os.environ["GATEHOUSE_URL"]
BINARY = os.environ["GATEHOUSE_BINARY"]
SERVER = int(os.environ["GATEHOUSE_PID"])
WAIT = 10

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}


def note(*words):
    print(*words, flush=True)


def gatehouse(*arguments, token=None, status=0):
    """Runs the gatehouse command in the server's directory; its stdout."""
    environment = dict(os.environ, GATEHOUSE_TOKEN=token) if token else None
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == status, f"gatehouse {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def issue(sub, *roles, lifetime=None):
    """A token of the development key."""
    arguments = ["token", "issue", "--sub=" + sub]
    for role in roles:
        arguments += ["--role", role]
    if lifetime:
        arguments += ["--lifetime", lifetime]
    token = gatehouse(*arguments)
    assert token.count(".") == 2 and "\n" not in token, f"token issue printed {token!r}"
    note("secret", token)
    return token


class Refused(Exception):
    """CONNECT_ERROR; its payload is `payload`."""

    def __init__(self, payload):
        super().__init__(repr(payload))
        self.payload = payload


class Client:
    """One connection in one namespace, whose events wait in queues until they are asked for."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.queues = {}
        self.refusal = None
        self.gone = asyncio.Event()
        self.io = socketio.AsyncClient(reconnection=False)
        self.io.on("*", self._event, namespace=namespace)
        self.io.on("connect_error", self._connect_error, namespace=namespace)
        self.io.on("disconnect", self._disconnect, namespace=namespace)

    async def _event(self, name, *arguments):
        self._queue(name).put_nowait(arguments)

    async def _connect_error(self, payload=None):
        self.refusal = payload

    async def _disconnect(self, *_):
        self.gone.set()

    def _queue(self, name):
        return self.queues.setdefault(name, asyncio.Queue())

    @property
    def transport(self):
        return self.io.transport()

    async def event(self, name):
        """The payload of the next event of that name."""
        async with asyncio.timeout(WAIT):
            arguments = await self._queue(name).get()
        assert len(arguments) == 1, f"{name} came with {arguments!r}"
        return arguments[0]

    def heard(self, name):
        return not self._queue(name).empty()

    async def ask(self, name, payload):
        """Sends an event; its acknowledgement."""
        return await self.io.call(name, payload, namespace=self.namespace, timeout=WAIT)

    async def send(self, name, payload):
        await self.io.emit(name, payload, namespace=self.namespace)

    async def join(self, room):
        ack = await self.ask("join", {"room": room})
        assert not is_error(ack), ack

    async def disconnected(self):
        async with asyncio.timeout(WAIT):
            await self.gone.wait()

    async def close(self):
        await self.io.disconnect()


async def connect(token, namespace="/chat", transport="websocket", headers=None, url=URL, auth=None):
    """A client that has joined the namespace; raises Refused."""
    client = Client(namespace)
    if auth is None:
        auth = {"token": token} if token else None
    try:
        await client.io.connect(
            url, headers=headers or {}, auth=auth, transports=TRANSPORTS[transport], namespaces=[namespace], wait_timeout=WAIT
        )
    except socketio.exceptions.ConnectionError as error:
        await client.io.disconnect()
        # A transport that does not come about is reported as a text.
        if not isinstance(client.refusal, dict):
            raise
        raise Refused(client.refusal) from error
    return client


async def refused(token, code, audited, **options):
    """Makes sure that a connection is refused with that code, and has its record looked for."""
    try:
        client = await connect(token, **options)
    except Refused as refusal:
        data = refusal.payload["data"]
        assert data["code"] == code, refusal.payload
        assert set(data) <= {"code", "decision"}, refusal.payload
        note("audit", audited, data["decision"])
        return
    await client.close()
    raise AssertionError("the connection was accepted")


def is_error(ack):
    return isinstance(ack, dict) and ack.get("status") == "error"


def denied(ack, code, audited):
    """Makes sure that an acknowledgement is an error object of that code, and has its record looked for."""
    assert is_error(ack), f"no error object: {ack!r}"
    assert ack["code"] == code, ack
    assert set(ack) <= {"status", "code", "message", "decision", "violations"}, ack
    note("audit", audited, ack["decision"])
    return ack


def run(scenarios, limit=60):
    """Runs the scenario that the first argument names, with the other arguments."""
    scenario = scenarios[sys.argv[1]]
    arguments = sys.argv[2:]
    assert inspect.iscoroutinefunction(scenario)

    async def bounded():
        async with asyncio.timeout(limit):
            await scenario(*arguments)

    asyncio.run(bounded())
