import GatehouseTestSupport
import NIOCore
import Testing

@testable import EngineIO

@Suite("Requests of a connection that another server accepted")
struct RequestSorterTests {
    private static let page = "GET /page HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let upload = "POST /files HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /"
    private static let chunked = "POST /files HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n0\r\n\r\n"
    private static let poll = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let webSocket =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    private static let foreignWebSocket = "GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        let theirs: String
        var ours: String?
        let passed: UInt64
        var held = ""
    }

    static let cases: [Case] = [
        Case(testDescription: "a page", theirs: page, passed: 1),
        Case(testDescription: "a poll", theirs: "", ours: poll, passed: 0),
        Case(testDescription: "a WebSocket", theirs: "", ours: webSocket, passed: 0),
        Case(testDescription: "without the last slash", theirs: "", ours: "GET /socket.io?EIO=4 HTTP/1.1\r\nHost: a\r\n\r\n", passed: 0),
        Case(testDescription: "with the host", theirs: "", ours: "GET http://a/socket.io/ HTTP/1.1\r\nHost: a\r\n\r\n", passed: 0),
        Case(testDescription: "a poll after pages", theirs: page + upload + chunked + page, ours: poll, passed: 4),
        Case(testDescription: "what follows a poll", theirs: "", ours: poll + page, passed: 0),
        Case(testDescription: "a path below", theirs: "GET /socket.io/x HTTP/1.1\r\nHost: a\r\n\r\n", passed: 1),
        Case(testDescription: "another spelling", theirs: "GET /socket%2Eio/ HTTP/1.1\r\nHost: a\r\n\r\n", passed: 1),
        Case(testDescription: "a head that is not complete", theirs: page, passed: 1, held: "GET /socket.io/?EIO=4 HTT"),
        Case(testDescription: "bytes of a WebSocket of theirs", theirs: foreignWebSocket + poll, passed: 1),
        Case(testDescription: "bytes of a tunnel of theirs", theirs: "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n" + poll, passed: 1),
        Case(testDescription: "TLS", theirs: "\u{16}\u{3}\u{1}\u{2}\u{0}" + poll, passed: 0),
        Case(testDescription: "HTTP/2", theirs: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + poll, passed: 0),
        Case(
            testDescription: "an ambiguous length",
            theirs: "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n" + poll, passed: 0),
    ]

    @Test("MDL-37: the first request of ours ends it; theirs pass whole and in order, however the bytes are cut", arguments: cases)
    func sorting(_ one: Case) {
        let bytes = Array((one.theirs + (one.ours ?? "") + one.held).utf8)
        for size in [1, 2, 3, 7, 16, 33, bytes.count] {
            var sorter = RequestSorter(limits: HTTPLimits()) { EnginePath.canonical($0) == "/socket.io/" }
            var (theirs, ours): ([UInt8], [UInt8]?) = ([], nil)
            for start in stride(from: 0, to: bytes.count, by: size) {
                let part = bytes[start..<min(start + size, bytes.count)]
                guard ours == nil else {
                    ours?.append(contentsOf: part)
                    continue
                }
                let sorted = sorter.sort(ByteBuffer(bytes: part))
                theirs += sorted.theirs.readableBytesView
                ours = sorted.ours.map { Array($0.readableBytesView) }
            }
            #expect(String(decoding: theirs, as: UTF8.self) == one.theirs, "\(size) bytes at a time")
            #expect(ours.map { String(decoding: $0, as: UTF8.self) } == one.ours, "\(size) bytes at a time")
            #expect(sorter.passed == one.passed && sorter.isHolding == !one.held.isEmpty)
        }
    }

    @Test("SEC-A: of a head that never ends no more is held than a head may have")
    func endlessHead() {
        var sorter = RequestSorter(limits: HTTPLimits()) { _ in true }
        var theirs = 0
        for _ in 0..<100 {
            theirs += sorter.sort(ByteBuffer(string: "GET /" + String(repeating: "a", count: 4_096))).theirs.readableBytes
            #expect(sorter.heldBytes < 400_000)
        }
        #expect(theirs > 0 && !sorter.isHolding)
    }
}
