//! Floor 2: the video provider, a gateway of the "video unified format" family.
//!
//! [`wire`] understands replies and does no I/O, [`client`] asks one gateway for them,
//! [`gateways`] knows which one to ask,
//! [`media`] fetches the files that they link to. The API key lives in the
//! client alone: a media link is somebody else's word and leads to other hosts.

pub mod client;
pub mod endpoint;
pub mod gateways;
pub mod media;
pub mod wire;

mod circuit;
mod inline;
mod transport;
