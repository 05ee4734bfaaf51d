//! The state of the side panel, which is all that the page knows beyond the stand-in.

use serde::Serialize;

use crate::ids::{Id, now_ms};

/// The number of tasks, and of notes, that are kept; the oldest go first.
const KEPT: usize = 100;

/// The side panel. It is small, so the page gets it whole at every change.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Panel {
    /// The people to act as.
    pub(super) roles: Vec<Role>,
    /// The tasks made so far, oldest first.
    pub(super) tasks: Vec<Card>,
    /// True if the video service is down.
    pub(super) down: bool,
    /// The actions of people, oldest first.
    pub(super) notes: Vec<Note>,
    noted: u64,
}

/// A person to act as.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Role {
    /// The person.
    pub(super) id: Id,
    /// True if the person has Manage Messages and Manage Server.
    pub(super) moderator: bool,
}

/// A task that was made on the panel.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Card {
    /// The task's id.
    pub(super) id: String,
    /// The task's behaviour in a few words.
    pub(super) title: String,
    /// The time at which the task was made, in milliseconds since 1970.
    pub(super) at: u64,
    /// The seconds until the task ends, if it does.
    pub(super) seconds: Option<u64>,
}

/// An action of a person, for the timeline.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Note {
    n: u64,
    at: u64,
    text: String,
}

impl Panel {
    /// Creates an untouched panel.
    pub(super) fn new(roles: Vec<Role>) -> Self {
        Self {
            roles,
            tasks: Vec::new(),
            down: false,
            notes: Vec::new(),
            noted: 0,
        }
    }

    /// Adds a note about an action.
    pub(super) fn note(&mut self, text: String) {
        self.noted += 1;
        self.notes.push(Note {
            n: self.noted,
            at: now_ms(),
            text,
        });
        if self.notes.len() > KEPT {
            self.notes.remove(0);
        }
    }

    /// Keeps a new task. A task that is made again moves to the end.
    pub(super) fn keep(&mut self, card: Card) {
        self.tasks.retain(|task| task.id != card.id);
        self.tasks.push(card);
        if self.tasks.len() > KEPT {
            self.tasks.remove(0);
        }
    }
}
