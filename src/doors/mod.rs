//! Floor 4: how the outside comes in: Discord's gateway, and HTTP.

pub mod gateway;
pub mod http;
mod metrics;
