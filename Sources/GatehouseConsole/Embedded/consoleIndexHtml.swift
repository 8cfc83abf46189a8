// Written by .ci/console from Site/console/index.html: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleIndexHtml = EmbeddedFile("index.html", #"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Gatehouse</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="base.css">
<link rel="stylesheet" href="parts.css">
<link rel="stylesheet" href="console.css">
<script type="module" src="app.js"></script>
</head>
<body>
<div id="root"></div>
<noscript>This page needs JavaScript. Without it: gatehouse admin.</noscript>
</body>
</html>

"""#)
}
