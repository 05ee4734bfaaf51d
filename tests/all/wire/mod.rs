//! The decoder of replies: what it makes of known ones, and what holds for any.

mod corpus;
mod invariants;
mod properties;
mod values;

// `invariants`, which the fuzz target compiles as well, takes these from its parent.
use videostatus::domain::query::QueryError;
use videostatus::domain::task::{Phase, Snapshot, TaskId};
use videostatus::provider::wire::{Question, decode};
