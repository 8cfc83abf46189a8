import GatehouseJSON
import NIOCore
import SocketIO

extension IncomingEvent {
    /// The arguments as the client wrote them. Sent back with the event's attachments in their order, their placeholders still hold.
    var argumentTexts: [ByteBuffer] {
        guard let items = document.items(of: document.root) else { return [] }
        return items.dropFirst().map { document.rawBytes(of: $0) }
    }

    /// The text of an argument that is a string.
    func string(at index: Int) -> String? {
        guard index >= 0, index < argumentCount, let items = document.items(of: document.root) else { return nil }
        return items.dropFirst(index + 1).first { _ in true }.flatMap { document.string(of: $0) }
    }
}

extension BufferWriter {
    mutating func writeCommaSeparated(_ texts: some Sequence<ByteBuffer>) {
        for (index, text) in texts.enumerated() {
            if index > 0 { writeStaticString(",") }
            writeImmutableBuffer(text)
        }
    }
}
