//! Discord's side of the wire: the REST routes, the gateway, and interactions by HTTP.

pub(crate) mod endpoint;
pub(crate) mod gateway;
pub(crate) mod interactions;
pub(crate) mod limits;
pub(crate) mod rest;
