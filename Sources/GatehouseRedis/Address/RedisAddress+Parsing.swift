#if Redis
    extension RedisAddress {
        package static let forms = "redis://[user@]host[:port][/database], rediss://… over TLS, or unix:///path[?db=number]"

        /// Reads `redis://user:password@host:port/database`, `rediss://…` (TLS) or `unix:///path?db=number`. Parts of a user and a password may
        /// be percent-encoded.
        /// - Throws: ``RedisError`` with the code `address`; its message never holds the text, which may have a password.
        package init(parsing text: String) throws(RedisError) {
            guard let scheme = Self.cut(text, at: "://") else { throw Self.mistake("it has no scheme") }
            switch scheme.before {
            case "redis", "rediss":
                let (authority, database) = Self.split(scheme.after, at: "/")
                let (identity, host) = Self.splitLast(authority, at: "@")
                let (name, port) = try Self.hostAndPort(host)
                self.init(.tcp(host: name, port: port, isEncrypted: scheme.before == "rediss"))
                try take(identity: identity)
                try take(database: database)
            case "unix", "redis+unix":
                let (whole, query) = Self.split(scheme.after, at: "?")
                guard let slash = whole.firstIndex(of: "/") else { throw Self.mistake("it has no path") }
                let identity = whole[..<slash]
                guard identity.isEmpty || identity.last == "@" else { throw Self.mistake("a path starts with /") }
                let path = String(whole[slash...])
                guard path.utf8.count <= 100, path.utf8.count > 1 else { throw Self.mistake("its path has 2 to 100 bytes") }
                self.init(.unixSocket(path))
                try take(identity: identity.isEmpty ? nil : identity.dropLast())
                guard query.isEmpty || query.hasPrefix("db=") else { throw Self.mistake("only db may follow the question mark") }
                try take(database: query.dropFirst(3))
            default: throw Self.mistake("its scheme is none of redis, rediss and unix")
            }
        }

        private mutating func take(identity: Substring?) throws(RedisError) {
            guard let identity, !identity.isEmpty else { return }
            let (user, password) = Self.split(identity, at: ":")
            guard let user = Self.decoded(user), let password = Self.decoded(password) else {
                throw Self.mistake("its user or password is not percent-encoded as it must be")
            }
            self.user = user.isEmpty ? nil : user
            self.password = password.isEmpty ? nil : password
        }

        private mutating func take(database: Substring) throws(RedisError) {
            guard !database.isEmpty else { return }
            guard let number = Int(database), (0...65_535).contains(number) else { throw Self.mistake("a database is a number") }
            self.database = number
        }

        private static func hostAndPort(_ text: Substring) throws(RedisError) -> (String, Int) {
            var host = text
            var port = 6_379
            if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
                guard let number = UInt16(text[text.index(after: colon)...]), number > 0 else { throw mistake("a port is 1 to 65535") }
                port = Int(number)
                host = text[..<colon]
            }
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() } else if host.contains(":") { host = "" }
            guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw mistake("it names no host")
            }
            return (String(host), port)
        }

        private static func mistake(_ reason: String) -> RedisError {
            RedisError(.address, "This is no address of a Redis server: \(reason). Write \(forms).")
        }

        private static func cut(_ text: String, at separator: String) -> (before: Substring, after: Substring)? {
            guard let range = text.firstRange(of: separator) else { return nil }
            return (text[..<range.lowerBound], text[range.upperBound...])
        }

        private static func split(_ text: Substring, at separator: Character) -> (Substring, Substring) {
            guard let index = text.firstIndex(of: separator) else { return (text, "") }
            return (text[..<index], text[text.index(after: index)...])
        }

        private static func splitLast(_ text: Substring, at separator: Character) -> (Substring?, Substring) {
            guard let index = text.lastIndex(of: separator) else { return (nil, text) }
            return (text[..<index], text[text.index(after: index)...])
        }

        private static func decoded(_ text: Substring) -> String? {
            var bytes: [UInt8] = []
            var rest = text.utf8[...]
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "%") else {
                    bytes.append(byte)
                    continue
                }
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            }
            return String(validating: bytes, as: UTF8.self)
        }

        private static func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
    }
#endif
