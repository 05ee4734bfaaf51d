//! The decoder of replies, tried with known ones and with random ones.

mod corpus;
mod invariants;
mod properties;
mod values;

// `invariants`, which the fuzz target compiles as well, takes these from its parent.
use videostatus::domain::query::QueryError;
use videostatus::domain::task::{Phase, Snapshot, TaskId};
use videostatus::provider::wire::{Question, decode};
