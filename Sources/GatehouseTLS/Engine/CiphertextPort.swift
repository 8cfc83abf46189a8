import COpenSSL
import NIOCore

/// Where libssl reads and writes ciphertext: straight from the buffer that came off the socket, straight into the buffer that goes to it.
/// No memory BIO stands between, which would copy every byte once more.
struct CiphertextPort {
    /// Received bytes that libssl has not read yet.
    var inbound = ByteBuffer()
    /// Output of libssl that the transport has not sent yet.
    var outbound = ByteBuffer()

    /// A BIO over the port at `pointer`, which must be there as long as the BIO is used: the engine owns both.
    static func makeBIO(over pointer: UnsafeMutablePointer<CiphertextPort>) -> OpaquePointer? {
        guard let method = unsafe Self.method, let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, pointer)
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    // Written once by the thread-safe initialiser of a global, only read afterwards, and never freed: every connection uses it.
    nonisolated(unsafe) private static let method: OpaquePointer? = {
        guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "gatehouse buffer") else { return nil }
        unsafe BIO_meth_set_read(method, readCallback)
        unsafe BIO_meth_set_write(method, writeCallback)
        unsafe BIO_meth_set_ctrl(method, controlCallback)
        return unsafe method
    }()

    private static let readCallback: @convention(c) (OpaquePointer?, UnsafeMutablePointer<CChar>?, Int32) -> Int32 = {
        bio, target, wanted in
        unsafe gatehouse_bio_clear_retry_flags(bio)
        guard let data = unsafe BIO_get_data(bio), let target = unsafe target, wanted > 0 else { return -1 }
        let port = unsafe data.assumingMemoryBound(to: CiphertextPort.self)
        let count = unsafe min(Int(wanted), port.pointee.inbound.readableBytes)
        guard count > 0 else {
            unsafe gatehouse_bio_set_retry_read(bio)
            return -1
        }
        unsafe port.pointee.inbound.readWithUnsafeReadableBytes { bytes in
            if let source = bytes.baseAddress { unsafe UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count) }
            return count
        }
        return Int32(truncatingIfNeeded: count)
    }

    private static let writeCallback: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 = { bio, source, count in
        unsafe gatehouse_bio_clear_retry_flags(bio)
        guard let data = unsafe BIO_get_data(bio), let source = unsafe source, count > 0 else { return 0 }
        let port = unsafe data.assumingMemoryBound(to: CiphertextPort.self)
        unsafe port.pointee.outbound.writeBytes(UnsafeRawBufferPointer(start: source, count: Int(count)))
        return count
    }

    /// libssl flushes after each flight; nothing is held back here. Other control calls do not apply.
    private static let controlCallback: @convention(c) (OpaquePointer?, Int32, Int, UnsafeMutableRawPointer?) -> Int = { _, command, _, _ in
        command == BIO_CTRL_FLUSH ? 1 : 0
    }
}
