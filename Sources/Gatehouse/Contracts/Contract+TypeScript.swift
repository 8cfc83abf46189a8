import GatehouseJSON
import SocketIO

extension Contract {
    /// The contract as a module of types for the clients of Socket.IO: `Socket<Chat.ServerToClientEvents, Chat.ClientToServerEvents>`.
    package var typeScript: String {
        let names = moduleNames
        let payloads = payloads(reserved: Self.reservedTypes.union(names))
        let writer = TypeScriptWriter(payloads, known: ["GatehouseError.code": "ErrorCode"])
        var text = """
            // The contract of \(title), made by `contract --format typescript`. Do not edit.

            export type JSONValue = null | boolean | number | string | JSONValue[] | { [key: string]: JSONValue };

            /** Bytes beside the JSON: an attachment of Socket.IO. */
            export type Attachment = ArrayBuffer | Uint8Array | Blob;

            /** The codes that there are, and those that deny rules of the policies may have. */
            export type ErrorCode =
              | \(ReplyCode.allCases.map { TypeScriptWriter.literal($0.rawValue) }.joined(separator: "\n  | "))
              | `app.${string}`
              | (string & {});

            /** The callback of an ack that has a value, or the error. */
            export type Answer<T> = (answer: T | GatehouseError) => void;
            /** The callback of an ack whose value may be missing. */
            export type OptionalAnswer<T> = (answer?: T | GatehouseError) => void;
            /** The callback of an ack that is empty, or has the error. */
            export type EmptyAnswer = (error?: GatehouseError) => void;

            """
        for declaration in writer.declarations { text += "\n" + declaration }
        for (namespace, name) in zip(namespaces, names) { text += "\n" + module(namespace, name, writer) }
        return text
    }

    private func module(_ namespace: Namespace, _ name: String, _ writer: TypeScriptWriter) -> String {
        var text = "/** \(namespace.name.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "…")) */\n"
        text += "export namespace \(name) {\n  export interface ServerToClientEvents {\n"
        for event in namespace.server + Self.system.server {
            let types = event.shapes.map { writer.type($0, .sent) }.joined(separator: " | ")
            text += comment(event.receive, "received by", isSystem: SystemEvent(rawValue: event.name) != nil)
            let answer = event.answer.map { ", answer: (reply: \(writer.type($0, .received))) => void" } ?? ""
            text += "    \(TypeScriptWriter.name(event.name)): (data: \(types)\(answer)) => void;\n"
        }
        text += "  }\n\n  export interface ClientToServerEvents {\n"
        for event in namespace.client + Self.system.client {
            text += comment(event.send, "sent by", isSystem: SystemEvent(rawValue: event.name) != nil)
            text += "    \(TypeScriptWriter.name(event.name)): \(function(event, writer));\n"
        }
        return text + "  }\n}\n"
    }

    private func comment(_ rights: [ContractRight], _ what: String, isSystem: Bool) -> String {
        guard hasRights, !isSystem else { return "" }
        let text = rights.isEmpty ? "nobody: no rule allows it" : rights.map(\.text).joined(separator: ", ")
        return TypeScriptWriter.comment(["\(what) \(text)"], indent: "    ")
    }

    /// Arguments, and the callback of the ack, which may be left out. With arguments that may be left out, the callback comes earlier.
    private func function(_ event: ClientEvent, _ writer: TypeScriptWriter) -> String {
        let answer = "answer?: \(callback(event.answer, writer))"
        let required = (event.arguments.lastIndex(where: \.isRequired) ?? -1) + 1
        let parameters = event.arguments.enumerated().map { index, argument in
            "\(label(argument, index, of: event.arguments.count)): \(writer.type(argument.shape, .received))"
        }
        guard required < parameters.count else { return "(\((parameters + [answer]).joined(separator: ", "))) => void" }
        let lists = (required...parameters.count).map { "[\((parameters.prefix($0) + [answer]).joined(separator: ", "))]" }
        return "(...args: \(lists.joined(separator: " | "))) => void"
    }

    private func label(_ argument: ArgumentShape, _ index: Int, of count: Int) -> String {
        guard let name = argument.name, TypeScriptWriter.isIdentifier(name), name != "answer", !Self.reservedWords.contains(name) else {
            return count == 1 ? "data" : "argument\(index + 1)"
        }
        return name
    }

    private func callback(_ answer: AnswerShape, _ writer: TypeScriptWriter) -> String {
        switch answer {
        case .empty, .event: return "EmptyAnswer"
        case .unknown: return "Answer<JSONValue>"
        case .value(.nullable(let inner)): return "OptionalAnswer<\(writer.type(inner, .sent))>"
        case .value(let shape): return "Answer<\(writer.type(shape, .sent))>"
        case .stream(let element):
            // A stream may end before its first element.
            if case .value(let shape) = element { return "OptionalAnswer<\(writer.type(shape, .sent))>" }
            return callback(element, writer)
        }
    }

    /// A name for each namespace: `Chat` for `/chat`, `TenantOrders` for `/tenant/*/orders`, `Root` for `/`.
    private var moduleNames: [String] {
        var taken = Self.reservedTypes
        return namespaces.map { namespace in
            let words = namespace.name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
            let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            let base = joined.isEmpty ? "Root" : joined.first?.isNumber == true ? "N" + joined : joined
            var candidate = base
            var number = 2
            while !taken.insert(candidate).inserted {
                candidate = base + String(number)
                number += 1
            }
            return candidate
        }
    }

    private static let reservedTypes: Set<String> = [
        "JSONValue", "Attachment", "ErrorCode", "Answer", "OptionalAnswer", "EmptyAnswer", "Array", "Record", "ArrayBuffer", "Uint8Array",
        "Blob", "String", "Number", "Boolean", "Object", "Function", "Symbol",
    ]

    private static let reservedWords: Set<String> = [
        "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum",
        "eval", "export", "extends", "false", "finally", "for", "function", "if", "implements", "import", "in", "instanceof", "interface",
        "let", "new", "null", "package", "private", "protected", "public", "return", "static", "super", "switch", "this", "throw", "true",
        "try", "typeof", "var", "void", "while", "with", "yield",
    ]
}
