//! Every decision of the two loops: a poll's result to what changes, Discord's
//! reply to what next. Pure, so that each rule stands beside its test.

pub mod delivery;
pub mod poll;
pub mod refusal;
