/// One way from bytes into the code, with what must hold for every input (reliability requirements, section 3).
///
/// A harness keeps what a server keeps between messages, such as a decoder that is used again, so that what one input leaves behind is seen
/// by the next. The fuzzer runs it under libFuzzer; the tests run it over the committed corpus.
package protocol FuzzHarness {
    /// Its name, which is also that of its corpus and dictionary.
    static var name: String { get }

    init() throws

    /// Takes one input.
    /// - Throws: ``BrokenOracle`` for something that must never be; the input is then a finding.
    mutating func run(_ input: [UInt8]) throws
}

/// What must never be, and was.
package struct BrokenOracle: Error, CustomStringConvertible {
    package let description: String

    init(_ message: String) { description = message }
}

/// Ends the input as a finding unless `condition` holds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(BrokenOracle) {
    guard condition else { throw BrokenOracle(message()) }
}
