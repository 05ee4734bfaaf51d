//! The reader of `.env`. dotenvy parses each line, so that quotes, escapes and comments mean
//! the same as elsewhere. A `$` is an ordinary character here, because keys contain it. A
//! mistake is reported by its line and, if known, its variable, but never by the line's text,
//! which may hold a secret.

use std::cell::Cell;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use thiserror::Error;

use super::{Config, file};

/// The file's path in the working folder. Folders above are not searched, because a file there
/// may be another program's.
const FILE: &str = ".env";

/// The stand-in for a `$` while dotenvy parses, which would read it as the start of a
/// variable's name. The character is for private use in Unicode.
const DOLLAR: &str = "\u{f0024}";

/// The bound on the file, in bytes.
const FILE_MAX: u64 = 64 * 1024;

/// The mode bits with which group or others may write.
const OTHERS_WRITE: u32 = 0o022;

/// The reason why `.env` is refused.
#[derive(Debug, Error)]
pub enum DotenvError {
    #[error(".env {0}")]
    Unreadable(String),
    #[error("other users may write to .env and could change the token: run chmod go-w .env")]
    Shared,
    #[error(".env is not UTF-8: open it in an editor and save it as UTF-8")]
    Encoding,
    #[error(
        ".env has mistakes in {}: a line is NAME=value, with the value in single quotes if it has \
         spaces, quotes, # or \\ in it", .0.join(", ")
    )]
    Lines(Vec<String>),
}

/// Adds the variables of `.env` to the environment, except for those that are set there. A
/// missing file is no mistake, because containers set variables directly.
pub fn load() -> Result<(), DotenvError> {
    let Some(bytes) = read(Path::new(FILE))? else {
        return Ok(());
    };
    // UTF-16, in which Windows may save a file, has a zero byte in most characters.
    let text = String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'));
    let variables = parse(&text.ok_or(DotenvError::Encoding)?)?;
    // dotenvy sets variables only from text, so they are written for it once more. It keeps the
    // first of two values, but the last one counts, as in a shell and with Compose.
    let lines = variables.iter().rev().map(|(name, value)| {
        let escaped = value.replace('\\', r"\\").replace('"', "\\\"");
        format!(
            "{name}=\"{}\"\n",
            escaped.replace('$', r"\$").replace('\n', r"\n")
        )
    });
    let lines: String = lines.collect();
    // The text written above has no mistakes. dotenvy's own error would quote it.
    dotenvy::from_read(lines.as_bytes()).map_err(|_| DotenvError::Lines(vec![FILE.to_owned()]))
}

/// Reads the file; `None` if there is none.
fn read(path: &Path) -> Result<Option<Vec<u8>>, DotenvError> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Ok(found) if found.permissions().mode() & OTHERS_WRITE != 0 => {
            return Err(DotenvError::Shared);
        }
        Ok(_) | Err(_) => {}
    }
    let bytes = file::bytes(path, FILE_MAX).map_err(DotenvError::Unreadable)?;
    Ok(Some(bytes))
}

/// Returns all variables, or all mistakes.
fn parse(text: &str) -> Result<Vec<(String, String)>, DotenvError> {
    let mut variables = Vec::new();
    let mut wrong = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let name = line.split('=').next().unwrap_or_default();
        let name = name.trim().trim_start_matches("export ").trim();
        let value = line.split_once('=').map_or("", |(_, value)| value.trim());
        // Within single quotes dotenvy takes \ and $ literally.
        let read = match value.starts_with('\'') {
            true => line.to_owned(),
            false => line.replace("\\$", DOLLAR).replace('$', DOLLAR),
        };
        let read = format!("{read}\n");
        for variable in dotenvy::from_read_iter(read.as_bytes()) {
            match variable {
                Ok((name, value)) => variables.push((name, value.replace(DOLLAR, "$"))),
                Err(_) if line.contains('=') && is_ours(name) => {
                    wrong.push(format!("line {} ({name})", at + 1));
                }
                Err(_) => wrong.push(format!("line {}", at + 1)),
            }
        }
    }
    match wrong {
        wrong if wrong.is_empty() => Ok(variables),
        wrong => Err(DotenvError::Lines(wrong)),
    }
}

/// Returns whether `name` is a variable of the configuration.
fn is_ours(name: &str) -> bool {
    let ours = Cell::new(false);
    // The result does not matter, because `read` looks up every variable in any case.
    let _ = Config::read(|known| {
        ours.set(ours.get() || known == name);
        None
    });
    ours.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments_mean_what_they_mean_elsewhere_and_a_dollar_is_itself() {
        let text =
            "A=sk-a$b # the key\nB=\"${A} \\\"x\\\"\\n\"\nC='$A \\$'\nD=\n# E=1\n F = a\\ b ";
        let read = parse(text).unwrap();
        let expected = [
            ("A", "sk-a$b"),
            ("B", "${A} \"x\"\n"),
            ("C", "$A \\$"),
            ("D", ""),
            ("F", "a b"),
        ];
        assert_eq!(
            read,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn every_mistake_is_told_by_its_line_and_named_only_if_it_is_one_of_ours() {
        let text = "sk-secret\nDISCORD_TOKEN\nDISCORD_TOKEN=a b\nsk_secret='\n\nPOLL_RATE=\"1";
        let error = parse(text).unwrap_err().to_string();
        let told = "in line 1, line 2, line 3 (DISCORD_TOKEN), line 4, line 6 (POLL_RATE):";
        assert!(error.contains(told), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
