//! What was done on the side panel: all that the page knows beyond the stand-in.

use serde::Serialize;

use crate::ids::{Id, now_ms};

/// Tasks and notes kept; the oldest go first.
const KEPT: usize = 100;

/// The side panel. It is small, so the page gets all of it at every change.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Panel {
    /// Whom one can act as.
    pub(super) roles: Vec<Role>,
    /// The tasks made so far, oldest first.
    pub(super) tasks: Vec<Card>,
    /// Whether the video service is down.
    pub(super) down: bool,
    /// What people did, oldest first.
    pub(super) notes: Vec<Note>,
    noted: u64,
}

/// Somebody to act as.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Role {
    /// The person.
    pub(super) id: Id,
    /// Whether they have Manage Messages and Manage Server.
    pub(super) moderator: bool,
}

/// A task that was made on the panel.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Card {
    /// The task's id.
    pub(super) id: String,
    /// What it does, in a few words.
    pub(super) title: String,
    /// When it was made, in milliseconds since 1970.
    pub(super) at: u64,
    /// After how many seconds it ends, where it does.
    pub(super) seconds: Option<u64>,
}

/// Something that a person did, for the timeline.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Note {
    n: u64,
    at: u64,
    text: String,
}

impl Panel {
    /// An untouched panel.
    pub(super) fn new(roles: Vec<Role>) -> Self {
        Self {
            roles,
            tasks: Vec::new(),
            down: false,
            notes: Vec::new(),
            noted: 0,
        }
    }

    /// Notes what somebody just did.
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

    /// Keeps a task that was made; one made again takes its new place.
    pub(super) fn keep(&mut self, card: Card) {
        self.tasks.retain(|task| task.id != card.id);
        self.tasks.push(card);
        if self.tasks.len() > KEPT {
            self.tasks.remove(0);
        }
    }
}
