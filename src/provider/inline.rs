//! The removal of videos that a reply itself holds, as megabytes of base64.

/// The longest run of base64 that is kept, in bytes. Links and codes are shorter.
const KEPT: usize = 8 * 1024;

/// A filter that takes the base64 of videos out of a reply as it arrives, so that the bot
/// need not hold megabytes to read a status. Valid JSON stays valid.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    /// The length of the present run of base64, in bytes.
    run: usize,
    /// The backslashes at the end of a long run. They are dropped if the run goes on,
    /// because `\/` is a slash of base64.
    held: usize,
    /// The number of bytes that were taken out.
    pub(super) dropped: usize,
}

impl Sieve {
    /// Appends the kept bytes of `chunk` to `text`.
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
                    // The quote after a run may be escaped up to three times (7 backslashes).
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
