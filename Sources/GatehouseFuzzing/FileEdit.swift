/// A script of changes to files: five bytes each, and the bytes to be put in.
struct FileEdit {
    private var script: ArraySlice<UInt8>

    init(_ script: ArraySlice<UInt8>) { self.script = script }

    /// Makes the next change; false at the end.
    mutating func apply(to files: inout [String: [UInt8]], names: [String]) -> Bool {
        guard script.count >= 5 else { return false }
        let operation = script.removeFirst()
        let name = names[Int(script.removeFirst()) % names.count]
        let place = Int(script.removeFirst()) << 8 | Int(script.removeFirst())
        let count = Int(script.removeFirst())
        guard var bytes = files[name] else { return true }
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let at = bytes.isEmpty ? 0 : place % bytes.count
        switch operation % 8 {
        case 0: if !bytes.isEmpty { bytes[at] ^= UInt8(count) }
        case 1: bytes.removeSubrange(at..<min(bytes.count, at + count))
        case 2:
            bytes.insert(contentsOf: script.prefix(count), at: at)
            script = script.dropFirst(count)
        case 3: bytes.removeLast(min(bytes.count, place))
        // Whole lines: removed, given twice, put elsewhere.
        case 4: bytes = Array(lines.enumerated().filter { $0.offset != place % lines.count }.map(\.element).joined(separator: [0x0A]))
        case 5:
            var copies = lines
            copies.insert(lines[place % lines.count], at: count % lines.count)
            bytes = Array(copies.joined(separator: [0x0A]))
        case 6:
            files[name] = nil
            return true
        default:
            // Another file's contents.
            bytes = files[names[count % names.count]] ?? []
        }
        files[name] = bytes
        return true
    }
}
