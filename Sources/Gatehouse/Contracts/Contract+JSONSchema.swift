package import GatehouseJSON
import SocketIO

extension Contract {
    /// The contract as one document of JSON Schema 2020-12: the payloads under `$defs`, the events of each namespace under
    /// `x-gatehouse-namespaces`. The arguments of an event, and those of its ack, are an array. It is what `contract diff` compares.
    package var jsonSchema: JSONValue {
        let writer = JSONSchemaWriter(payloads(), root: "#/$defs/", draft: .draft2020)
        var spaces = JSONObject()
        for namespace in namespaces { spaces[namespace.name] = json(namespace, writer) }
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": .string(title), "x-gatehouse-contract": 1,
            "x-gatehouse-namespaces": .object(spaces), "x-gatehouse-system": json(Self.system, writer),
            "x-gatehouse-error": .object(writer.schema(Self.error, .sent)), "x-gatehouse-codes": Self.codes,
            "$defs": .object(writer.definitions),
        ]
    }

    private func json(_ namespace: Namespace, _ writer: JSONSchemaWriter) -> JSONValue {
        var client = JSONObject(), server = JSONObject()
        for event in namespace.client {
            var json: JSONObject = ["arguments": .object(writer.arguments(event.arguments, .received))]
            for (key, value) in Self.answer(event.answer, writer).members { json[key] = value }
            if hasRights { json["send"] = .array(event.send.map(\.json)) }
            client[event.name] = .object(json)
        }
        for event in namespace.server {
            var json: JSONObject = ["arguments": .object(Self.argument(event.shapes, writer))]
            if let answer = event.answer {
                json["answer"] = .object(writer.arguments([ArgumentShape(name: nil, shape: answer, isRequired: true)], .received))
            }
            if hasRights { json["receive"] = .array(event.receive.map(\.json)) }
            server[event.name] = .object(json)
        }
        var json: JSONObject = ["client": .object(client), "server": .object(server)]
        if hasRights { json["connect"] = .array(namespace.connect.map(\.json)) }
        return .object(json)
    }

    /// The schema of the one argument of an event to clients.
    static func argument(_ shapes: [Shape], _ writer: JSONSchemaWriter) -> JSONObject {
        let all = shapes.map { writer.arguments([ArgumentShape(name: nil, shape: $0, isRequired: true)], .sent) }
        return all.count == 1 ? all[0] : ["anyOf": .array(all.map { .object($0) })]
    }

    /// The schema of the arguments of an ack, and what comes besides it.
    static func answer(_ answer: AnswerShape, _ writer: JSONSchemaWriter) -> JSONObject {
        switch answer {
        case .empty: return ["ack": .object(writer.arguments([], .sent))]
        case .unknown: return ["ack": .object(writer.arguments([ArgumentShape(name: nil, shape: .any, isRequired: true)], .sent))]
        case .value(let shape):
            if case .nullable(let inner) = shape {
                return ["ack": .object(writer.arguments([ArgumentShape(name: nil, shape: inner, isRequired: false)], .sent))]
            }
            return ["ack": .object(writer.arguments([ArgumentShape(name: nil, shape: shape, isRequired: true)], .sent))]
        case .event(let shape, _):
            return ["ack": .object(writer.arguments([], .sent)), "reply": .object(argument([shape], writer))]
        case .stream(let element):
            var json = Self.answer(element, writer)
            json["stream"] = true
            return json
        }
    }

    /// Every code that a client can see, but those of the application (`app.<name>`) and of deny rules.
    private static var codes: JSONValue {
        [
            "error": .array(ReplyCode.allCases.map { .string($0.rawValue) }),
            "connect": .array(ConnectErrorCode.allCases.map { .string($0.rawValue) }),
            "closed": .array(CloseCode.allCases.map { .string($0.name) }),
        ]
    }
}
