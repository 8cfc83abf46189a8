/// SIO-08: `{"_placeholder":true,"num":n}` stands for the n-th attachment of a packet; in a packet without any it is an object like others.
extension JSONDocument {
    /// Whether an object is marked as what stands for an attachment.
    package func isPlaceholder(_ node: Int) -> Bool {
        guard let mark = member(named: "_placeholder", of: node) else { return false }
        return kind(of: mark) == .true
    }

    /// The number that such an object has, if it has one. Whether there is an attachment of that number is not known here.
    package func placeholderNumber(of node: Int) -> Int? {
        guard let member = member(named: "num", of: node), let value = int64(of: member) else { return nil }
        return Int(exactly: value)
    }
}
