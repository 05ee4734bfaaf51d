//! `/attachments/…`: uploaded files, in whole or by one range.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::snowflake;
use crate::core::Core;
use crate::discord::model::errors::ApiError;
use crate::range::ranged;

/// Serves a file as Discord's CDN does, so that a browser can play it.
pub(crate) async fn file(
    State(core): State<Arc<Core>>,
    Path((_, id, _)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = snowflake(&id)?;
    let file = core.read(|state| state.world.files.get(id));
    let (content_type, bytes) = file.ok_or_else(|| ApiError::plain(StatusCode::NOT_FOUND))?;
    Ok(ranged(&headers, &content_type, bytes).into_response())
}
