//! What is measured. Targets are those that the project set itself.

pub(crate) mod commands;
pub(crate) mod ends;
pub(crate) mod fair;
pub(crate) mod growth;
pub(crate) mod rows;
pub(crate) mod still;
