package import GatehouseJSON

extension ClusterPacket {
    /// Whether the application's own id of the event, in its first argument, is this one: by which a redaction names a message.
    /// - Parameter pointer: where the id is; `nil` for `/id`.
    package func isNamed(_ id: String, at pointer: JSONPointer?) -> Bool {
        guard let argument = (try? JSONValue(parsing: data, limits: .maximum))?[1] else { return false }
        let found = pointer.map { argument.value(at: $0) } ?? argument["id"]
        switch found {
        case .string(let text): return text == id
        case .integer(let number): return String(number) == id
        default: return false
        }
    }
}
