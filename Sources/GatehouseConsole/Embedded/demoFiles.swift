// Written by .ci/console from Site/demo: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let demo: [EmbeddedFile] = [
        demoDemoCss,
        demoDemoJs,
        demoIndexHtml,
    ]
}
