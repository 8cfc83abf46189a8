import NIOCore
import Testing

@testable import SocketIO

@Suite("Packets with attachments")
struct BinaryAssemblyTests {
    @Test("SIO-08: a packet is complete with its last attachment, not before", arguments: 1...4)
    func completes(_ count: Int) throws {
        let text = ByteBuffer(string: "5\(count)-[\"m\"]")
        let header = try PacketHeader(decoding: text.readableBytesUInt8Span)
        var assembly = BinaryAssembly(header: header, text: text, deadline: .now())
        for index in 1...count {
            #expect(assembly.append(ByteBuffer(integer: UInt8(index))) == (index == count))
        }
        #expect(assembly.attachments.map { Array($0.readableBytesView) } == (1...count).map { [UInt8($0)] })
    }

    @Test("SIO-08: the attachments of a packet that is refused are counted and not kept", arguments: 1...4)
    func drops(_ count: Int) throws {
        let text = ByteBuffer(string: "5\(count)-[\"m\"]")
        var assembly = BinaryAssembly(
            header: try PacketHeader(decoding: text.readableBytesUInt8Span), text: text, deadline: .now(), isKept: false)
        for index in 1...count { #expect(assembly.append(ByteBuffer(repeating: 0, count: 100)) == (index == count)) }
        #expect(assembly.attachments.isEmpty && assembly.droppedBytes == 100 * count)
        #expect(assembly.packet.byteCount == text.readableBytes + 100 * count && assembly.packet.heldBytes == text.readableBytes)
    }

    @Test("REG-11: a partial packet holds its own bytes, not the read buffer they came in")
    func ownsItsBytes() throws {
        var read = ByteBuffer(repeating: 0x20, count: 65_536)
        read.setString("51-[\"m\"]", at: 100)
        let slice = try #require(read.getSlice(at: 100, length: 8))
        var assembly = BinaryAssembly(header: try PacketHeader(decoding: slice.readableBytesUInt8Span), text: slice, deadline: .now())
        _ = assembly.append(try #require(read.getSlice(at: 500, length: 3)))
        #expect(assembly.text.storageCapacity < 1_024)
        #expect(assembly.attachments.allSatisfy { $0.storageCapacity < 1_024 })
        #expect(String(buffer: assembly.text) == "51-[\"m\"]")
    }
}
