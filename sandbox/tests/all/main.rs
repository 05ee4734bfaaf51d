//! The stand-ins, tried from outside over their sockets.

mod commands;
mod faults;
mod gateway;
mod interactions;
mod messages;
mod serenity_client;
mod support;
mod video;
