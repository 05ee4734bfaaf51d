//! A stand-in for Discord and for a video query endpoint.
