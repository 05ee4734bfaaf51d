//! A task as lists of a person's last tasks show it.

use super::state::State;
use super::task::{Snapshot, Task, TaskId};

/// The most characters of a prompt that a list keeps.
const TITLE_MAX: usize = 100;

/// The parts of a task that a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentTask {
    pub id: TaskId,
    pub state: State,
    /// The beginning of the prompt on one line; empty if no prompt is known.
    pub title: String,
}

impl RecentTask {
    #[must_use]
    pub fn of(task: &Task) -> Self {
        Self {
            id: task.id.clone(),
            state: State::of(task, task.outcome),
            title: title(&task.snapshot),
        }
    }
}

fn title(snapshot: &Snapshot) -> String {
    let known = [&snapshot.prompt, &snapshot.enhanced_prompt];
    let prompt = known.into_iter().flatten().next();
    let mut title = String::new();
    for word in prompt.into_iter().flat_map(|text| text.split_whitespace()) {
        let room = TITLE_MAX.saturating_sub(title.chars().count());
        if room == 0 {
            break;
        }
        title.extend(word.chars().take(room));
        title.push(' ');
    }
    title.truncate(title.trim_end().len());
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_how_the_prompt_begins() {
        let of = |prompt: &str| {
            title(&Snapshot {
                prompt: Some(prompt.to_owned()),
                ..Snapshot::default()
            })
        };
        assert_eq!(of(" a flying\n\ncow "), "a flying cow");
        assert_eq!(of(""), "");
        assert_eq!(title(&Snapshot::default()), "");
        for prompt in ["🐮".repeat(500), "moo ".repeat(500)] {
            let title = of(&prompt);
            assert!((98..=TITLE_MAX).contains(&title.chars().count()), "{title}");
            assert!(prompt.starts_with(&title));
        }
        let enhanced = Snapshot {
            enhanced_prompt: Some("cat fish".into()),
            ..Snapshot::default()
        };
        assert_eq!(title(&enhanced), "cat fish");
    }
}
