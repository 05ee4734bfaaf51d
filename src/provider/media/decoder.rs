//! The decoder of a video that a reply itself holds, which works as the reply arrives.

use super::file::{HEAD, MediaKind, file_type};

/// A decoder that finds the first run of base64 in a reply that is a video, and decodes it.
/// It keeps only the first bytes of the present run, so that a large reply costs no memory.
/// It does not parse JSON, except for its escapes.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    run: Run,
    escape: Escape,
    /// The bits of the present run that do not make a whole byte yet; `count` of them.
    bits: u32,
    count: u32,
    /// The first bytes of the present run, while their type is unknown.
    head: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Run {
    /// The type of the present run is not known yet.
    #[default]
    Unknown,
    /// The present run is no video.
    Other,
    Video,
    /// The video's run is over.
    Past,
}

/// The state of a JSON escape. JSON within a text of JSON has several backslashes in a row.
#[derive(Clone, Copy, Debug, Default)]
enum Escape {
    #[default]
    None,
    Begun,
    /// After `\u`: the value of the digits so far, and their number.
    Unit(u32, u8),
}

impl Decoder {
    /// Appends the bytes of the video that `chunk` holds to `video`.
    pub(super) fn push(&mut self, chunk: &[u8], video: &mut Vec<u8>) {
        for &byte in chunk {
            if self.run == Run::Past {
                return;
            }
            if let Some(symbol) = self.unescaped(byte) {
                self.take(symbol, video);
            }
        }
    }

    /// Returns whether the whole video has arrived.
    pub(super) fn is_done(&self) -> bool {
        self.run == Run::Past
    }

    /// Returns the character that a byte is or completes; `None` within an escape. Escapes
    /// other than `\/` and `\u00XX` become NUL, which ends a run as every character outside
    /// of base64 does.
    fn unescaped(&mut self, byte: u8) -> Option<u8> {
        let (escape, symbol) = match (self.escape, byte) {
            (Escape::None | Escape::Begun, b'\\') => (Escape::Begun, None),
            (Escape::Begun, b'u') => (Escape::Unit(0, 0), None),
            (Escape::Begun, b'/') => (Escape::None, Some(b'/')),
            // An escaped quote or control character is not base64.
            (Escape::Begun, _) => (Escape::None, Some(0)),
            (Escape::None, _) => (Escape::None, Some(byte)),
            (Escape::Unit(unit, digits), _) => match char::from(byte).to_digit(16) {
                None => (Escape::None, Some(0)),
                Some(digit) if digits < 3 => (Escape::Unit(unit << 4 | digit, digits + 1), None),
                Some(digit) => {
                    let symbol = u8::try_from(unit << 4 | digit).unwrap_or(0);
                    (Escape::None, Some(symbol))
                }
            },
        };
        self.escape = escape;
        symbol
    }

    fn take(&mut self, symbol: u8, video: &mut Vec<u8>) {
        let sextet = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return self.end_run(),
        };
        if self.run == Run::Other {
            return;
        }
        self.bits = (self.bits << 6 | u32::from(sextet)) & 0xFFFF;
        self.count += 6;
        if self.count < 8 {
            return;
        }
        self.count -= 8;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "only the lowest byte is kept"
        )]
        let byte = (self.bits >> self.count) as u8;
        if self.run == Run::Video {
            return video.push(byte);
        }
        self.head.push(byte);
        if self.head.len() == HEAD {
            self.run = Run::Other;
            if file_type(&self.head, MediaKind::Video).is_some() {
                self.run = Run::Video;
                video.append(&mut self.head);
            }
        }
    }

    fn end_run(&mut self) {
        self.run = match self.run {
            Run::Video | Run::Past => Run::Past,
            Run::Unknown | Run::Other => Run::Unknown,
        };
        (self.bits, self.count) = (0, 0);
        self.head.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 66 bytes that begin as an mp4 file does.
    const CLIP: &str = "AAAAGGZ0eXBpc29t////////+///7///////////////////////////////\
        /////////////////////////8B7";
    /// 66 bytes that begin as a png file does.
    const PICTURE: &str = "iVBORw0KGgr/////////////////////////////////////////////////\
        ////////////////////////////";

    /// Returns the bytes found in a reply that arrives in chunks of `size`, and whether the
    /// video is complete.
    fn found(reply: &str, size: usize) -> (Vec<u8>, bool) {
        let (mut decoder, mut video) = (Decoder::default(), Vec::new());
        for chunk in reply.as_bytes().chunks(size) {
            decoder.push(chunk, &mut video);
        }
        (video, decoder.is_done())
    }

    fn clip() -> Vec<u8> {
        let mut bytes = b"\0\0\0\x18ftypisom".to_vec();
        bytes.resize(66, 0xff);
        (bytes[18], bytes[21], bytes[64], bytes[65]) = (0xfb, 0xef, 0xc0, 0x7b);
        bytes
    }

    #[test]
    fn the_video_is_found_however_it_is_written_and_arrives() {
        let escaped = |with: &str| CLIP.replace('/', with);
        let replies = [
            format!(r#"{{"url":"data:video/mp4;base64,{CLIP}"}}"#),
            format!(r#"{{"cover":"{PICTURE}","bytesBase64Encoded":"{CLIP}","x":"{CLIP}"}}"#),
            format!(r#"{{"b64":"{}"}}"#, escaped(r"\/")),
            format!(r#"{{"b64":"{}"}}"#, escaped(r"\u002F")),
            format!(r#"{{"b64":"{}=="}}"#, escaped("_")),
            format!(r#""{{\"b64\":\"{}\"}}""#, escaped(r"\\\/")),
        ];
        for reply in replies {
            for size in [1, 7, 100_000] {
                assert_eq!(found(&reply, size), (clip(), true), "{reply}");
            }
        }
    }

    #[test]
    fn nothing_else_is_a_video_and_half_a_video_is_not_whole() {
        for reply in [
            format!(r#"{{"url":"{PICTURE}"}}"#),
            format!(r#"{{"url":"{}"}}"#, &CLIP[..80]),
            String::from("<html>"),
        ] {
            assert_eq!(found(&reply, 7), (Vec::new(), false), "{reply}");
        }
        let (video, whole) = found(&format!(r#"{{"url":"{CLIP}"#), 7);
        assert!(!whole && video == clip());
    }
}
