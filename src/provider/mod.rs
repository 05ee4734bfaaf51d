//! Floor 2: the video provider, behind gateways of the "video unified format" family.
//!
//! [`client`] asks one gateway, [`wire`] decodes its replies and does no I/O,
//! [`gateways`] chooses the gateway to ask, and [`media`] fetches the files that replies
//! link to. Media links are untrusted and lead to other hosts, so no request but one to
//! a gateway's own origin carries its API key.

pub mod client;
pub mod endpoint;
pub mod gateways;
pub mod media;
pub mod wire;

mod circuit;
mod inline;
mod redact;
mod transport;
