//! Every decision of the two loops, as functions of data: what a request and a
//! poll's result change, what Discord's refusal leads to, and whom an end is
//! told. Each rule stands beside its test.

pub mod attempt;
pub mod delivery;
pub mod end;
pub mod poll;
pub mod refusal;
pub mod request;
#[cfg(test)]
pub(crate) mod samples;
