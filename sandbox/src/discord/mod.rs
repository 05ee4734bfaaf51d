//! The Discord stand-in: state, REST, gateway, interactions.

pub(crate) mod attach;
pub(crate) mod body;
mod codes;
pub(crate) mod compose;
pub(crate) mod draft;
pub(crate) mod endpoint;
pub(crate) mod errors;
pub(crate) mod files;
pub(crate) mod gateway;
pub(crate) mod interactions;
pub(crate) mod message;
pub mod permissions;
pub(crate) mod render;
pub(crate) mod rest;
pub(crate) mod sessions;
pub(crate) mod things;
pub(crate) mod validate;
pub(crate) mod world;
