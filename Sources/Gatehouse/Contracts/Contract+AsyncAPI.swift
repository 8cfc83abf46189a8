package import GatehouseJSON

extension Contract {
    /// The contract as an AsyncAPI 3.0 document, from the server's side: it receives what clients send. A channel is a namespace, and the
    /// payload of a message is the array of its arguments.
    /// - Parameter version: the version of the program.
    package func asyncAPI(version: String) -> JSONValue {
        let writer = JSONSchemaWriter(payloads(), root: "#/components/schemas/", draft: .draft7)
        var (channels, operations, messages) = (JSONObject(), JSONObject(), JSONObject())
        var taken: Set<String> = []
        for namespace in namespaces {
            let channel = Self.identifier(namespace.name, &taken)
            var listed = JSONObject()
            func add(_ event: String, _ part: String, _ payload: JSONValue) -> JSONValue {
                let name = Self.identifier("\(channel)-\(part)-\(event)", &taken)
                messages[name] = ["name": .string(event), "title": .string("\(namespace.name) \(event)"), "payload": payload]
                listed[name] = ["$ref": .string("#/components/messages/\(name)")]
                return ["$ref": .string("#/channels/\(channel)/messages/\(name)")]
            }
            let place: JSONValue = ["$ref": .string("#/channels/\(channel)")]
            for event in namespace.client {
                let message = add(event.name, "client", .object(writer.arguments(event.arguments, .received)))
                let answer = Self.answer(event.answer, writer)
                var operation: JSONObject = ["action": "receive", "channel": place, "messages": [message]]
                let refusal = writer.arguments([ArgumentShape(name: nil, shape: Self.error, isRequired: true)], .sent)
                let ack = add(event.name, "ack", ["anyOf": [answer["ack"] ?? true, .object(refusal)]])
                var replies = [ack]
                if let reply = answer["reply"] { replies.append(add(event.name, "reply", reply)) }
                operation["reply"] = ["channel": place, "messages": .array(replies)]
                if answer["stream"] == true { operation["x-gatehouse-stream"] = true }
                if hasRights { operation["x-gatehouse-send"] = .array(event.send.map(\.json)) }
                operations[Self.identifier("\(channel)-receive-\(event.name)", &taken)] = .object(operation)
            }
            for event in namespace.server {
                let message = add(event.name, "server", .object(Self.argument(event.shapes, writer)))
                var operation: JSONObject = ["action": "send", "channel": place, "messages": [message]]
                if let answer = event.answer {
                    let payload = writer.arguments([ArgumentShape(name: nil, shape: answer, isRequired: true)], .received)
                    operation["reply"] = ["channel": place, "messages": [add(event.name, "answer", .object(payload))]]
                }
                if hasRights { operation["x-gatehouse-receive"] = .array(event.receive.map(\.json)) }
                operations[Self.identifier("\(channel)-send-\(event.name)", &taken)] = .object(operation)
            }
            // A pattern is the address of no one channel.
            let isPattern = namespace.name.contains("*")
            var json: JSONObject = ["address": isPattern ? .null : .string(namespace.name)]
            if isPattern { json["description"] = .string("Every namespace of the pattern \(namespace.name)") }
            json["messages"] = .object(listed)
            if hasRights { json["x-gatehouse-connect"] = .array(namespace.connect.map(\.json)) }
            channels[channel] = .object(json)
        }
        return [
            "asyncapi": "3.0.0", "info": ["title": .string(title), "version": .string(version)], "defaultContentType": "application/json",
            "channels": .object(channels), "operations": .object(operations),
            "components": ["messages": .object(messages), "schemas": .object(writer.definitions)],
        ]
    }

    /// A key that every reader of AsyncAPI takes: letters, digits, `-` and `_`.
    private static func identifier(_ name: String, _ taken: inout Set<String>) -> String {
        let plain = String(
            name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "_" }.drop { $0 == "_" })
        let base = plain.isEmpty ? "root" : plain
        var candidate = base
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(base)-\(number)"
            number += 1
        }
        return candidate
    }
}
