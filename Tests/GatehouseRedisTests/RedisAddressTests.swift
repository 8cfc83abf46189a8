#if Redis
    import Testing

    @testable import GatehouseRedis

    @Suite("Addresses of Redis servers")
    struct RedisAddressTests {
        @Test(
            "Every form is read",
            arguments: [
                ("redis://localhost", "redis://localhost:6379", nil, nil),
                ("redis://127.0.0.1:7000/3", "redis://127.0.0.1:7000/3", nil, nil),
                ("rediss://alice:pa%3Ass@[::1]:6380", "rediss://alice@[::1]:6380", "alice", "pa:ss"),
                ("redis://:secret@host", "redis://host:6379", nil, "secret"),
                ("unix:///run/redis/redis.sock?db=2", "unix:///run/redis/redis.sock?db=2", nil, nil),
                ("unix://bob:x@/tmp/r.sock", "unix://bob@/tmp/r.sock", "bob", "x"),
            ] as [(String, String, String?, String?)])
        func reads(_ text: String, _ description: String, _ user: String?, _ password: String?) throws {
            let address = try RedisAddress(parsing: text)
            #expect(address.description == description)
            #expect(address.user == user)
            #expect(address.password == password)
        }

        @Test(
            "What is none is refused, and its text is not repeated",
            arguments: [
                "", "localhost", "http://secret", "redis://", "redis://secret:0", "redis://h:99999", "redis://h/secret", "redis://a%zz@h",
                "redis://::1", "unix://secret", "unix:///", "unix:///secret?mode=1", "redis://h:secret",
            ])
        func refuses(_ text: String) {
            #expect {
                try RedisAddress(parsing: text)
            } throws: { error in
                guard let error = error as? RedisError else { return false }
                return error.code == .address && !error.description.contains("secret")
            }
        }
    }
#endif
