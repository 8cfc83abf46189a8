"""What connections that show no token cost the gateway in resident memory, whatever they send and leave unread (SEC-A)."""

import os
import socket
import ssl
import struct
import sys
import time
from urllib.parse import urlsplit

from gateway import SERVER, URL

address = urlsplit(URL)
PAGE = os.sysconf("SC_PAGE_SIZE")
BOUND = 64 * 1024

context = ssl.create_default_context(cafile="certs/dev-ca.pem")


def resident():
    return int(open(f"/proc/{SERVER}/statm").read().split()[1]) * PAGE


def tcp():
    sock = socket.socket()
    # Small, so that what the gateway answers stays with the gateway.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(10)
    sock.connect((address.hostname, address.port))
    return sock


def tls():
    return context.wrap_socket(tcp(), server_hostname=address.hostname)


def until(sock, mark):
    got = b""
    while mark not in got:
        part = sock.recv(4096)
        assert part, f"the gateway closed after {got!r}"
        got += part
    return got


def offer(sock, data):
    """Sends what the gateway takes, and stops when it takes no more, or has closed."""
    sock.settimeout(0.05)
    try:
        while data:
            data = data[sock.send(data) :]
    except OSError:
        pass


def websocket():
    sock = tls()
    sock.sendall(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    until(sock, b'"maxPayload"')
    return sock


def nothing():
    return tls()


def hello():
    """A TLS handshake that does not go on."""
    outgoing = ssl.MemoryBIO()
    half = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=address.hostname)
    try:
        half.do_handshake()
    except ssl.SSLWantReadError:
        pass
    sock = tcp()
    sock.sendall(outgoing.read()[:-10])
    return sock


def head():
    sock = tls()
    fields = b"".join(b"X-%d: %s\r\n" % (number, b"x" * 7_900) for number in range(3)) + b"X-3: " + b"x" * 6_900
    sock.sendall(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n" + fields)
    return sock


def frame():
    sock = websocket()
    sock.sendall(b"\x81\xfe" + struct.pack(">H", 16_000) + bytes(4) + b"4" * 15_999)
    return sock


def pings():
    sock = websocket()
    offer(sock, (b"\x89\xfd" + bytes(4) + b"p" * 125) * 4_000)
    return sock


def requests():
    sock = tls()
    offer(sock, b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n" * 20_000)
    return sock


def body():
    sock = tls()
    sock.sendall(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n")
    sid = until(sock, b'"maxPayload"').split(b'"sid":"')[1].split(b'"')[0]
    sock.sendall(
        b"POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\nHost: a\r\nContent-Length: 16000\r\n\r\n" % sid + b"4" * 15_999
    )
    return sock


def settled():
    """The resident memory once it does not grow any more; well within the deadlines of what was begun."""
    seen = resident()
    for _ in range(8):
        time.sleep(0.1)
        now = resident()
        if now == seen:
            break
        seen = now
    return seen


# How many are measured: of those that flood, few.
CASES = {
    "nothing": (nothing, 40),
    "hello": (hello, 40),
    "head": (head, 40),
    "frame": (frame, 40),
    "body": (body, 35),
    "pings": (pings, 15),
    "requests": (requests, 15),
}
case, count = CASES[sys.argv[1]]
# What the first make the gateway set up for all is not theirs.
kept = [case() for _ in range(5)]
before = settled()
kept += [case() for _ in range(count)]
cost = (settled() - before) / count
print(f"{cost / 1024:.1f} KiB a connection", file=sys.stderr)
assert cost <= BOUND, f"{cost:.0f} bytes a connection"
