import GatehouseTestSupport
import NIOCore
import Testing

@testable import EngineIO

@Suite("HTTP/1.1 request decoder")
struct HTTPRequestDecoderTests {
    /// A readable trace of what came out.
    static func run(_ parts: [[UInt8]], limits: HTTPLimits = HTTPLimits()) -> (trace: [String], status: Int?) {
        var decoder = HTTPRequestDecoder(limits: limits)
        var trace: [String] = []
        var body = ""
        var input = ByteBuffer()
        for part in parts {
            input.writeBytes(part)
            do throws(HTTPFault) {
                while let element = try decoder.next(&input) {
                    switch element {
                    case .head(let head):
                        let fields = head.fields.entries.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
                        trace.append("\(head.method) \(head.target) \(fields) \(head.keepAlive)")
                    case .body(let bytes): body += String(buffer: bytes)
                    case .end:
                        trace.append("body " + body)
                        body = ""
                    }
                }
            } catch {
                return (trace, error.status.rawValue)
            }
        }
        return (trace, nil)
    }

    static func expect(_ text: String, _ trace: [String], _ status: Int?) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            let result = run([Array(bytes.prefix(cut)), Array(bytes.dropFirst(cut))])
            #expect(result.trace == trace && result.status == status, "cut at \(cut)")
        }
        let single = run(bytes.map { [$0] })
        #expect(single.trace == trace && single.status == status, "byte by byte")
    }

    static let good: [(String, [String])] = [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ["GET / host=a true", "body "]),
        ("\r\nGET /?a=b HTTP/1.1\r\nHOST:a\r\nConnection: close\r\n\r\n", ["GET /?a=b host=a&connection=close false", "body "]),
        ("GET / HTTP/1.0\r\n\r\n", ["GET /  false", "body "]),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", ["GET / connection=Keep-Alive true", "body "]),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", ["POST / host=a&content-length=5 true", "body hello"]),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", ["POST / host=a&content-length=0 true", "body "]),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\n00A\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
            ["POST / host=a&transfer-encoding=Chunked true", "body hello0123456789"]
        ),
        (
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
            ["GET /1 host=a true", "body ", "POST /2 host=a&content-length=1 true", "body x", "GET /3 host=a true", "body "]
        ),
        ("GET / HTTP/1.1\r\nHost:   a \t \r\nX: \u{E9}\tb\r\nEmpty:\r\n\r\n", ["GET / host=a&x=\u{E9}\tb&empty= true", "body "]),
    ]

    @Test("SEC-25: legal requests are read, pipelined and cut anywhere", arguments: good.indices)
    func legal(index: Int) {
        Self.expect(Self.good[index].0, Self.good[index].1, nil)
    }

    /// Each with its status. `H` stands for a Host line.
    static let bad: [(String, Int)] = [
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
        ("GET / HTTP/1.1\rHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\n\rX", 400),
        ("GET / HTTP/1.1\r\nH\r\nX: a\r\n b\r\n\r\n", 400), ("GET / HTTP/1.1\r\n X: a\r\nH\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\tX: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nH\r\nX : a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nH\r\n: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nH\r\nX\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nH\r\nX: a\u{0}b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nH\r\nX\u{0}: b\r\n\r\n", 400),
        ("GET /\u{0} HTTP/1.1\r\nH\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nH\r\nX: a\u{7F}\r\n\r\n", 400), ("GET / HTTP/1.1\r\nH\r\nX: \u{1}\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nH\r\nX\u{E9}: b\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\nH\r\n\r\n", 400), ("GET /  HTTP/1.1\r\nH\r\n\r\n", 400), (" GET / HTTP/1.1\r\nH\r\n\r\n", 400),
        ("GET /\r\nH\r\n\r\n", 400),
        ("GET / HTTP/1.1 \r\nH\r\n\r\n", 400), ("GET\t/ HTTP/1.1\r\nH\r\n\r\n", 400), ("G(T / HTTP/1.1\r\nH\r\n\r\n", 400),
        ("GET /a#b HTTP/1.1\r\nH\r\n\r\n", 400), ("GET /\u{E9} HTTP/1.1\r\nH\r\n\r\n", 400), ("\r\n\r\nGET / HTTP/1.1\r\nH\r\n\r\n", 400),
        ("\nGET / HTTP/1.1\r\nH\r\n\r\n", 400), ("GET / http/1.1\r\nH\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nH\r\nH\r\n\r\n", 400), ("GET / HTTP/1.2\r\nH\r\n\r\n", 505), ("GET / HTTP/2.0\r\nH\r\n\r\n", 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505), ("GET / HTTP/1.10\r\nH\r\n\r\n", 400), ("GET / XTTP/1.1\r\nH\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nH\r\nContent-Length: 1, 1\r\n\r\nx", 400), ("POST / HTTP/1.1\r\nH\r\nContent-Length: +1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nH\r\nContent-Length: -1\r\n\r\n", 400), ("POST / HTTP/1.1\r\nH\r\nContent-Length: 0x1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nContent-Length: 1 1\r\n\r\n", 400), ("POST / HTTP/1.1\r\nH\r\nContent-Length:\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nContent-Length: 9999999999999999999\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nContent-Length: 18446744073709551617\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nTransfer-Encoding: identity\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nH\r\nTransfer-Encoding:\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nH\r\nExpect: 200-ok\r\n\r\n", 417),
    ]

    @Test("SEC-25, AC-29, AC-30: what could be read in two ways is not read at all, cut anywhere", arguments: bad.indices)
    func illegal(index: Int) {
        let (text, status) = Self.bad[index]
        Self.expect(text.replacing("\r\nH\r\n", with: "\r\nHost: a\r\n").replacing("\r\nH\r\n", with: "\r\nHost: a\r\n"), [], status)
    }

    static let targets: [(String, path: String, query: String?)] = [
        ("GET http://a/x/?b=c HTTP/1.1\r\nHost: a\r\n\r\n", "/x/", "c"), ("GET HTTPS://a:1 HTTP/1.1\r\nHost: A:1\r\n\r\n", "/", nil),
        ("GET http://a?b=c HTTP/1.1\r\nHost: a\r\n\r\n", "/", "c"), ("GET http://a/ HTTP/1.0\r\n\r\n", "/", nil),
        ("GET /http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", "/http://a/", nil),
        ("GET /x?b=http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", "/x", "http://a/"),
        ("OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n", "*", nil), ("GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n", "ftp://a/x", nil),
    ]

    @Test("a target in absolute form is read as its path", arguments: targets.indices)
    func absoluteTarget(index: Int) throws {
        var (decoder, input) = (HTTPRequestDecoder(limits: HTTPLimits()), ByteBuffer(string: Self.targets[index].0))
        guard case .head(let head) = try decoder.next(&input) else { return #expect(Bool(false)) }
        #expect(head.path == Self.targets[index].path && HTTPQuery(target: head.target).single("b") == Self.targets[index].query)
    }

    @Test(
        "SEC-25: a target in absolute form and a Host that differ are refused",
        arguments: ["GET http://a/ HTTP/1.1\r\nHost: b", "GET http:/// HTTP/1.1\r\nHost:", "GET http://u@a/ HTTP/1.1\r\nHost: u@a"])
    func ambiguousHost(head: String) {
        Self.expect(head + "\r\n\r\n", [], 400)
    }

    static let refused: [(head: String, status: Int, origin: String?)] = [
        ("GET /\(String(repeating: "x", count: 3_000)) HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\n\r\n", 414, "https://a.example"),
        ("GET /\(String(repeating: "x", count: 3_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414, nil),
        (
            "\r\nGET /\(String(repeating: "x", count: 3_000)) HTTP/1.1\r\nHost: a\r\norigin:https://a.example \r\n\r\n", 414,
            "https://a.example"
        ),
        ("GET / HTTP/1.1\r\nOrigin: https://a.example\r\nX: \(String(repeating: "x", count: 9_000))\r\n\r\n", 431, "https://a.example"),
        ("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 9_000))\r\nOrigin: https://a.example\r\n\r\n", 431, "https://a.example"),
        ("GET / HTTP/1.1\r\n\(String(repeating: "X: a\r\n", count: 70))Origin: null\r\n\r\n", 431, "null"),
        (
            "GET / HTTP/1.1\r\nOrigin: https://a.example\r\nOrigin: https://b.example\r\nX: \(String(repeating: "x", count: 9_000))\r\n\r\n",
            431, nil
        ),
        ("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 9_000))\r\nOrigin: \(String(repeating: "o", count: 500))\r\n\r\n", 431, nil),
        ("GET /\(String(repeating: "x", count: 70_000))", 414, nil),
    ]

    @Test("SEC-04: a head that is too large is looked through for its Origin, cut anywhere", arguments: refused.indices)
    func refusedOrigin(index: Int) {
        let (head, status, origin) = Self.refused[index]
        for size in [1, 7, 1_000, 200_000] {
            var decoder = HTTPRequestDecoder(limits: HTTPLimits())
            var seen: HTTPFault?
            var rest = ByteBuffer(string: head)
            while seen == nil, let part = rest.readSlice(length: min(size, rest.readableBytes)), part.readableBytes > 0 {
                var part = part
                do throws(HTTPFault) { _ = try decoder.next(&part) } catch { seen = error }
            }
            #expect(seen?.status.rawValue == status && seen?.isNoBrowsers == false && decoder.originOfRefused == origin, "\(size)")
            #expect(decoder.heldBytes < 1_000)
        }
    }

    @Test("SEC-04: so is one that has not come to its end")
    func unfinishedOrigin() throws {
        var (decoder, input) = (HTTPRequestDecoder(limits: HTTPLimits()), ByteBuffer(string: "GET / HTTP/1.1\r\nOrigin: null\r\nX: y"))
        #expect(try decoder.next(&input) == nil)
        #expect(decoder.originOfRefused == "null")
    }

    static let badChunks: [(String, Int)] = [
        ("\r\n", 400), ("g\r\n", 400), (" 5\r\n", 400), ("5 \r\nhello\r\n", 400), ("-5\r\n", 400), ("0x5\r\n", 400), ("5\nhello\r\n", 400),
        ("5\r\nhelloX", 400), ("5\r\nhello\n", 400), ("5\r\nhello\r\r", 400), ("123456789\r\n", 400), ("ffffffffffffffff1\r\n", 400),
        ("5;\u{0}\r\n", 400), ("0\r\n\rX", 400), ("0\r\n\n", 400), ("0\r\nT: \u{0}\r\n\r\n", 400), ("0\r\n folded\r\n", 400),
        ("5;" + String(repeating: "e", count: 9_000), 431),
        ("0\r\nT: " + String(repeating: "e", count: 9_000), 431),
    ]

    @Test("SEC-25, AC-34: a malformed chunk is refused", arguments: badChunks.indices)
    func chunks(index: Int) {
        let (chunk, status) = Self.badChunks[index]
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let whole = Self.run([Array((head + chunk).utf8)])
        #expect(whole.status == status)
        let single = Self.run(Array((head + chunk).utf8).map { [$0] })
        #expect(single.status == status && single.trace == whole.trace)
    }

    @Test("SEC-21: request target at the limit and beyond", arguments: [(2_047, nil), (2_048, nil), (2_049, 414)] as [(Int, Int?)])
    func target(length: Int, status: Int?) {
        let text = "GET /" + String(repeating: "a", count: length - 1) + " HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(Self.run([Array(text.utf8)]).status == status)
    }

    @Test(
        "SEC-21, AC-13: one header field at the limit and beyond",
        arguments: [(8_191, nil), (8_192, nil), (8_193, 431), (80_000, 431)] as [(Int, Int?)])
    func field(length: Int, status: Int?) {
        // Name, colon and value.
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX:" + String(repeating: "a", count: length - 2) + "\r\n\r\n"
        #expect(Self.run([Array(text.utf8)]).status == status)
    }

    @Test(
        "SEC-21, AC-13: number of fields at the limit and beyond",
        arguments: [(63, nil), (64, nil), (65, 431), (10_000, 431)] as [(Int, Int?)])
    func count(count: Int, status: Int?) {
        let text = "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: a\r\n", count: count - 1) + "\r\n"
        #expect(Self.run([Array(text.utf8)]).status == status)
    }

    @Test("SEC-21: the whole head at the limit and beyond", arguments: [(-1, nil), (0, nil), (1, 431)] as [(Int, Int?)])
    func head(excess: Int, status: Int?) {
        let start = "GET / HTTP/1.1\r\nHost: a\r\n"
        let block = (0..<4).map { "X\($0): " + String(repeating: "a", count: 8_000) + "\r\n" }.joined()
        let rest = 32_768 + excess - start.utf8.count - block.utf8.count - 2
        let text = start + block + "Y:" + String(repeating: "b", count: rest - 4) + "\r\n\r\n"
        #expect(text.utf8.count == 32_768 + excess)
        #expect(Self.run([Array(text.utf8)]).status == status)
    }

    @Test("SEC-30: random mutations of requests never trap, and cuts change nothing", arguments: 0..<20)
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let seeds = Self.good.map(\.0) + Self.bad.map(\.0)
        for _ in 0..<100 {
            var bytes = Array((seeds.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let whole = Self.run([bytes])
            let halves = Self.run([Array(bytes.prefix(cut)), Array(bytes.dropFirst(cut))])
            #expect(whole.trace == halves.trace && whole.status == halves.status, "\(bytes) cut at \(cut)")
        }
    }
}
