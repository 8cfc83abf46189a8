#if Redis
    import NIOCore
    import Testing

    @testable import GatehouseRedis

    @Suite("The RESP reader")
    struct RESPReaderTests {
        private static let replies: [(String, RedisValue)] = [
            ("+OK\r\n", .status("OK")), ("-ERR no\r\n", .error("ERR no")), (":-12\r\n", .integer(-12)), ("$-1\r\n", .null),
            ("*-1\r\n", .null), ("$0\r\n\r\n", .bulk(ByteBuffer())), ("$5\r\na\r\nb\0\r\n", .bulk(ByteBuffer(string: "a\r\nb\0"))),
            ("*0\r\n", .array([])),
            ("*2\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n", .array([.bulk(ByteBuffer(string: "a")), .array([.integer(1), .null])])),
        ]

        @Test("Replies are the same, wherever they are cut", arguments: replies.indices)
        func everySplit(_ index: Int) throws {
            let (text, value) = Self.replies[index]
            let bytes = Array(text.utf8)
            for cut in 0...bytes.count {
                let reader = try RESPReader()
                try reader.feed(ByteBuffer(bytes: bytes[..<cut]))
                if cut < bytes.count {
                    #expect(try reader.next() == nil)
                    try reader.feed(ByteBuffer(bytes: bytes[cut...]))
                }
                #expect(try reader.next() == value)
                #expect(try reader.next() == nil)
            }
        }

        @Test(
            "CLU-04: what is not RESP, or too long, ends the connection",
            arguments: [
                "hello\r\n", "*65537\r\n", "*9999999999999999999\r\n", "$-2\r\n", ":12a\r\n", "*4294967297\r\n",
                String(repeating: "*1\r\n", count: 16),
            ])
        func refuses(_ text: String) throws {
            let reader = try RESPReader()
            #expect(throws: RedisError.self) {
                try reader.feed(ByteBuffer(string: text))
                while try reader.next() != nil {}
            }
        }

        @Test("A reply that grows beyond its bound is refused before it is whole, and smaller ones are not")
        func bound() throws {
            var limits = RESPLimits()
            limits.replyBytes = 1_000
            let reader = try RESPReader(limits: limits)
            let small = ByteBuffer(string: "$100\r\n" + String(repeating: "x", count: 100) + "\r\n")
            for _ in 0..<50 {
                try reader.feed(small)
                #expect(try reader.next() != nil)
            }
            try reader.feed(ByteBuffer(string: "$100000\r\n"))
            #expect(try reader.next() == nil)
            #expect(throws: RedisError.self) {
                for _ in 0..<20 { try reader.feed(ByteBuffer(string: String(repeating: "x", count: 100))) }
            }
        }

        @Test("Commands are formatted by length, whatever their bytes are")
        func commands() throws {
            var buffer = ByteBuffer()
            try RedisCommand("SET", "k", "").adding(ByteBuffer(string: "a\r\n\0$5")).write(to: &buffer)
            #expect(String(buffer: buffer) == "*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n$6\r\na\r\n\0$5\r\n")
        }
    }
#endif
