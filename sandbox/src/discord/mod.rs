//! The Discord stand-in. Each module builds on the one before: Discord's objects, its rules, and
//! the routes and the gateway that clients use.

pub(crate) mod model;
pub(crate) mod rules;
pub(crate) mod wire;
