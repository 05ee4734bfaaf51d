//! `.env`: dotenvy reads each line, so that quotes, escapes and comments mean what they
//! mean elsewhere. A `$` is a character like any other, because keys have them; a mistake
//! is told by its line, because the line may be the secret itself.

use std::cell::Cell;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use thiserror::Error;

use super::Config;

/// Only this one, of the folder that the program runs in: what stands in a folder above may
/// be another program's.
const FILE: &str = ".env";

/// What stands for a `$` while dotenvy reads, for which it begins a variable's name. Unicode
/// gives this character to nobody.
const DOLLAR: &str = "\u{f0024}";

/// Group and others may write.
const OTHERS_WRITE: u32 = 0o022;

/// Why `.env` is not taken.
#[derive(Debug, Error)]
pub enum DotenvError {
    #[error(".env cannot be read: {0}")]
    Unreadable(#[from] Error),
    #[error(".env may be written by others, who could put a token of theirs in: chmod go-w .env")]
    Shared,
    #[error(".env is not UTF-8: open it in an editor and save it as UTF-8")]
    Encoding,
    #[error(
        ".env cannot be understood in {}: a line is NAME=value, with the value in single quotes where \
         it has spaces, quotes, # or \\ in it", .0.join(", ")
    )]
    Lines(Vec<String>),
}

/// Adds the variables of `.env`, where there is one, to the environment; what is set there
/// stays. A missing file is no mistake: containers set variables directly.
pub fn load() -> Result<(), DotenvError> {
    let bytes = match read(Path::new(FILE)) {
        Err(DotenvError::Unreadable(error)) if error.kind() == ErrorKind::NotFound => return Ok(()),
        read => read?,
    };
    // UTF-16, as Windows saves it, has a zero in most characters.
    let text = String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'));
    let variables = parse(&text.ok_or(DotenvError::Encoding)?)?;
    // dotenvy reads what it is to set, once more.
    let lines = variables.iter().map(|(name, value)| {
        let escaped = value.replace('\\', r"\\").replace('"', "\\\"");
        format!(
            "{name}=\"{}\"\n",
            escaped.replace('$', r"\$").replace('\n', r"\n")
        )
    });
    let lines: String = lines.collect();
    // What was just written has no mistake, and its text would be in the error.
    dotenvy::from_read(lines.as_bytes()).map_err(|_| DotenvError::Lines(vec![FILE.to_owned()]))
}

fn read(path: &Path) -> Result<Vec<u8>, DotenvError> {
    let mode = std::fs::metadata(path)?.permissions().mode();
    if mode & OTHERS_WRITE != 0 {
        return Err(DotenvError::Shared);
    }
    Ok(std::fs::read(path)?)
}

/// Reads all variables, or all mistakes.
fn parse(text: &str) -> Result<Vec<(String, String)>, DotenvError> {
    let mut variables = Vec::new();
    let mut wrong = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let name = line.split('=').next().unwrap_or_default();
        let name = name.trim().trim_start_matches("export ").trim();
        let value = line.split_once('=').map_or("", |(_, value)| value.trim());
        // Within single quotes a backslash is one, and a $ is no variable to dotenvy.
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
    // What it returns does not matter: it asks for every variable all the same.
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
