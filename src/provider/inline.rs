//! Videos that stand in a reply themselves, as `"data:video/mp4;base64,…"`.

/// Splits a reply, as it arrives, into its text and the base64 of the videos in it,
/// so that nobody has to hold megabytes to read a status.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    inside: bool,
    /// Backslashes before what comes next, inside.
    escapes: usize,
}

impl Splitter {
    /// Appends to `text` what `chunk` has besides base64, which goes to `video`.
    pub(super) fn push(&mut self, chunk: &[u8], text: &mut Vec<u8>, mut video: impl FnMut(&[u8])) {
        let mut rest = chunk;
        while !rest.is_empty() {
            rest = if self.inside {
                self.drain(rest, text, &mut video)
            } else {
                self.copy(rest, text)
            };
        }
    }

    /// Copies up to the start of a video; returns what follows.
    fn copy<'a>(&mut self, rest: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
        let end = rest.iter().position(|byte| *byte == b',');
        let (copied, rest) = rest.split_at(end.map_or(rest.len(), |comma| comma + 1));
        text.extend_from_slice(copied);
        self.inside = end.is_some() && starts_video(text);
        rest
    }

    /// Takes a video up to the quote behind it, which may be escaped.
    fn drain<'a>(
        &mut self,
        rest: &'a [u8],
        text: &mut Vec<u8>,
        video: &mut impl FnMut(&[u8]),
    ) -> &'a [u8] {
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte);
        let end = rest.iter().position(|byte| !is_base64(byte));
        let (base64, rest) = rest.split_at(end.unwrap_or(rest.len()));
        if !base64.is_empty() {
            // `\/` is a slash.
            self.escapes = 0;
            video(base64);
        }
        match rest.split_first() {
            None => rest,
            Some((b'\\', rest)) => {
                self.escapes = (self.escapes + 1).min(ESCAPES_MAX);
                rest
            }
            Some(_) => {
                text.extend(std::iter::repeat_n(b'\\', self.escapes));
                *self = Self::default();
                rest
            }
        }
    }
}

/// The most backslashes before a quote: those of JSON in JSON in JSON.
const ESCAPES_MAX: usize = 7;

/// Whether a text ends as a video begins.
fn starts_video(text: &[u8]) -> bool {
    /// `data:video/mp4;codecs="…";base64,` is shorter.
    const LONGEST: usize = 100;
    let start = &text[text.len().saturating_sub(LONGEST)..];
    let quote = start.iter().rposition(|byte| *byte == b'"');
    let start = &start[quote.map_or(0, |quote| quote + 1)..];
    start.starts_with(b"data:video/") && start.ends_with(b";base64,")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(reply: &str, size: usize) -> (String, String) {
        let (mut splitter, mut text, mut video) = (Splitter::default(), Vec::new(), Vec::new());
        for chunk in reply.as_bytes().chunks(size) {
            splitter.push(chunk, &mut text, |base64| video.extend_from_slice(base64));
        }
        (
            String::from_utf8(text).unwrap(),
            String::from_utf8(video).unwrap(),
        )
    }

    #[test]
    fn a_video_is_taken_out_however_the_reply_arrives() {
        let rows = [
            (
                r#"{"url":"data:video/mp4;base64,AAAA+/b=","status":"done"}"#,
                r#"{"url":"data:video/mp4;base64,","status":"done"}"#,
                "AAAA+/b=",
            ),
            (
                r#"{"json":"{\"url\":\"data:video/mp4;base64,A\/B\",\"x\":1}"}"#,
                r#"{"json":"{\"url\":\"data:video/mp4;base64,\",\"x\":1}"}"#,
                "A/B",
            ),
            (
                r#"{"a":"data:video/mp4;base64"}"#,
                r#"{"a":"data:video/mp4;base64"}"#,
                "",
            ),
            (
                r#"{"a":"data:image/png;base64,AAAA"}"#,
                r#"{"a":"data:image/png;base64,AAAA"}"#,
                "",
            ),
            (
                r#"["data:video/mp4","x;base64,AAAA"]"#,
                r#"["data:video/mp4","x;base64,AAAA"]"#,
                "",
            ),
        ];
        for (reply, text, video) in rows {
            for size in [1, 7, 1000] {
                assert_eq!(
                    split(reply, size),
                    (text.to_owned(), video.to_owned()),
                    "{reply}"
                );
            }
        }
    }
}
