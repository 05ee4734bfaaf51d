//! The repair of JSON with lone surrogates.
//!
//! JavaScript gateways cut prompts by UTF-16 units and may send half an emoji
//! (`"\ud83d"`), which no UTF-8 text can hold and which the parser refuses. Without the
//! repair one broken prompt would hide the task's state.

/// Returns `json` with `\ufffd` in place of surrogate escapes without a partner.
pub(super) fn repaired(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let pair = unit(escape)
            .filter(|first| (0xd800..0xdc00).contains(first))
            .and_then(|_| unit(escape.get(6..)?))
            .is_some_and(|second| (0xdc00..0xe000).contains(&second));
        let (kept, length) = match unit(escape) {
            Some(_) if pair => (escape.get(..12), 12),
            Some(0xd800..0xe000) => (Some("\\ufffd"), 6),
            // Any other escape is a backslash and one more character.
            _ => {
                let second = escape.chars().nth(1).map_or(0, char::len_utf8);
                (escape.get(..1 + second), 1 + second)
            }
        };
        out.push_str(kept.unwrap_or_default());
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Returns the UTF-16 unit of an escape `\uXXXX` at the start of `text`.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_replaced_and_everything_else_stays() {
        for (from, to) in [
            (r"cow \ud83d", r"cow \ufffd"),
            (r"\udc04 \ud83d\ud83d\udc04", r"\ufffd \ufffd\ud83d\udc04"),
            (r"\ud83dA\udc04", r"\ufffdA\ufffd"),
            (r"\\ud83d \n \u0041 \", r"\\ud83d \n \u0041 \"),
            (r"\ud8", r"\ud8"),
            (r"\饱\ud83d饱", r"\饱\ufffd饱"),
            ("plain", "plain"),
        ] {
            assert_eq!(repaired(from), to, "{from}");
        }
    }
}
