// Written by .ci/console from Site/console/icon.svg: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleIconSvg = EmbeddedFile("icon.svg", #"""
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b6e62"/><path d="M7 26V14a9 9 0 0 1 18 0v12M7 26h6v-9a3 3 0 0 1 6 0v9h6" fill="none" stroke="#fff" stroke-width="2.4" stroke-linejoin="round"/></svg>

"""#)
}
