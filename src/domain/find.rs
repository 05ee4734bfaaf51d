//! Task ids in a message that people wrote.

use super::task::TaskId;

/// How many ids are looked for.
const MOST: usize = 25;

/// Prefixes that gateways of the family use without a colon.
const PREFIXES: [&str; 5] = ["task_", "task-", "video_", "video-", "cgt-"];

/// What stands before an id in a command line, a reply or a sentence.
const LABELS: [&str; 4] = ["id", "task", "task_id", "taskid"];

/// The task ids in `text`, each once, in their order, at most 25.
///
/// A word counts if it looks like one: `model:something`, a UUID, or a known
/// prefix, with at least eight more characters; links never do.
#[must_use]
pub fn task_ids(text: &str) -> Vec<TaskId> {
    let mut found: Vec<TaskId> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || "`*\"'()[],;|".contains(c)) {
        // <@person>, <#channel>, <:emoji:id>
        if word.starts_with('<') {
            continue;
        }
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let word = without_label(word);
        if !looks_like_one(word) {
            continue;
        }
        if let Ok(id) = TaskId::parse(word)
            && !found.contains(&id)
        {
            found.push(id);
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// The word without what people write before an id: `id:`, `task_id=`, `ID：`.
fn without_label(word: &str) -> &str {
    let after = |label: &str| {
        let (start, rest) = word.split_at_checked(label.len())?;
        rest.strip_prefix([':', '=', '：'])
            .filter(|_| start.eq_ignore_ascii_case(label))
    };
    LABELS.iter().find_map(|label| after(label)).unwrap_or(word)
}

fn looks_like_one(word: &str) -> bool {
    let digit = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    let long = |text: &str| text.len() >= 8 && digit(text);
    if word.contains('/') {
        return false;
    }
    match word.split_once(':') {
        Some((model, rest)) => !model.is_empty() && long(rest) && !rest.contains(':'),
        None => {
            is_uuid(word)
                || PREFIXES
                    .iter()
                    .any(|prefix| word.strip_prefix(prefix).is_some_and(long))
        }
    }
}

fn is_uuid(word: &str) -> bool {
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && word.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
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
        let text = "/videostatus id:grok:eee6faa8 ID：veo3:12345678 id=sora-2:12345678 \
            task_id:033fa60e-f37c-4ff6-a44d-5585ffea938d";
        assert_eq!(
            ids(text),
            [
                "grok:eee6faa8",
                "veo3:12345678",
                "sora-2:12345678",
                "033fa60e-f37c-4ff6-a44d-5585ffea938d"
            ]
        );
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
