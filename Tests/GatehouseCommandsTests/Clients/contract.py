"""Looks at the contracts in a directory with validators and the compiler that nobody here wrote.

contract.py DIRECTORY: contract.json (JSON Schema), asyncapi.json and contract.ts are there.
"""

import copy
import json
import pathlib
import shutil
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")
from asyncapi3 import AsyncAPI3
from jsonschema import Draft202012Validator, Draft7Validator

here = pathlib.Path(__file__).parent
place = pathlib.Path(sys.argv[1])


def case(name, body):
    try:
        body()
        print("ok", name)
    except Exception as error:
        print(f"failed {name}: {type(error).__name__} {error}")


contract = json.loads((place / "contract.json").read_text())
asyncapi = json.loads((place / "asyncapi.json").read_text())


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def validator(event, part="arguments", side="client"):
    schema = dict(contract["x-gatehouse-namespaces"]["/market"][side][event][part])
    schema["$defs"] = contract["$defs"]
    return Draft202012Validator(schema)


def schemas():
    Draft202012Validator.check_schema(contract)
    spaces = list(contract["x-gatehouse-namespaces"].values()) + [contract["x-gatehouse-system"]]
    parts = [p for s in spaces for side in ("client", "server") for e in s[side].values() for p in e.values() if isinstance(p, dict)]
    check(len(parts) > 20, "too few schemas")
    for part in parts:
        Draft202012Validator.check_schema(part)


def values():
    order = {"symbol": "ABC", "side": "buy", "price": 19.9}
    table = [
        ("order", [order], True), ("order", [order | {"amount": 101}], False), ("order", [order | {"x": 1}], False),
        ("order", [order | {"symbol": "abc"}], False), ("order", [], False), ("order", [order, order], False),
        ("order", [order | {"note": "é" * 80}], True), ("order", [order | {"note": "é" * 81}], False),
        ("move", [1], True), ("move", [1, None], True), ("move", [1, -1], False), ("move", [1, 2, 3], False),
        ("subscribe", [["A", "B"]], True), ("subscribe", [[]], False), ("legacy", [], True), ("legacy", [1], False),
    ]
    for event, arguments, expected in table:
        check(validator(event).is_valid(arguments) == expected, f"{event} {arguments}")
    check(not validator("order", "ack").is_valid([order]), "what the server sends always has an amount")
    check(validator("order", "ack").is_valid([order | {"amount": 1}]), "ack")
    check(validator("upload", "ack").is_valid([]) and validator("room.join", "ack").is_valid([]), "empty acks")
    check(validator("confirm", "answer", "server").is_valid([True]), "answer")


def asynchronous():
    AsyncAPI3.model_validate(asyncapi)
    for message in asyncapi["components"]["messages"].values():
        Draft7Validator.check_schema(message["payload"])
    for schema in asyncapi["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)


def references():
    """Every reference leads somewhere, as the specification wants it: operations to messages of their channel."""

    def target(reference):
        node = asyncapi
        for part in reference.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                target(node["$ref"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(asyncapi)
    for operation in asyncapi["operations"].values():
        channel = operation["channel"]["$ref"] + "/messages/"
        messages = operation["messages"] + operation.get("reply", {}).get("messages", [])
        check(all(m["$ref"].startswith(channel) for m in messages), "a message of another channel")


def broken():
    """The validator can say no."""
    for path, value in [(["asyncapi"], "2.0.0"), (["info"], {}), (["operations", "market-receive-order", "action"], "listen")]:
        document = copy.deepcopy(asyncapi)
        node = document
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = value
        try:
            AsyncAPI3.model_validate(document)
        except Exception:
            continue
        raise AssertionError(f"{path} may be {value}")


def typescript(files):
    for file in ["socket.io-client.d.ts"] + files:
        shutil.copy(here / file, place / file)
    command = ["tsc", "--noEmit", "--strict", "--target", "es2020", "--module", "commonjs", "socket.io-client.d.ts"]
    return subprocess.run(command + files, cwd=place, capture_output=True, text=True)


def right():
    result = typescript(["client.ts"])
    check(result.returncode == 0, result.stdout)


def wrong():
    """Each marked call is refused: a mark on a line without an error is an error itself."""
    result = typescript(["wrong.ts"])
    check(result.returncode == 0, result.stdout)
    text = (here / "wrong.ts").read_text()
    (place / "bare.ts").write_text(text.replace("@ts-expect-error", ""))
    command = ["tsc", "--noEmit", "--strict", "--target", "es2020", "--module", "commonjs", "socket.io-client.d.ts", "bare.ts"]
    result = subprocess.run(command, cwd=place, capture_output=True, text=True)
    check(result.returncode != 0, "wrong calls compile")
    check(result.stdout.count("error TS") == text.count("@ts-expect-error"), result.stdout)


case("schemas", schemas)
case("values", values)
case("asyncapi", asynchronous)
case("references", references)
case("broken", broken)
case("right client", right)
case("wrong client", wrong)
