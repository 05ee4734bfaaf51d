//! Finds task ids in text that people paste, and in messages.

use url::{Url, form_urlencoded};

use super::task::{BadTaskId, TaskId};

/// The most ids that are found in one text.
const MOST: usize = 25;

/// The prefixes without a colon that gateways of the family put before an id.
const PREFIXES: [&str; 5] = ["task_", "task-", "video_", "video-", "cgt-"];

/// The words that people and replies write before an id, and the names that an id has in a
/// link's query.
const LABELS: [&str; 5] = ["id", "task", "task_id", "taskid", "video_id"];

/// The quotes, brackets and Markdown that people copy along with an id.
const WRAPPING: &str = "`*\"'“”„‘’«»<>()[]{},;|";

/// The ends of a sentence, which people copy along with an id. No id ends with one of them.
const STOPS: [char; 8] = ['.', ':', '!', '?', '。', '！', '？', '：'];

/// Returns the task id that somebody pasted, without the quotes, the label, the link or the
/// full stop that was copied along with it. If more was copied, the text may hold one id only.
///
/// # Errors
/// [`BadTaskId`] if the rest is no task id. Tell the person so.
pub fn pasted(text: &str) -> Result<TaskId, BadTaskId> {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let inner = unwrapped(without_label(unwrapped(&visible)));
    let inner = in_link(inner).unwrap_or_else(|| decoded(inner));
    TaskId::parse(inner.trim_end_matches(STOPS)).or_else(|error| {
        let [id] = <[TaskId; 1]>::try_from(task_ids(text)).map_err(|_| error)?;
        Ok(id)
    })
}

/// Returns the task ids in `text` in their order, each once, at most 25.
///
/// A word counts as an id if it is `model:something`, a UUID, a known prefix with at least
/// eight more characters, a long number, or a long mix of letters and digits. A link counts
/// if its query names an id.
#[must_use]
pub fn task_ids(text: &str) -> Vec<TaskId> {
    let mut found: Vec<TaskId> = Vec::new();
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    for word in text.split_whitespace() {
        let linked = word.trim_matches(|c| WRAPPING.contains(c));
        let parts = match in_link(linked) {
            Some(id) => vec![id],
            None => among(&decoded(word)),
        };
        for id in parts.iter().filter_map(|id| TaskId::parse(id).ok()) {
            if found.len() < MOST && !found.contains(&id) {
                found.push(id);
            }
        }
    }
    found
}

/// Returns those words that look like ids, of a text without spaces.
fn among(piece: &str) -> Vec<String> {
    // <@person>, <#channel>, <:emoji:id>
    if piece.starts_with('<') && !piece.starts_with("<http") {
        return Vec::new();
    }
    let words = piece.split(|c: char| WRAPPING.contains(c));
    let words = words.filter_map(|word| {
        let edge = |c: char| !c.is_ascii_alphanumeric();
        // The alphabet of opaque ids has `_` and `-`, so such an id may end with them.
        let whole = word.trim_matches(|c| edge(c) && !matches!(c, '_' | '-'));
        let inner = without_label(word.trim_matches(edge));
        let opaque = is_opaque(whole) && whole.starts_with(|c| !edge(c));
        let id = if opaque { whole } else { inner };
        Some(id).filter(|id| looks_like_id(id))
    });
    words.map(str::to_owned).collect()
}

/// Returns the task id that a link's query names.
fn in_link(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| url.has_host())?;
    let named = |name: &str| LABELS.iter().any(|label| name.eq_ignore_ascii_case(label));
    let mut pairs = url.query_pairs();
    let (_, id) = pairs.find(|(name, _)| named(name))?;
    Some(id.trim().to_owned())
}

/// Returns a word that was copied out of a link as it was before its percent-encoding.
fn decoded(word: &str) -> String {
    let encoded = word.contains('%') && !word.contains(['&', '=', '+']);
    let mut parts = form_urlencoded::parse(word.as_bytes()).filter(|_| encoded);
    parts
        .next()
        .map_or(word.to_owned(), |(word, _)| word.into())
}

/// Returns whether a character is a zero-width or direction mark, which nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
}

fn unwrapped(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || WRAPPING.contains(c))
}

/// Returns the word without a label such as `id:`, `task_id=` or `ID：`.
fn without_label(word: &str) -> &str {
    let after = |label: &str| {
        let (start, rest) = word.split_at_checked(label.len())?;
        // In JSON a quote ends the label.
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || WRAPPING.contains(c));
        let rest = rest.strip_prefix([':', '=', '：'])?;
        Some(rest).filter(|_| start.eq_ignore_ascii_case(label))
    };
    // The longest label wins: `task_id` begins with `task`.
    let stripped = LABELS.iter().filter_map(|label| after(label));
    stripped.min_by_key(|rest| rest.len()).unwrap_or(word)
}

fn looks_like_id(word: &str) -> bool {
    let digit = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    let long = |text: &str| text.len() >= 8 && digit(text);
    if word.contains('/') {
        return false;
    }
    match word.split_once(':') {
        Some((model, rest)) => !model.is_empty() && long(rest) && !rest.contains(':'),
        None => is_uuid(word) || has_prefix(word, long) || is_number(word) || is_opaque(word),
    }
}

fn has_prefix(word: &str, long: impl Fn(&str) -> bool) -> bool {
    let mut rests = PREFIXES
        .iter()
        .filter_map(|prefix| word.strip_prefix(prefix));
    rests.any(long)
}

fn is_uuid(word: &str) -> bool {
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && word.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// Returns whether a word is digits only, and too long for a date, a price or a phone number.
fn is_number(word: &str) -> bool {
    (15..=32).contains(&word.len()) && word.chars().all(|c| c.is_ascii_digit())
}

/// Returns whether a word is like base64url or hexadecimal: long, with letters and digits.
fn is_opaque(word: &str) -> bool {
    let alphabet = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let has = |is: fn(&char) -> bool| word.chars().any(|c| is(&c));
    word.len() >= 24
        && word.chars().all(alphabet)
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        task_ids(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ids_are_found_among_words() {
        let text = "mine is `grok:299604b7-c5ea-47b5-bc64-c06f300f0d27`, and\n\
            (033fa60e-f37c-4ff6-a44d-5585ffea938d). sora-2:task_01k6x15vhrff09dkkqjrzwhm60! \
            task-unified-1757169743-7cvnl5zw grok:299604b7-c5ea-47b5-bc64-c06f300f0d27";
        assert_eq!(
            ids(text),
            [
                "grok:299604b7-c5ea-47b5-bc64-c06f300f0d27",
                "033fa60e-f37c-4ff6-a44d-5585ffea938d",
                "sora-2:task_01k6x15vhrff09dkkqjrzwhm60",
                "task-unified-1757169743-7cvnl5zw",
            ]
        );
    }

    #[test]
    fn a_label_is_no_part_of_an_id() {
        let text = "{\"id\":\"grok:0ee6faa8\"} /videostatus id:grok:eee6faa8 ID：veo3:12345678 id=sora-2:12345678 \
            task_id:033fa60e-f37c-4ff6-a44d-5585ffea938d";
        assert_eq!(
            ids(text),
            [
                "grok:0ee6faa8",
                "grok:eee6faa8",
                "veo3:12345678",
                "sora-2:12345678",
                "033fa60e-f37c-4ff6-a44d-5585ffea938d"
            ]
        );
    }

    #[test]
    fn a_long_number_an_opaque_word_and_a_links_id_are_found() {
        let base64 =
            "cHJvamVjdHMvMTIzNDU2Nzg5L2xvY2F0aW9ucy91cy1jZW50cmFsMS9wdWJsaXNoZXJzL2dvb2dsZQ-_";
        let text = format!(
            "831563853174407233 and {base64}, e7bed961d1b94b3f8ef95f441bde28c8; \
             <https://api.example/v1/video/query?id=grok%3A299604b7&x=1> \u{200b}`veo:12345678`\u{200b}"
        );
        assert_eq!(
            ids(&text),
            [
                "831563853174407233",
                base64,
                "e7bed961d1b94b3f8ef95f441bde28c8",
                "grok:299604b7",
                "veo:12345678"
            ]
        );
    }

    #[test]
    fn what_people_paste_is_cleaned() {
        let wanted = "grok:eee6faa8-9dee";
        for text in [
            "grok:eee6faa8-9dee",
            "  `grok:eee6faa8-9dee`  ",
            "```grok:eee6faa8-9dee```",
            "\"grok:eee6faa8-9dee\"",
            "“grok:eee6faa8-9dee”",
            "<grok:eee6faa8-9dee>",
            "(grok:eee6faa8-9dee),",
            "\u{feff}grok:eee6\u{200b}faa8-9dee",
            "id:grok:eee6faa8-9dee",
            "ID: grok:eee6faa8-9dee",
            "ID：grok:eee6faa8-9dee",
            "task_id=grok:eee6faa8-9dee",
            "task_id = \"grok:eee6faa8-9dee\"",
            "https://api.example/v1/video/query?id=grok%3Aeee6faa8-9dee",
            "<http://a.example:8080/x?a=b&task_id=grok:eee6faa8-9dee#end>",
            "grok:eee6faa8-9dee.",
            "`grok:eee6faa8-9dee`。",
            "grok%3Aeee6faa8-9dee",
            "\"id\": \"grok:eee6faa8-9dee\"",
            "\"id\": \"grok:eee6faa8-9dee\",",
            "{\"id\":\"grok:eee6faa8-9dee\"}",
            "{\"id\":\"grok:eee6faa8-9dee\",\"status\":\"queued\"}",
            "/videostatus id:grok:eee6faa8-9dee",
            "任务ID：grok:eee6faa8-9dee",
            "see grok%3Aeee6faa8-9dee, please",
        ] {
            let id = pasted(text).ok().map(|id| id.to_string());
            assert_eq!(id.as_deref(), Some(wanted), "{text:?}");
        }
        for text in [
            "",
            "id:",
            "two words",
            "grok:12345678 or grok:12345679",
            "100%",
            ".",
            "https://a.example/",
            "https://a.example/?id=",
            "caf\u{e9}",
            "../x",
            "..",
        ] {
            assert!(pasted(text).is_err(), "{text:?}");
        }
        assert_eq!(
            pasted(&"x".repeat(TaskId::MAX)).map(|id| id.as_str().len()),
            Ok(512)
        );
        assert!(pasted(&"x".repeat(TaskId::MAX + 1)).is_err());
    }

    #[test]
    fn other_words_are_none() {
        let text = "see https://host/grok:299604b7 at 12:30:45, note: done, <@123456789012345678> <:cat:12345678> \
            C:12345678/x task_list ratio 16:9";
        assert_eq!(ids(text), [""; 0]);
        assert_eq!(task_ids(&"grok:12345678a ".repeat(3)).len(), 1);
        let many: String = (10_000_000..10_000_100)
            .map(|n| format!("grok:{n} "))
            .collect();
        assert_eq!(task_ids(&many).len(), MOST);
    }
}
