/// A gateway that brings others, which are mounted with it.
package protocol AccompaniedGateway: Gateway {
    var companions: [any Gateway] { get }
}
