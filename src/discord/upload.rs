//! Files to send to Discord: they are read while they are sent, and never held whole in memory.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use futures_util::stream::{self, Stream};
use reqwest::Body;
use reqwest::multipart::Part;

/// The longest description of a file, in characters.
///
/// Source: <https://discord.com/developers/docs/resources/message#attachment-object>
pub const DESCRIPTION_MAX: usize = 1024;

/// The size of the chunks in which a file is read, in bytes.
const CHUNK: u64 = 64 * 1024;

/// A file to send.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// The name that Discord shows, such as `video.mp4`. Discord hides a file whose name begins
    /// with `SPOILER_` until somebody clicks it.
    pub name: &'a str,
    /// A description of the file for people who cannot see it; at most
    /// [`DESCRIPTION_MAX`] characters.
    pub description: &'a str,
    /// The file's media type.
    pub mime: &'static str,
    /// The file's bytes.
    pub content: UploadContent<'a>,
}

/// The place of a file's bytes.
#[derive(Clone, Copy, Debug)]
pub enum UploadContent<'a> {
    /// On disk: the open file and its size in bytes. Several uploads may read one file at the
    /// same time.
    File(&'a Arc<File>, u64),
    /// In memory, for short texts.
    Text(&'a str),
}

impl Upload<'_> {
    pub(super) fn size(&self) -> u64 {
        match self.content {
            UploadContent::File(_, size) => size,
            UploadContent::Text(text) => text.len() as u64,
        }
    }

    pub(super) fn part(&self) -> Result<Part, reqwest::Error> {
        let part = match self.content {
            UploadContent::File(file, size) => {
                let body = Body::wrap_stream(chunks(Arc::clone(file), size));
                Part::stream_with_length(body, size)
            }
            UploadContent::Text(text) => Part::text(text.to_owned()),
        };
        part.file_name(self.name.to_owned()).mime_str(self.mime)
    }
}

/// Reads the first `size` bytes of a file in chunks. Each chunk is read from its own position,
/// because all uploads of the file share the file's offset.
fn chunks(file: Arc<File>, size: u64) -> impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static {
    stream::try_unfold(0, move |position| {
        let file = Arc::clone(&file);
        async move {
            let length = CHUNK.min(size - position);
            if length == 0 {
                return Ok(None);
            }
            let read = move || {
                let mut chunk = vec![0; usize::try_from(length).map_err(io::Error::other)?];
                file.read_exact_at(&mut chunk, position)?;
                Ok::<_, io::Error>(chunk)
            };
            let chunk = tokio::task::spawn_blocking(read).await??;
            Ok(Some((chunk, position + length)))
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::pin::pin;

    use futures_util::TryStreamExt as _;
    use sandbox::{Options, Sandbox};
    use serde_json::json;

    use super::super::rest::Rest;
    use super::super::route::Route;
    use super::*;
    use crate::domain::secret::Secret;

    /// A little more than three chunks of different content.
    fn content() -> Vec<u8> {
        let bytes = (0..CHUNK * 3 + 5).map(|n| u8::try_from(n % 251).unwrap());
        bytes.collect()
    }

    fn file(content: &[u8]) -> Arc<File> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        Arc::new(file)
    }

    #[tokio::test]
    async fn two_readers_of_one_file_do_not_disturb_each_other() {
        let content = content();
        let (file, size) = (file(&content), content.len() as u64);
        let mut one = pin!(chunks(Arc::clone(&file), size));
        let mut other = pin!(chunks(file, size));
        let mut read = [Vec::new(), Vec::new()];
        while let Some(chunk) = one.try_next().await.unwrap() {
            assert!(chunk.len() as u64 <= CHUNK);
            read[0].extend(chunk);
            read[1].extend(other.try_next().await.unwrap().unwrap());
        }
        assert!(other.try_next().await.unwrap().is_none());
        assert_eq!(read, [content.clone(), content]);
    }

    #[tokio::test]
    async fn a_file_that_is_shorter_than_it_was_is_an_error() {
        let mut chunks = pin!(chunks(file(b"short"), 6));
        let error = chunks.try_next().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn two_uploads_of_one_file_at_once_are_both_whole() {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let rest = Rest::new(sandbox.discord_url(), &Secret::new(sandbox.token())).unwrap();
        let content = content();
        let file = file(&content);
        let video = Upload {
            name: "video.mp4",
            description: "",
            mime: "video/mp4",
            content: UploadContent::File(&file, content.len() as u64),
        };
        let text = Upload {
            name: "prompt.txt",
            description: "",
            mime: "text/plain",
            content: UploadContent::Text("A cat."),
        };
        let channel = sandbox.channel();
        let route = Route::CreateMessage(channel.id.to_string().parse().unwrap());
        let body = json!({ "content": "here" });
        let uploads = [video, text];
        let send = || rest.multipart(route, &body, &uploads);
        tokio::try_join!(send(), send()).unwrap();
        let messages = sandbox.messages(&channel);
        assert_eq!(messages.len(), 2);
        for message in messages {
            let files: Vec<_> = message.attachments.iter().collect();
            let bytes = files.iter().map(|file| sandbox.file(file).unwrap());
            let bytes: Vec<_> = bytes.collect();
            assert_eq!(bytes, [content.clone(), b"A cat.".to_vec()]);
        }
    }
}
