//! A secret in a file, as Docker and Kubernetes hand secrets over.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// No secret is longer, in bytes.
const SIZE_MAX: u64 = 16 * 1024;

/// Reads a secret without the newline that editors and `echo` put at a file's end. A mistake
/// is told in words that follow the file's name and hold nothing of its content.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    // A pipe would keep the start waiting for its other end.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("is no file".to_owned());
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let read = file.take(SIZE_MAX + 1).read_to_end(&mut bytes);
    if read.map_err(unreadable)? as u64 > SIZE_MAX {
        return Err(format!("is larger than {SIZE_MAX} bytes"));
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())?;
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    match secret.strip_suffix('\r').unwrap_or(secret) {
        "" => Err("is empty".to_owned()),
        secret => Ok(secret.to_owned()),
    }
}
