//! Floor 2: Discord's REST routes and what people send through them.
//!
//! serenity holds the gateway session and the models. Requests go out through a
//! small client of our own ([`rest`]), because the bot needs three things of a
//! reply that serenity's drops or hides: `retry_after` without sleeping on it,
//! uploads streamed from disk, and no map that grows with each interaction.

pub mod application;
pub mod definitions;
mod error;
pub mod forbidden;
mod invalid_requests;
mod lookups;
mod message_text;
pub mod messenger;
mod permissions;
pub mod registration;
pub mod request;
pub mod rest;
pub(crate) mod route;
pub mod token;
pub mod upload;
pub mod venue;
