//! The objects of the stand-in: people, channels, messages, files, sessions, and Discord's
//! errors.

pub(crate) mod codes;
pub(crate) mod errors;
pub(crate) mod files;
pub(crate) mod message;
pub mod permissions;
pub(crate) mod render;
pub(crate) mod sessions;
pub(crate) mod things;
pub(crate) mod world;
