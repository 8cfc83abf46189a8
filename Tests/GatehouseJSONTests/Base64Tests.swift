import Foundation
import NIOCore
import Testing

@testable import GatehouseJSON

@Suite("Base64, strictly") struct Base64Tests {
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]

    @Test("EIO-05: the vectors of RFC 4648", arguments: vectors)
    func vector(plain: String, encoded: String) {
        #expect(Base64.padded.encode(plain.utf8) == encoded)
        #expect(Base64.padded.decode(encoded.utf8) == Array(plain.utf8))
        let unpadded = encoded.filter { $0 != "=" }
        #expect(Base64.url.encode(plain.utf8) == unpadded)
        #expect(Base64.url.decode(unpadded.utf8) == Array(plain.utf8))
    }

    static let refused: [(Base64, String)] =
        [
            "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v=", "Z===", "====", "=", "Z=g=", "Zg==Zg==", "Zm 8=", "Zm8=\n", "Zm-_",
            "Zm9-", "=Zm8", "Zm8\u{0}", "Zm9é",
        ].map { (.padded, $0) } + ["A", "AAAAA", "Zg==", "Zm8=", "Zh", "Zm9", "Zm+/", "Zm 8", "Zm8\n", "Z\u{0}8A"].map { (.url, $0) }

    @Test("EIO-05, SEC-14: one byte string has one text", arguments: refused)
    func strict(form: Base64, text: String) {
        #expect(form.decode(text.utf8) == nil)
        #expect(form.decode(ByteBuffer(string: text)) == nil)
    }

    @Test("EIO-05: every length comes back, in arrays and in buffers, as Foundation writes it")
    func roundTrip() {
        for count in 0..<200 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            let text = Base64.padded.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(text.utf8.count == Base64.padded.encodedLength(count))
            var buffer = ByteBuffer(string: "before")
            Base64.padded.append(ByteBuffer(bytes: bytes), to: &buffer)
            #expect(String(buffer: buffer) == "before" + text)
            #expect(Base64.padded.decode(ByteBuffer(string: text)) == ByteBuffer(bytes: bytes))
            #expect(Base64.padded.decode(text.utf8) == bytes)
            let url = Base64.url.encode(bytes)
            #expect(url.utf8.count == Base64.url.encodedLength(count))
            #expect(Base64.url.decode(url.utf8) == bytes)
        }
    }
}
