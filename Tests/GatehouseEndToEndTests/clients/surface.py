"""Looks for routes that a gateway must not have (AC-27)."""

import http.client
import json
import ssl
from urllib.parse import urlsplit

from gateway import URL, gatehouse, run

# The console of staff (CON-01) has tests of its own: it shows nothing without a token.
PATHS = """
/ /debug /debug/ /debug/pprof/ /debug/pprof/profile /debug/vars /debug/requests /eval /exec /shell /repl /inspect /inspector
/__debug__ /__inspect /profile /profiler /pprof /trace /heapdump /threaddump /metrics /health /healthz /ready /readyz /status /stats
/info /env /.env /config /actuator /actuator/env /graphql /swagger /openapi.json /admin /admin/ /socket.io/admin /socket.io/socket.io.js
/socket.io.js /engine.io/ /ws-echo /favicon.ico /robots.txt /server-status /version
""".split()


async def routes():
    address = urlsplit(URL)
    context = ssl.create_default_context(cafile="certs/dev-ca.pem")
    connection = http.client.HTTPSConnection(address.hostname, address.port, context=context, timeout=10)
    for path in PATHS:
        for method in ["GET", "POST"]:
            connection.request(method, path, headers={"Content-Length": "0"})
            answer = connection.getresponse()
            body = answer.read().decode()
            assert answer.status == 404 and json.loads(body) == {"message": "Not found"}, f"{method} {path}: {answer.status} {body}"
            assert answer.getheader("Server") is None, answer.getheader("Server")
    listed = json.loads(gatehouse("routes", "--json"))
    assert {route["namespace"] for route in listed} == {"/chat", "/admin"}, listed
    suspicious = [route["event"] for route in listed if any(word in route["event"] for word in ["debug", "eval", "profil", "exec", "test"])]
    assert not suspicious, suspicious


run({"routes": routes})
