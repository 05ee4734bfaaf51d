//! The view of a watch's message: the data from which its text and buttons are made.

use std::time::Duration;

use crate::domain::state::State;
use crate::domain::task::{NoLink, Outcome, Snapshot, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;

use super::locale::Locale;
use super::safe;

/// The longest video link that is shown, in units. A text has 2000, of which a direct message
/// needs some 400 for the news and the link to the watch's message.
const LINK_MAX: usize = 1600;

#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub task: &'a Task,
    pub watch: &'a Watch,
    /// The reader's language.
    pub locale: Locale,
    pub now: Timestamp,
    /// The watch's outcome ([`Watch::outcome`]), once it has ended.
    pub outcome: Option<Outcome>,
    pub media: &'a Media,
    /// The usual duration of tasks of this model, if enough of them are known.
    pub typical: Option<Duration>,
    /// The number of people who will be notified besides the requester.
    pub others: usize,
    pub caution: Option<Caution>,
    pub hide: Hide,
}

/// The ways in which the message shows the video and its thumbnail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    pub video: Video,
    pub thumbnail: Thumbnail,
}

impl Media {
    /// Returns the media of a message without files: a link shows each part that has one.
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

/// The way in which a finished task's video is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Video {
    /// Nothing: there is no video yet, or none at all.
    #[default]
    None,
    /// A file of the message, outside the embed, so that it plays.
    Attached,
    /// The provider's link, which may expire.
    Link,
    /// The provider's link, because the file is larger than a message may carry.
    TooLarge,
    /// The provider's link, because the message may carry no files.
    NoFiles,
    /// The provider's link, because the file could not be fetched here.
    Unfetched,
    /// No link, because the reply holds the video. The file follows once it is fetched.
    InReply,
    /// No link, and the message cannot carry the file from the reply.
    Unattachable,
    /// No link, and the file could not be fetched from the reply.
    Lost,
}

impl Video {
    /// Returns whether people see the video by the provider's link.
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
    /// A file of the message with this name, a jpg, png, webp or gif.
    Attached(String),
    /// The provider's link.
    Url,
}

/// A promise that the bot cannot make, which the message says at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    /// The message stops changing after about 15 minutes, and the end comes by direct message.
    EndsByDm,
    /// The message stops changing after about 15 minutes, and the requester chose not to be
    /// notified: they have to ask again with the task's id.
    AskAgain,
    /// The message no longer changes while the task runs. If `told`, the end comes by direct
    /// message.
    Frozen { told: bool },
    /// Nobody could be notified of the end.
    NotTold,
    /// The watch could not be saved, so this message never changes.
    NotSaved,
}

/// The parts of a message that are left out because Discord refused them in this place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hide {
    /// True if all of the provider's texts are left out (`AutoMod`, 200000).
    pub prompt: bool,
    /// True if all links and the link button are left out (link filter, 240000).
    pub links: bool,
}

impl View<'_> {
    pub(super) fn state(&self) -> State {
        State::of(self.task, self.outcome)
    }

    /// Returns whether the message will still change.
    pub(super) fn is_live(&self) -> bool {
        self.outcome.is_none() && self.caution != Some(Caution::NotSaved)
    }

    /// Returns the video's link as text, as a spoiler if the video is hidden.
    pub(super) fn link_text(&self) -> Option<String> {
        let hidden = self.watch.asked.spoiler;
        let url = self.link()?;
        Some(if hidden { safe::spoiler(&url) } else { url })
    }

    /// Returns the video's link, if the message shows it.
    pub(super) fn link(&self) -> Option<String> {
        let linked = self.media.video.is_linked();
        let shown = linked && !self.hide.links && self.state() == State::Done;
        let url = self.task.snapshot.video_url.as_deref().filter(|_| shown)?;
        safe::link(url, LINK_MAX)
    }
}
