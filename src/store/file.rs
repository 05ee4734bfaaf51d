//! The file of a SQLite database: its name in `DATABASE_URL`, and the options that open it.
//!
//! sqlx decodes percent signs in the URLs that it is given, and reads a host in one that
//! begins with `sqlite://`. The operator's URL is therefore decoded once, here, and every
//! file is opened through [`options`], so that all commands mean the same file.

use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sqlx::Error;
use sqlx::any::AnyConnectOptions;

use super::connection::connect_options;
use crate::domain::secret::Secret;

/// Returns the file of a `sqlite://` URL, whose special characters may be percent-encoded.
/// Returns `None` for another database, and for a name that no file can have.
pub fn file_of(url: &Secret) -> Option<String> {
    let path = url.expose().strip_prefix("sqlite://")?.split('?').next()?;
    let file = percent_decode_str(path).decode_utf8().ok()?;
    (!file.contains('\0')).then(|| file.into_owned())
}

/// Returns the `DATABASE_URL` of a file, which [`file_of`] reads.
pub fn url_of(file: &Path) -> Secret {
    let path = file.display().to_string();
    let path = utf8_percent_encode(&path, NON_ALPHANUMERIC);
    Secret::new(format!("sqlite://{path}"))
}

/// Returns the options to open `file` with these parameters, such as `mode=ro`.
pub(super) fn options(file: &str, parameters: &str) -> Result<AnyConnectOptions, Error> {
    let path = plain(file);
    let path = utf8_percent_encode(&path, NON_ALPHANUMERIC);
    connect_options(&format!("sqlite:{path}?{parameters}"))
}

/// Returns a path that SQLite takes literally. It reads `:memory:` and names that begin
/// with `file:` in ways of its own.
pub(super) fn plain(file: &str) -> String {
    match file.starts_with('/') {
        true => file.to_owned(),
        false => format!("./{file}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_decoded_once() {
        for (url, file) in [
            ("sqlite://data/bot.db", Some("data/bot.db")),
            ("sqlite:///data/bot.db?mode=ro", Some("/data/bot.db")),
            ("sqlite://my data/ü#+.db", Some("my data/ü#+.db")),
            ("sqlite://a%20b%3Fc%2541.db", Some("a b?c%41.db")),
            ("sqlite://100%.db", Some("100%.db")),
            ("sqlite://%ff.db", None),
            ("sqlite://a%00b.db", None),
            ("postgres://localhost/bot", None),
        ] {
            assert_eq!(file_of(&Secret::new(url)).as_deref(), file, "{url}");
            if let Some(file) = file {
                assert_eq!(file_of(&url_of(Path::new(file))).as_deref(), Some(file));
            }
        }
    }
}
