//! The Discord stand-in, each floor on the one before: what there is, what is allowed,
//! and how a client meets it.

pub(crate) mod model;
pub(crate) mod rules;
pub(crate) mod wire;
