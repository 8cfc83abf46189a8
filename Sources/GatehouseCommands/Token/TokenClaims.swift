import GatehouseJSON
import GatehousePolicy

/// The claims of a token that is to be issued: roles and scopes where the policies look for them, and further claims.
struct TokenClaims {
    private(set) var object = JSONObject()

    init(roles: [String], scope: String?, issuer: String, settings: GlobalSettings) throws(CommandFailure) {
        if !roles.isEmpty {
            guard let pointer = settings.rolesClaim(of: issuer) else {
                throw CommandFailure(.badFiles, "--role needs to know where roles are: _global.yaml has no claims.roles")
            }
            try set(.array(roles.map { .string($0) }), at: pointer)
        }
        if let scope {
            guard let pointer = settings.scopesClaim(of: issuer) else {
                throw CommandFailure(.badFiles, "--scope needs to know where scopes are: _global.yaml has no claims.scopes")
            }
            try set(.string(scope), at: pointer)
        }
    }

    /// Adds `name=json`.
    mutating func add(_ argument: String) throws(CommandFailure) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let name = parts.first, let text = parts.last, !name.isEmpty else {
            throw CommandFailure(.usage, "--claim \(argument) is not name=json, such as --claim tenant='\"acme\"'")
        }
        guard object[name] == nil else { throw CommandFailure(.usage, "the claim \(name) is given twice") }
        do {
            object[name] = try JSONValue(parsing: text)
        } catch {
            throw CommandFailure(.usage, "the value of --claim \(name) is not JSON (text stands in quotes: '\"\(text)\"'): \(error)")
        }
    }

    /// Makes the objects on the way to a pointer's place and puts the value there.
    private mutating func set(_ value: JSONValue, at pointer: JSONPointer) throws(CommandFailure) {
        var value = value
        var rest = pointer.tokens
        while let last = rest.popLast() {
            var parent = try parent(at: rest)
            parent[last] = value
            value = .object(parent)
        }
        guard case .object(let whole) = value else { throw CommandFailure(.badFiles, "a claim's pointer names the whole token") }
        object = whole
    }

    /// The object that is at a path already, or an empty one.
    private func parent(at path: [String]) throws(CommandFailure) -> JSONObject {
        var current = JSONValue.object(object)
        for token in path {
            guard let next = current[token] else { return JSONObject() }
            current = next
        }
        guard case .object(let found) = current else {
            throw CommandFailure(.badFiles, "the pointers of roles and scopes in _global.yaml go through each other")
        }
        return found
    }
}
