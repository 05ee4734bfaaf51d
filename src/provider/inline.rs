//! Videos that stand in a reply themselves, as megabytes of base64.

/// The longest run of base64 that is kept: links and codes are shorter.
const KEPT: usize = 8 * 1024;

/// Takes the base64 of videos out of a reply as it arrives, so that nobody has to hold
/// megabytes to read a status. What is left is as good JSON as before.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    /// Bytes of base64 up to here.
    run: usize,
    /// Backslashes within a run that may be dropped: `\/` is a slash.
    held: usize,
    /// Bytes that were taken out.
    pub(super) dropped: usize,
}

impl Sieve {
    /// Appends to `text` what is kept of `chunk`.
    pub(super) fn push(&mut self, chunk: &[u8], text: &mut Vec<u8>) {
        for &byte in chunk {
            let part = byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
            let long = self.run > KEPT;
            match byte {
                _ if part && long => {
                    self.dropped += 1 + std::mem::take(&mut self.held);
                }
                b'\\' if long => self.held += 1,
                _ => {
                    // The quote behind a run may be escaped, at most thrice over.
                    text.extend(std::iter::repeat_n(b'\\', self.held.min(7)));
                    (self.held, self.run) = (0, if part { self.run + 1 } else { 0 });
                    text.push(byte);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the rest of a reply that arrives in chunks of `size`, in which `#` stands for
    /// the longest run that is kept.
    fn sifted(reply: &str, size: usize) -> String {
        let full = "A".repeat(KEPT + 1);
        let (mut sieve, mut text) = (Sieve::default(), Vec::new());
        for chunk in reply.replace('#', &full).as_bytes().chunks(size) {
            sieve.push(chunk, &mut text);
        }
        String::from_utf8(text).unwrap().replace(&full, "#")
    }

    #[test]
    fn a_video_is_taken_out_however_the_reply_arrives() {
        let rows = [
            (
                r#"{"url":"data:video/mp4;base64,#AAAA+/b=","status":"done"}"#,
                r#"{"url":"data:video/mp4;base64,#","status":"done"}"#,
            ),
            (
                r##"{"json":"{\"b64\":\"#A\/B\",\"x\":1}"}"##,
                r##"{"json":"{\"b64\":\"#\",\"x\":1}"}"##,
            ),
            (r#"{"a":"AAAA"}"#, r#"{"a":"AAAA"}"#),
        ];
        for (reply, left) in rows {
            for size in [1, 7, 100_000] {
                assert_eq!(sifted(reply, size), left, "{reply}");
            }
        }
    }
}
