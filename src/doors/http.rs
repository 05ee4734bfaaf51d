//! The HTTP door: health, readiness and metrics.

use axum::Router;
use axum::routing::get;

use super::health::{Health, healthz, readyz};
use super::metrics::metrics;

/// The routes.
pub fn routes(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(health)
}
