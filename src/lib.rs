//! Videostatus.
