package import GatehouseJSON

/// What of a contract breaks the clients of an older one. Both are documents of `contract --format json-schema`.
///
/// What clients send must still be taken: no field, argument or constraint more. What they get must still be what they know: no value
/// outside of the older schema. Rights are not compared; `policy diff` does that.
package struct ContractComparison: Sendable {
    /// One thing that breaks clients, for a person.
    package struct Break: Sendable, Equatable, CustomStringConvertible {
        package let place: String
        package let text: String

        package var description: String { "\(place): \(text)" }
    }

    /// A text is no contract.
    package struct NotAContract: Error, Sendable {
        package let reason: String
    }

    private let old: JSONValue
    private let new: JSONValue

    /// - Throws: ``NotAContract`` for a document of another kind or a newer version.
    package init(old: JSONValue, new: JSONValue) throws(NotAContract) {
        for document in [old, new] {
            guard let version = document["x-gatehouse-contract"] else {
                throw NotAContract(reason: "it is not a contract: make one by contract --format json-schema")
            }
            guard version == 1, document["x-gatehouse-namespaces"]?.objectValue != nil, document["$defs"]?.objectValue != nil else {
                throw NotAContract(reason: "it is a contract of another version: make it again by contract --format json-schema")
            }
        }
        self.old = old
        self.new = new
    }

    /// Everything that breaks clients, in the order of the older contract.
    package var breaks: [Break] {
        var breaks: [Break] = []
        for (name, namespace) in old["x-gatehouse-namespaces"]?.objectValue?.members ?? [] {
            guard let now = new["x-gatehouse-namespaces"]?[name] else {
                breaks.append(Break(place: name, text: "the namespace is gone"))
                continue
            }
            compare(namespace, now, name, &breaks)
        }
        if let system = old["x-gatehouse-system"], let now = new["x-gatehouse-system"] { compare(system, now, "system", &breaks) }
        gaps(.sent, old["x-gatehouse-error"], new["x-gatehouse-error"], "error", &breaks)
        return breaks
    }

    private func compare(_ namespace: JSONValue, _ now: JSONValue, _ place: String, _ breaks: inout [Break]) {
        for (event, was) in namespace["client"]?.objectValue?.members ?? [] {
            let place = "\(place) \(event)"
            guard let becomes = now["client"]?[event] else {
                breaks.append(Break(place: place, text: "clients can no longer send the event"))
                continue
            }
            gaps(.received, was["arguments"], becomes["arguments"], "\(place), sent by clients", &breaks)
            if was["ack"]?["maxItems"] == 1, becomes["ack"]?["maxItems"] == 0 {
                breaks.append(Break(place: "\(place), ack", text: "the ack is empty now"))
            } else {
                gaps(.sent, was["ack"], becomes["ack"], "\(place), ack", &breaks)
            }
            if was["stream"] == true, becomes["stream"] == nil {
                breaks.append(Break(place: "\(place), ack", text: "one answer comes now, and no stream"))
            }
            guard let reply = was["reply"] else { continue }
            guard let newReply = becomes["reply"] else {
                breaks.append(Break(place: "\(place), reply", text: "no event answers it now"))
                continue
            }
            gaps(.sent, reply, newReply, "\(place), reply", &breaks)
        }
        for (event, was) in namespace["server"]?.objectValue?.members ?? [] {
            let place = "\(place) \(event)"
            guard let becomes = now["server"]?[event] else {
                breaks.append(Break(place: place, text: "clients no longer get the event"))
                continue
            }
            gaps(.sent, was["arguments"], becomes["arguments"], "\(place), got by clients", &breaks)
            guard let answer = becomes["answer"] else { continue }
            guard let known = was["answer"] else {
                breaks.append(Break(place: place, text: "clients must answer the event now"))
                continue
            }
            gaps(.received, known, answer, "\(place), answered by clients", &breaks)
        }
    }

    private func gaps(_ direction: PayloadDirection, _ was: JSONValue?, _ becomes: JSONValue?, _ place: String, _ breaks: inout [Break]) {
        let (before, after) = (SchemaSide(was, old), SchemaSide(becomes, new))
        var cover = SchemaCover(direction)
        // What goes to the server must fit what it takes now; what comes from it must fit what clients knew.
        if direction == .received { cover.check(before, within: after, "") } else { cover.check(after, within: before, "") }
        for gap in cover.gaps { breaks.append(Break(place: place + (gap.path.isEmpty ? "" : " \(gap.path)"), text: gap.text)) }
    }
}
