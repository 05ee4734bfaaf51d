//! The scenarios. Their targets are the project's own.

pub(crate) mod commands;
pub(crate) mod ends;
pub(crate) mod fair;
pub(crate) mod growth;
pub(crate) mod rows;
pub(crate) mod still;
