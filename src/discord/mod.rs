//! Floor 2: Discord's REST routes and the requests that the bot sends through them.
//!
//! serenity runs the gateway session and defines the models. Requests go through the bot's own
//! small client ([`rest`]), because the bot needs three things that serenity's client does not
//! offer: `retry_after` without sleeping on it, uploads streamed from disk, and no map that
//! grows with each interaction.

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
