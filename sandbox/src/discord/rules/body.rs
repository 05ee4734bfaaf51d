//! Request bodies: JSON, or multipart with `payload_json` and `files[n]`.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use futures_util::stream;
use serde_json::Value;

use crate::discord::model::errors::ApiError;

/// An uploaded file.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// The `n` of `files[n]`.
    pub(crate) n: u64,
    pub(crate) filename: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// A request's body after it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payload {
    json: String,
    pub(crate) files: Vec<Upload>,
    /// True if the body could not be read.
    broken: bool,
}

impl Payload {
    /// Reads a body according to its content type.
    pub(crate) async fn read(headers: &HeaderMap, bytes: Bytes) -> Self {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            return match String::from_utf8(bytes.to_vec()) {
                Ok(json) => Self {
                    json,
                    ..Self::default()
                },
                Err(_) => Self {
                    broken: true,
                    ..Self::default()
                },
            };
        }
        Self::multipart(kind, bytes).await.unwrap_or(Self {
            broken: true,
            ..Self::default()
        })
    }

    async fn multipart(kind: &str, bytes: Bytes) -> Option<Self> {
        let boundary = multer::parse_boundary(kind).ok()?;
        let body = stream::iter([Ok::<_, Infallible>(bytes)]);
        let mut parts = multer::Multipart::new(body, boundary);
        let mut payload = Self::default();
        while let Some(part) = parts.next_field().await.ok()? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "payload_json" {
                payload.json = part.text().await.ok()?;
            } else if let Some(n) = name
                .strip_prefix("files[")
                .and_then(|n| n.strip_suffix(']')?.parse().ok())
            {
                let filename = part.file_name().unwrap_or("unknown").to_owned();
                let content_type = part
                    .content_type()
                    .map_or("application/octet-stream", |kind| kind.as_ref())
                    .to_owned();
                payload.files.push(Upload {
                    n,
                    filename,
                    content_type,
                    bytes: part.bytes().await.ok()?,
                });
            }
        }
        Some(payload)
    }

    /// Returns the JSON that was sent, or an empty object if there was none.
    pub(crate) fn json(&self) -> Result<Value, ApiError> {
        if self.broken {
            return Err(ApiError::known(50109));
        }
        if self.json.is_empty() {
            return Ok(Value::Object(serde_json::Map::new()));
        }
        serde_json::from_str(&self.json).map_err(|_| ApiError::known(50109))
    }

    /// Returns the start of the JSON, and the names and sizes of the files, for people to read.
    pub(crate) fn summary(&self) -> String {
        let mut text: String = self.json.chars().take(4_000).collect();
        for file in &self.files {
            text += &format!(
                " + files[{}] {} ({} bytes)",
                file.n,
                file.filename,
                file.bytes.len()
            );
        }
        text
    }
}
