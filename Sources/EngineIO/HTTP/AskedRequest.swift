/// The parts of a request that its answer depends on, so that a head of 32 KiB is not kept while a GET waits.
struct AskedRequest {
    let isHEAD: Bool
    let isPreflight: Bool
    let hasBody: Bool
    let keepAlive: Bool
    /// The `Origin`, if there is exactly one and it matters.
    let origin: String?

    init(_ head: HTTPRequestHead, keepsOrigin: Bool) {
        isHEAD = head.method == "HEAD"
        isPreflight = head.method == "OPTIONS"
        hasBody = head.hasBody
        keepAlive = head.keepAlive
        let origins = keepsOrigin ? head.fields.all("origin") : []
        origin = origins.count == 1 ? origins.first : nil
    }

    /// A request whose head is refused or incomplete.
    init(refused decoder: HTTPRequestDecoder) {
        (isHEAD, isPreflight, hasBody, keepAlive) = (false, false, true, false)
        origin = decoder.originOfRefused
    }
}
