//! The page's files, compiled in so that the program needs no others.

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const ICON: &str = "image/svg+xml";

/// Lists every file with its path, type and text.
macro_rules! files {
    ($($path:literal $file:literal $kind:ident),* $(,)?) => {
        [$(($path, $kind, include_str!(concat!("../../page/", $file)))),*]
    };
}

const FILES: [(&str, &str, &str); 19] = files![
    "/" "index.html" HTML,
    "/icon.svg" "icon.svg" ICON,
    "/theme.css" "theme.css" CSS,
    "/layout.css" "layout.css" CSS,
    "/message.css" "message.css" CSS,
    "/panel.css" "panel.css" CSS,
    "/main.js" "main.js" SCRIPT,
    "/dom.js" "dom.js" SCRIPT,
    "/store.js" "store.js" SCRIPT,
    "/markdown.js" "markdown.js" SCRIPT,
    "/message.js" "message.js" SCRIPT,
    "/components.js" "components.js" SCRIPT,
    "/chat.js" "chat.js" SCRIPT,
    "/composer.js" "composer.js" SCRIPT,
    "/popup.js" "popup.js" SCRIPT,
    "/roving.js" "roving.js" SCRIPT,
    "/scroll.js" "scroll.js" SCRIPT,
    "/panel.js" "panel.js" SCRIPT,
    "/timeline.js" "timeline.js" SCRIPT,
];

/// Serves one of the page's files.
pub(super) async fn asset(uri: Uri) -> Response {
    let found = FILES.iter().find(|(path, ..)| *path == uri.path());
    found.map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |(_, kind, text)| ([(header::CONTENT_TYPE, *kind)], *text).into_response(),
    )
}
