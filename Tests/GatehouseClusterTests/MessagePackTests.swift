#if Redis
    import GatehouseJSON
    import GatehouseTesting
    import NIOCore
    import Testing

    @testable import GatehouseCluster

    @Suite("MessagePack")
    struct MessagePackTests {
        private static let values: [(JSONValue, String)] = [
            (.null, "c0"), (true, "c3"), (false, "c2"), (0, "00"), (127, "7f"), (128, "cc80"), (255, "ccff"), (256, "cd0100"),
            (65_535, "cdffff"), (65_536, "ce00010000"), (4_294_967_295, "ceffffffff"), (4_294_967_296, "cf0000000100000000"), (-1, "ff"),
            (-32, "e0"), (-33, "d0df"), (-128, "d080"), (-129, "d1ff7f"), (-32_768, "d18000"), (-32_769, "d2ffff7fff"),
            (-2_147_483_649, "d3ffffffff7fffffff"), (.number(1.5), "cb3ff8000000000000"), ("", "a0"), ("é", "a2c3a9"), ([], "90"),
            ([:], "80"),
            ([1, ["a": nil]], "920181a161c0"),
        ]

        @Test("Values are written in their shortest form, as Node writes them, and read again", arguments: values.indices)
        func both(_ index: Int) throws {
            let (value, hex) = Self.values[index]
            var writer = MessagePackWriter()
            writer.value(value, [])
            #expect(writer.buffer.hexadecimal == hex)
            #expect(try MessagePackReader.read(writer.buffer).value == value)
        }

        @Test("Lengths change their form at the same places", arguments: [31, 32, 255, 256, 65_535, 65_536])
        func lengths(_ count: Int) throws {
            let text = String(repeating: "x", count: count)
            var object = JSONObject()
            for index in 0..<min(count, 300) { object.members.append((String(index), .integer(Int64(index)))) }
            let value: JSONValue = [.string(text), .array(Array(repeating: 1, count: min(count, 70_000))), .object(object), .attachment(0)]
            var writer = MessagePackWriter()
            writer.value(value, [ByteBuffer(string: text)])
            let read = try MessagePackReader.read(writer.buffer)
            #expect(read.value == value)
            #expect(read.attachments == [ByteBuffer(string: text)])
        }

        @Test(
            "What is cut, claims more than there is, nests too deep or is no text of a key is refused",
            arguments: [
                ("", MessagePackError.truncated), ("a2c3", .truncated), ("dbffffffff61", .truncated), ("ddffffffff", .truncated),
                ("dfffffffff01", .truncated), ("c6ffffffff00", .truncated), ("cd01", .truncated), ("a2c328", .text), ("8101c0", .key),
                ("c1", .form), ("c7000a", .form), ("cb7ff8000000000000", .number), ("0000", .trailing),
                (String(repeating: "91", count: 80) + "c0", .depth), ("dd0001ffff" + String(repeating: "c0", count: 131_071), .values),
            ])
        func refuses(_ hex: String, _ error: MessagePackError) throws {
            let bytes = try #require(ByteBuffer(hexadecimal: hex))
            #expect(throws: error) { try MessagePackReader.read(bytes) }
        }

        @Test("Every cut of a message is refused, and none ends the process")
        func cuts() throws {
            var writer = MessagePackWriter()
            writer.value([["type": 3, "data": ["b", -70_000, 1.25, .attachment(0)]]], [ByteBuffer(string: "xyz")])
            let whole = writer.buffer
            for end in 0..<whole.readableBytes {
                let part = try #require(whole.getSlice(at: 0, length: end))
                #expect(throws: MessagePackError.self) { try MessagePackReader.read(part) }
            }
        }
    }

    extension ByteBuffer {
        var hexadecimal: String { readableBytesView.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

        init?(hexadecimal text: String) {
            var bytes: [UInt8] = []
            var rest = Substring(text)
            while !rest.isEmpty {
                guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            }
            self.init(bytes: bytes)
        }
    }
#endif
