import EngineIO
import NIOCore

/// The answer to a request for a file: who may have it, and what caches may do with it.
struct FileAnswer: Sendable {
    let file: EmbeddedFile
    let access: ConsoleAccess
    var headers = SecurityHeaders()

    func callAsFunction(_ request: PageRequest) -> HTTPResponse {
        guard access.includes(request) else { return HTTPResponse(.notFound) }
        guard !request.isForFrame else {
            return HTTPResponse(.forbidden, body: ByteBuffer(string: "This page stands in no frame.\n"), fields: headers.fields)
        }
        if file.isPage {
            return HTTPResponse(
                .ok, contentType: file.contentType, body: ByteBuffer(string: file.text), fields: headers.fields)
        }
        let fields = headers.fields + [("ETag", file.tag)]
        // Asked for again each time, so that a new version of the server shows its own files; without a body if nothing changed.
        guard !isKnown(request.knownTags) else {
            return HTTPResponse(.notModified, fields: fields, cacheControl: "no-cache")
        }
        return HTTPResponse(
            .ok, contentType: file.contentType, body: ByteBuffer(string: file.text), fields: fields, cacheControl: "no-cache")
    }

    private func isKnown(_ tags: String?) -> Bool {
        guard let tags else { return false }
        return tags.split(separator: ",").contains { tag in
            let text = tag.drop { $0 == " " }
            return (text.hasPrefix("W/") ? text.dropFirst(2) : text).prefix { $0 != " " } == file.tag
        }
    }
}
