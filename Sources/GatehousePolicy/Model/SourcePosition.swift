/// A place in a policy file, as an editor shows it.
package struct SourcePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The file's name relative to the policies directory.
    package let file: String
    /// The line, from 1; 0 where the whole file is meant.
    package let line: Int
    /// The column in Unicode scalars, from 1.
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`
    package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }

    /// A diagnostic of this place that begins with the path of the file in its directory.
    /// - Parameter description: the diagnostic as it is without the directory.
    package func line(_ description: String, in directory: String) -> String {
        file == directory || directory == "." ? description : directory + "/" + description
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
