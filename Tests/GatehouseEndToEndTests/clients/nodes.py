"""What the scenarios of several nodes share: a Redis, `gatehouse serve` processes over it, and a small client of the protocol itself.

The client is written here, since no Python library has Socket.IO's recovery, and since thousands of it fit into one process. Everything is on
loopback and in a temporary directory. GATEHOUSE_BINARY names the executable.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import pathlib
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

BINARY = os.environ.get("GATEHOUSE_BINARY", "gatehouse")
WAIT = 20
ISSUER = "https://nodes.gatehouse.invalid"
SECRET = b"nodes-" + os.urandom(24).hex().encode()

GLOBAL = f"""\
apiVersion: gatehouse/v1
kind: Global
revision: 1
issuers:
  nodes:
    iss: {ISSUER}
    audience: [gatehouse]
    secret_files: {{ nodes: nodes.secret }}
    algorithms: [HS256]
    typ: [JWT]
    require: [exp, iat, sub, jti]
    leeway: 0s
claims: {{ roles: /roles, scopes: /scope }}
limits:
  connections: {{ node: 20000, per_ip: 20000, per_user: 20000, unauthenticated: 20000 }}
  ip:
    {{ connects: off, malformed: 1000000/s burst 1000000,
      failed_auth_penalty: {{ delay_after: 10000000, ban_after: 10000000 }} }}
trusted_proxies: ["127.0.0.0/8"]
"""

CHAT = """\
apiVersion: gatehouse/v1
kind: NamespacePolicy
namespace: /chat
revision: 1
mode: enforce
transports: [websocket, polling]
origin: { same_origin: true, allow_missing: true }
recovery: { window: 2m, bytes: 64MiB }
presence: { rooms: "lobby:*" }
connect: { allow: [{ id: chat.people, when: { issuer: nodes } }] }
rooms: { join: { allow: [{ id: room.lobby, room: "lobby:*" }] } }
send: { allow: [{ id: send.all, event: "**" }] }
receive: { allow: [{ id: recv.all, event: "**" }] }
limits: { connection: { messages: off, connects: off }, user: { messages: off, connects: off, connections: 20000 }, ip: { connects: off } }
token: { on_expiry: disconnect }
"""

ADMIN = """\
apiVersion: gatehouse/v1
kind: NamespacePolicy
namespace: /admin
revision: 1
mode: enforce
transports: [websocket]
origin: { allow: [], allow_missing: true }
connect: { allow: [{ id: admin.staff, when: { issuer: nodes, roles: { any_of: [admin] } } }] }
send: { allow: [{ id: adm.all, event: "**", when: { roles: { any_of: [admin] } } }] }
limits: { connection: { messages: off, connects: off }, user: { messages: off, connects: off }, ip: { connects: off } }
"""

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(subject, role="user", lifetime=7_200):
    now = int(time.time())
    head = encoded(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "nodes"}).encode())
    claims = {"iss": ISSUER, "aud": "gatehouse", "sub": subject, "iat": now, "exp": now + lifetime, "jti": os.urandom(8).hex(),
              "roles": [role]}
    signed = head + b"." + encoded(json.dumps(claims).encode())
    return (signed + b"." + encoded(hmac.new(SECRET, signed, hashlib.sha256).digest())).decode()


def request_id():
    number = int(time.time() * 1_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def free_port():
    """A port outside the range from which connections take theirs: no client can take it before its server listens."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def allow_connections():
    """As many descriptors as this machine gives."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def get(url, timeout=10):
    """Status and body; 0 where nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except urllib.error.URLError:
        return 0, ""


async def until(what, condition, within=WAIT, pause=0.02):
    """Asks until it is so; how long that took, in seconds."""
    began = time.monotonic()
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return time.monotonic() - began
        if time.monotonic() - began > within:
            raise AssertionError(f"{what} did not come within {within} s")
        await asyncio.sleep(pause)


class Redis:
    def __init__(self, directory, *options):
        self.port, self.options, self.directory = free_port(), options, directory
        self.process, self.password = None, None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
             str(self.directory), *self.options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        sys.exit("redis-server did not start: is it installed?")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stall(self):
        self.process.send_signal(signal.SIGSTOP)

    def proceed(self):
        self.process.send_signal(signal.SIGCONT)

    def command(self, *words):
        environment = dict(os.environ, REDISCLI_AUTH=self.password or "")
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True, env=environment, timeout=10)
        return done.stdout.strip()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"


class Node:
    """`gatehouse serve` as a process of its own."""

    def __init__(self, site, name, *options, policies="policies"):
        self.name = name
        log = site.directory / f"{name}.log"
        self.log = log
        # What the environment says is not for the nodes.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GATEHOUSE_")}
        with open(log, "w") as output:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--http", "--port", "0", "--node", name, "--var", f"var-{name}", "--policies", policies,
                 "--root", ".", "--cluster", site.redis.url, *options], cwd=site.directory, env=environment, stdout=output, stderr=subprocess.STDOUT)
        self.port = int(self.said("listening on ").split(" ")[0].rsplit(":", 1)[1])
        self.monitoring = self.said("health ").split("/healthz")[0]

    def said(self, mark):
        for _ in range(1_200):
            text = self.log.read_text()
            if mark in text:
                return text.split(mark, 1)[1].splitlines()[0].strip()
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        sys.exit(f"{self.name} did not say {mark!r}:\n{self.log.read_text()}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ready(self):
        return get(self.monitoring + "/readyz")[0] == 200

    def metric(self, name):
        """The sum of a metric over its labels."""
        found = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", get(self.monitoring + "/metrics")[1], re.M)
        return sum(int(float(value)) for value in found)

    def resident(self):
        return int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def seconds(self):
        """CPU that it has used."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Site:
    """A directory with policies, one Redis, and the nodes over it. All of it ends with the block."""

    def __init__(self, *redis_options, chat=CHAT):
        self.place = tempfile.TemporaryDirectory(prefix="ghn-", ignore_cleanup_errors=True)
        self.directory = pathlib.Path(self.place.name)
        (self.directory / "policies").mkdir(mode=0o700)
        self.write("nodes.secret", SECRET.decode())
        for name, text in (("_global", GLOBAL), ("chat", chat), ("admin", ADMIN)):
            self.write(f"policies/{name}.yaml", text)
        self.redis = Redis(self.directory, *redis_options)
        self.nodes, self.others = [], []

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def node(self, name, *options, policies="policies"):
        node = Node(self, name, *options, policies=policies)
        self.nodes.append(node)
        return node

    async def joined(self, *nodes):
        """All nodes know each other, and let clients in."""
        for node in nodes:
            await until("both nodes", lambda: node.ready() and node.metric("gatehouse_cluster_nodes") == len(nodes), pause=0.2)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for process in [*self.others, *(node.process for node in self.nodes), self.redis.process]:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        if kind:
            for node in self.nodes:
                print(f"--- {node.name}\n{node.log.read_text()[-4_000:]}", flush=True)
        self.place.cleanup()


class Refused(Exception):
    """CONNECT_ERROR; its code is `code`."""

    def __init__(self, payload):
        super().__init__(json.dumps(payload))
        self.payload = payload
        self.code = (payload.get("data") or {}).get("code")


class Client(asyncio.Protocol):
    """One connection in one namespace over WebSocket, with recovery. Make it with `connect`."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.received = bytearray()
        self.is_open = False
        loop = asyncio.get_running_loop()
        self.ready, self.gone = loop.create_future(), loop.create_future()
        self.acks, self.ids = {}, 0
        self.events = {}
        self.listener = None
        self.transport = self.sid = self.pid = self.offset = self.auth = None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")

    def connection_lost(self, error):
        if not self.gone.done():
            self.gone.set_result(time.monotonic())
        failure = ConnectionError(f"the connection has ended: {error}")
        for waiter in [self.ready, *self.acks.values()]:
            if not waiter.done():
                waiter.set_exception(failure)
                waiter.exception()
        self.acks = {}

    def data_received(self, data):
        got = self.received
        got += data
        if not self.is_open:
            end = got.find(b"\r\n\r\n")
            if end < 0:
                return
            if not got.startswith(b"HTTP/1.1 101"):
                return self.transport.close()
            self.is_open = True
            del got[:end + 4]
        at = 0
        while len(got) - at >= 2:
            length, start = got[at + 1] & 127, at + 2
            if length == 126:
                if len(got) - at < 4:
                    break
                length, start = int.from_bytes(got[at + 2:at + 4], "big"), at + 4
            elif length == 127:
                if len(got) - at < 10:
                    break
                length, start = int.from_bytes(got[at + 2:at + 10], "big"), at + 10
            if len(got) < start + length:
                break
            code, body = got[at] & 15, bytes(got[start:start + length])
            at = start + length
            if code == 1:
                self.packet(body.decode())
            elif code == 8:
                self.transport.close()
            elif code == 9:
                self.frame(body, 10)
        del got[:at]

    def frame(self, data, code=1):
        size = len(data)
        if size < 126:
            head = bytes([0x80 | code, 0x80 | size])
        else:
            head = bytes([0x80 | code, 0xFE]) + size.to_bytes(2, "big")
        self.transport.write(head + bytes(4) + data)

    def write(self, text):
        self.frame(text.encode())

    def packet(self, text):
        kind = text[:2]
        if text[0] == "0":
            self.write(f"40{self.namespace},{json.dumps(self.auth)}")
        elif text[0] == "2":
            self.write("3")
        elif text[0] != "4":
            return
        else:
            body = text[2:].removeprefix(self.namespace + ",")
            if kind == "40":
                data = json.loads(body)
                self.sid, self.pid = data["sid"], data.get("pid")
                if not self.ready.done():
                    self.ready.set_result(None)
            elif kind == "44":
                if not self.ready.done():
                    self.ready.set_exception(Refused(json.loads(body)))
            elif kind == "43":
                digits = body[:body.index("[")]
                waiter = self.acks.pop(int(digits), None)
                if waiter and not waiter.done():
                    found = json.loads(body[len(digits):])
                    waiter.set_result(found[0] if found else None)
            elif kind == "42":
                values = json.loads(body[body.index("["):])
                # The offset is the last argument where the namespace has recovery.
                if self.pid and isinstance(values[-1], str) and len(values) > 1:
                    self.offset = values.pop()
                if self.listener:
                    self.listener(values)
                else:
                    self.events.setdefault(values[0], asyncio.Queue()).put_nowait(values[1] if len(values) > 1 else None)

    async def ask(self, event, *arguments, within=WAIT):
        self.ids += 1
        number = self.ids
        waiter = self.acks[number] = asyncio.get_running_loop().create_future()
        self.write(f"42{self.namespace},{number}{json.dumps([event, *arguments])}")
        async with asyncio.timeout(within):
            return await waiter

    async def join(self, room):
        answer = await self.ask("join", {"room": room})
        assert answer == {"room": room}, answer

    async def say(self, room, text, within=WAIT):
        answer = await self.ask("message", {"room": room, "message": text}, within=within)
        assert "id" in answer, answer
        return answer

    async def event(self, name, within=WAIT):
        async with asyncio.timeout(within):
            return await self.events.setdefault(name, asyncio.Queue()).get()

    async def act(self, verb, within=WAIT, **payload):
        return await self.ask(verb, {"request_id": request_id(), "reason": "test", **payload}, within=within)

    def close(self):
        if self.transport:
            self.transport.abort()


async def connect(node, auth_token, namespace="/chat", last=None, within=WAIT):
    """A client that has joined the namespace; raises Refused.

    `last` is a client whose session goes on, if the server wants it.
    """
    client = Client(namespace)
    client.auth = {"token": auth_token}
    if last is not None and last.pid:
        client.auth |= {"pid": last.pid} | ({"offset": last.offset} if last.offset else {})
        client.offset = last.offset
    port = node if isinstance(node, int) else node.port
    async with asyncio.timeout(within):
        await asyncio.get_running_loop().create_connection(lambda: client, "127.0.0.1", port)
        try:
            await client.ready
        except BaseException:
            client.close()
            raise
    return client


async def staff(node, subject="boss"):
    return await connect(node, token(subject, "admin"), "/admin")


def user(subject):
    return {"iss": ISSUER, "sub": subject}


def run(scenarios, limit=150):
    """Runs the scenarios that the arguments name, or all; prints `ok NAME`, or `failed NAME: WHY`."""
    status = 0
    for name in sys.argv[1:] or scenarios:
        async def bounded():
            async with asyncio.timeout(limit):
                await scenarios[name]()
        began = time.monotonic()
        try:
            asyncio.run(bounded())
            print(f"ok {name} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception as error:
            status = 1
            print(f"failed {name}: {error!r}", flush=True)
            if os.environ.get("TRACE"):
                import traceback
                traceback.print_exc()
    sys.exit(status)
