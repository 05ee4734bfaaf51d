//! The decisions of the two loops, as functions of data: the changes that a request and a
//! poll's result make, the step that follows a refusal by Discord, and the recipients of an
//! end. Each rule is tested in its own file.

pub mod attempt;
pub mod delivery;
pub mod end;
pub mod poll;
pub mod refusal;
pub mod request;
#[cfg(test)]
pub(crate) mod samples;
