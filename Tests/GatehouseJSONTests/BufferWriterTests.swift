import GatehouseJSON
import NIOCore
import Testing

@Suite("Appending to a buffer through one pointer")
struct BufferWriterTests {
    /// A buffer that has room for what it holds and no more, with a read part in front.
    private static func full(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer(string: "read" + text)
        buffer.moveReaderIndex(forwardBy: 4)
        return buffer
    }

    @Test("what is appended follows what was there, whatever the guess", arguments: [0, 1, 7, 64, 5_000])
    func appends(_ guess: Int) {
        var buffer = Self.full("before")
        let long = String(repeating: "long ", count: 900)
        var writer = BufferWriter(&buffer, expecting: guess)
        #expect(buffer.readableBytes == 0)
        writer.writeInteger(0x31)
        writer.writeStaticString("static")
        writer.writeString(long)
        writer.writeBytes([0x32, 0x33])
        writer.writeBytes([])
        writer.writeImmutableBuffer(ByteBuffer(string: "buffer"))
        writer.writeJSONInteger(-12)
        #expect(writer.count == 1 + 6 + long.utf8.count + 2 + 6 + 3)
        writer.close(&buffer)
        #expect(String(buffer: buffer) == "before1static" + long + "23buffer-12")
    }

    @Test("a copy of the buffer that somebody else holds stays as it was")
    func shared() {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(256)
        buffer.writeString("shared")
        let other = buffer
        buffer.append { $0.writeString(" and more") }
        #expect(String(buffer: other) == "shared")
        #expect(String(buffer: buffer) == "shared and more")
        var third = other
        third.append { $0.writeString("!") }
        #expect(String(buffer: buffer) == "shared and more")
        #expect(String(buffer: third) == "shared!")
    }

    @Test("appended bytes can be overwritten, moved apart, moved together, read and taken back")
    func edits() {
        var buffer = ByteBuffer(string: "-")
        var writer = BufferWriter(&buffer, expecting: 1)
        writer.writeString("abcdef")
        writer.set(0x41, at: 0)
        writer.insert(2, at: 3)
        writer.set(0x31, at: 3)
        writer.set(0x32, at: 4)
        #expect(writer.bytes(from: 2) == Array("c12def".utf8))
        writer.remove(1, at: 1)
        writer.insert(1, at: writer.count)
        writer.set(0x21, at: writer.count - 1)
        writer.cut(to: 6)
        writer.cut(to: 6)
        writer.close(&buffer)
        #expect(String(buffer: buffer) == "-Ac12de")
    }

    @Test("a failed value takes back itself and nothing before it")
    func failure() throws {
        var buffer = ByteBuffer(string: "x")
        var writer = BufferWriter(&buffer)
        writer.writeString("kept")
        var failed: JSONError?
        do throws(JSONError) { try JSONWriter.write([1.0, .infinity], to: &writer) } catch { failed = error }
        #expect(failed?.code == .numberRange)
        try JSONWriter.write([1], to: &writer)
        writer.close(&buffer)
        #expect(String(buffer: buffer) == "xkept[1]")
    }
}
