package import GatehouseJSON

/// A claim that must equal one of some values. Texts are compared byte for byte; an array never matches.
package struct RequiredValue: Sendable {
    /// How errors and records name the claim. It comes from the configuration, never from a token.
    package var name: String
    package var pointer: JSONPointer
    package var values: [JSONValue]

    package init(name: String, pointer: JSONPointer, values: [JSONValue]) {
        self.name = name
        self.pointer = pointer
        self.values = values
    }
}
