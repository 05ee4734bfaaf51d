//! What really went wrong with a request: reqwest tells it at the end of a
//! chain of sources, behind texts that say no more than "error sending request".

use std::error::Error;

/// The last link of the chain. It names no URL, and so no task id or key.
pub(super) fn root<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root
}
