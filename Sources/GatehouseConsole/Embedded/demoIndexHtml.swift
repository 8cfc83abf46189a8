// Written by .ci/console from Site/demo/index.html: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let demoIndexHtml = EmbeddedFile("index.html", #"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Gatehouse demo</title>
<link rel="icon" href="/console/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console/base.css">
<link rel="stylesheet" href="demo.css">
<script type="module" src="demo.js"></script>
</head>
<body>
<div id="root"></div>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>

"""#)
}
