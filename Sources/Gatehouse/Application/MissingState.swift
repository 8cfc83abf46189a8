/// State that a server keeps over restarts, and that is missing.
package struct MissingState: Sendable, Equatable {
    /// The file or directory.
    package let path: String
    /// The consequence of replacing it.
    package let loss: String

    package init(path: String, loss: String) {
        self.path = path
        self.loss = loss
    }
}
