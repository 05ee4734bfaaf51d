//! Discord's rules: the forms of requests, their limits, and what a bot may do where.

pub(crate) mod allowed;
pub(crate) mod attach;
pub(crate) mod body;
pub(crate) mod compose;
pub(crate) mod draft;
pub(crate) mod limits;
pub(crate) mod validate;
