//! Floor 4: the ways into the bot from outside: Discord's gateway, and HTTP.

pub mod address;
pub mod api;
pub mod entrance;
mod events;
pub mod gateway;
pub mod http;
pub mod interactions;
mod recent;
mod seats;
pub mod server;
pub mod session;
mod supervision;
mod turnstile;
