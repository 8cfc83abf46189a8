import NIOCore
import Testing

@testable import EngineIO

@Suite("Base64, strictly")
struct Base64Tests {
    @Test(
        "EIO-05: the vectors of RFC 4648",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")])
    func vectors(plain: String, encoded: String) {
        var output = ByteBuffer()
        Base64.encode(ByteBuffer(string: plain), into: &output)
        #expect(String(buffer: output) == encoded)
        #expect(Base64.decode(ByteBuffer(string: encoded)).map { String(buffer: $0) } == plain)
    }

    @Test(
        "EIO-05: one byte string has one spelling",
        arguments: ["Zg", "Zg=", "Zh==", "Zm9=", "Zm8", "Z===", "====", "Zg==Zg==", "Zm 8=", "Zm8=\n", "Zm-_", "=Zm8", "Zm8\u{0}", "A"])
    func refused(text: String) {
        #expect(Base64.decode(ByteBuffer(string: text)) == nil)
    }

    @Test("EIO-05: every length comes back")
    func roundTrip() {
        for count in 0..<200 {
            let bytes = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) })
            var text = ByteBuffer()
            Base64.encode(bytes, into: &text)
            #expect(text.readableBytes == Base64.encodedLength(count))
            #expect(Base64.decode(text) == bytes)
            #expect(Base64.decodeURL(Array(Base64.encodeURL(bytes.readableBytesView).utf8)) == bytes)
        }
    }
}
