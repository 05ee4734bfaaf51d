//! A stand-in for Discord (REST and gateway) and for a video query endpoint, over real sockets
//! on this machine.
//!
//! With it a bot can be run and tested without a token, an account or a network: the bot is
//! given two addresses and cannot tell the difference. The stand-in checks requests as strictly
//! as Discord documents, keeps every version of every message, and can be made to fail in chosen
//! ways at chosen moments ([`Fault`], [`Hold`]). It knows nothing about the bot that uses it.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use sandbox::{Options, Reply, Sandbox, Script};
//! use serde_json::json;
//!
//! let sandbox = Sandbox::start(Options::default()).await?;
//! // … start a bot with sandbox.discord_url(), .token() and .video_url() …
//! sandbox.video().task("task_1", Script::always(Reply::json(200, json!({"id": "task_1", "status": "completed"}))));
//! let interaction = sandbox.command(&sandbox.person("ada"), &sandbox.channel(), "videostatus", json!({"id": "task_1"}))?;
//! let callback = interaction.callback().await;
//! assert_eq!(callback.kind, 5);
//! # Ok(()) }
//! ```
//!
//! Floors, from the ground up; a module imports only floors below its own: `ids`, `options`,
//! `range`; `discord::model`, the objects of Discord; `log`, `faults`; `discord::rules`,
//! Discord's rules, and the video service's `script` and `tasks`; `core`, all state behind one
//! lock; `traffic`; `discord::wire`, the routes and the gateway, and the video service's
//! `routes`; `view`, `sandbox`, `controls` and `people`, the library's interface; `page`, on
//! which a person takes the place of a test.

// Discord's larger objects need more `json!` recursion than the default allows.
#![recursion_limit = "256"]

mod controls;
mod core;
mod discord;
mod faults;
mod ids;
mod listener;
mod log;
mod options;
mod page;
mod patience;
mod people;
mod range;
mod sandbox;
mod traffic;
mod video;
mod view;

pub use crate::discord::model::message::{Attachment, Message, Route, Source, Version};
pub use crate::discord::model::permissions;
pub use crate::discord::model::sessions::{Cut, Welcome};
pub use crate::discord::model::things::{Callback, Channel, Person};
pub use crate::discord::wire::endpoint::EndpointRefused;
pub use crate::faults::{Fault, Hold, Point};
pub use crate::ids::Id;
pub use crate::log::{Event, RequestRecord, Side};
pub use crate::options::Options;
pub use crate::page::{BotControl, Page};
pub use crate::people::{Interaction, NotSent};
pub use crate::sandbox::{Sandbox, StartError};
pub use crate::video::script::{Reply, Script};
pub use crate::video::tasks::Poll;
pub use crate::video::{Video, clip, thumbnail};
pub use crate::view::View;
