import Foundation

/// The repository as text: its folders, and the files in them that are text.
struct Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().standardized

    static let catalogue = "Sources/Gatehouse/Documentation.docc"
    static let specification = catalogue + "/Specification"

    struct File {
        /// From the root of the repository.
        let path: String
        let text: String
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The text files below a folder, in the order of their paths. A file that is no UTF-8 is left out.
    static func files(below folder: String) throws -> [File] {
        let base = root.appendingPathComponent(folder)
        return try FileManager.default.subpathsOfDirectory(atPath: base.path).sorted().compactMap { path in
            guard let data = FileManager.default.contents(atPath: base.appendingPathComponent(path).path),
                let text = String(data: data, encoding: .utf8)
            else { return nil }
            return File(path: folder + "/" + path, text: text)
        }
    }
}
