//! The view of a watch's message: the data that its text and buttons are
//! made from.

use std::time::Duration;

use crate::domain::state::State;
use crate::domain::task::{NoLink, Outcome, Snapshot, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;

use super::locale::Locale;
use super::safe;

/// The longest video link that is shown: `content` takes 2000, of which a
/// direct message needs some 400 for the news and the way to the message.
const LINK_MAX: usize = 1600;

#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub task: &'a Task,
    pub watch: &'a Watch,
    /// The language of whoever reads this.
    pub locale: Locale,
    pub now: Timestamp,
    /// How the watch has ended: [`Watch::outcome`].
    pub outcome: Option<Outcome>,
    pub media: &'a Media,
    /// How long tasks of this model usually take, where known well enough.
    pub typical: Option<Duration>,
    /// How many people will be notified besides the requester.
    pub others: usize,
    pub caution: Option<Caution>,
    pub hide: Hide,
}

/// How the message shows the video and its thumbnail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    pub video: Video,
    pub thumbnail: Thumbnail,
}

impl Media {
    /// None of a task's media as files: what has a link is shown by that.
    pub fn linked(snapshot: &Snapshot) -> Self {
        let (video, thumbnail) = (&snapshot.video_url, &snapshot.thumbnail_url);
        Self {
            video: match (video, snapshot.no_link) {
                (Some(_), _) => Video::Link,
                (None, Some(NoLink::InReply)) => Video::InReply,
                (None, _) => Video::None,
            },
            thumbnail: thumbnail
                .as_ref()
                .map_or(Thumbnail::None, |_| Thumbnail::Url),
        }
    }
}

/// How a finished task's video is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Video {
    /// Not at all: there is none yet, or none at all.
    #[default]
    None,
    /// As a file of the message, outside the embed, so that it plays.
    Attached,
    /// By the provider's link, which may expire.
    Link,
    /// By the provider's link, because the file is larger than a message may carry.
    TooLarge,
    /// By the provider's link, because the message may carry no files.
    NoFiles,
    /// By the provider's link, because the file could not be fetched here.
    Unfetched,
    /// By no link, because the reply holds the video: the file follows once it is here.
    InReply,
    /// By no link, and the message cannot carry the file from the reply.
    Unattachable,
    /// By no link, and the file could not be fetched from the reply.
    Lost,
}

impl Video {
    /// Whether the provider's link is how people see the video.
    pub fn is_linked(self) -> bool {
        matches!(
            self,
            Self::Link | Self::TooLarge | Self::NoFiles | Self::Unfetched
        )
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Thumbnail {
    #[default]
    None,
    /// As a file of the message with this name (jpg, png, webp or gif).
    Attached(String),
    /// By the provider's link.
    Url,
}

/// A promise that the bot cannot make, said at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    /// The message stops changing after about 15 minutes; the end comes by DM.
    EndsByDm,
    /// The message stops changing after about 15 minutes, and no DM is possible: people
    /// have to ask again with the id.
    AskAgain,
    /// The message changes no more while the task runs; whether the end comes by DM.
    Frozen { told: bool },
    /// Nobody could be notified of the end.
    NotTold,
    /// The watch could not be saved: this answer never changes.
    NotSaved,
}

/// Parts to leave out because Discord refused them in this place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hide {
    /// All of the provider's texts (`AutoMod`, 200000).
    pub prompt: bool,
    /// All links and the link button (link filter, 240000).
    pub links: bool,
}

impl View<'_> {
    pub(super) fn state(&self) -> State {
        State::of(self.task, self.outcome)
    }

    /// Whether the message will still change.
    pub(super) fn is_live(&self) -> bool {
        self.outcome.is_none() && self.caution != Some(Caution::NotSaved)
    }

    /// The video's link as text, as a spoiler where the video is hidden.
    pub(super) fn link_text(&self) -> Option<String> {
        let hidden = self.watch.asked.spoiler;
        let url = self.link()?;
        Some(if hidden { safe::spoiler(&url) } else { url })
    }

    /// The video's link, where the message shows it.
    pub(super) fn link(&self) -> Option<String> {
        let linked = self.media.video.is_linked();
        let shown = linked && !self.hide.links && self.state() == State::Done;
        let url = self.task.snapshot.video_url.as_deref().filter(|_| shown)?;
        safe::link(url, LINK_MAX)
    }
}
