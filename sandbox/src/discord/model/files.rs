//! Uploaded files, which are kept in memory up to a limit and served like Discord's CDN.

use std::collections::{HashMap, VecDeque};

use axum::body::Bytes;

use crate::ids::Id;

/// The kept files.
#[derive(Debug)]
pub(crate) struct Files {
    kept: usize,
    held: usize,
    order: VecDeque<Id>,
    files: HashMap<Id, (String, Bytes)>,
}

impl Files {
    pub(crate) fn new(kept: usize) -> Self {
        Self {
            kept,
            held: 0,
            order: VecDeque::new(),
            files: HashMap::new(),
        }
    }

    /// Keeps a file; the oldest files go if there is no room.
    pub(crate) fn put(&mut self, id: Id, content_type: &str, bytes: Bytes) {
        self.held += bytes.len();
        self.order.push_back(id);
        self.files.insert(id, (content_type.to_owned(), bytes));
        while self.held > self.kept {
            let Some((_, bytes)) = self
                .order
                .pop_front()
                .and_then(|oldest| self.files.remove(&oldest))
            else {
                return;
            };
            self.held -= bytes.len();
        }
    }

    /// Returns a file's type and bytes.
    pub(crate) fn get(&self, id: Id) -> Option<(String, Bytes)> {
        self.files.get(&id).cloned()
    }
}
