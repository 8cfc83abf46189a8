internal import CJWT
internal import GatehouseLiveObjects

/// The one owner of a `jwt_t`: frees it once.
@safe
struct LibjwtToken: ~Copyable {
    let pointer: OpaquePointer
    private let mark = HandleMark(.jwt)

    /// Takes over `pointer`; nil in, nil out.
    init?(owning pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = unsafe pointer
    }

    deinit { unsafe jwt_free(pointer) }
}
