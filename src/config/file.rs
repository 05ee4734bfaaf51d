//! The reader of `.env` and of the files that variables name. Their size is bounded, and it never waits for
//! a pipe.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// The bound on a secret, in bytes.
const SECRET_MAX: u64 = 16 * 1024;

/// Reads a secret from a file, as Docker and Kubernetes provide them, without the newline that
/// editors and `echo` put at its end. Fails as [`text`] does, and if the secret is empty.
pub(super) fn secret(path: &Path) -> Result<String, String> {
    let text = text(path, SECRET_MAX)?;
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    match secret.strip_suffix('\r').unwrap_or(secret) {
        "" => Err("is empty".to_owned()),
        secret => Ok(secret.to_owned()),
    }
}

/// Reads a text, without the byte order mark that some editors put at its beginning. Fails as
/// [`bytes`] does, and if the file is not UTF-8.
pub(super) fn text(path: &Path, max: u64) -> Result<String, String> {
    let text = String::from_utf8(bytes(path, max)?).map_err(|_| "is not UTF-8".to_owned())?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// Reads a file of at most `max` bytes. The error is a text that continues the file's name and
/// never quotes its content.
pub(super) fn bytes(path: &Path, max: u64) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    // Opening a pipe would wait for its writer.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("is not a file".to_owned());
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let read = file.take(max + 1).read_to_end(&mut bytes);
    if read.map_err(unreadable)? as u64 > max {
        return Err(format!("is larger than {max} bytes"));
    }
    Ok(bytes)
}
