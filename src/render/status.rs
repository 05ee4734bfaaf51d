//! The one message of a watch, in each of its states.

use std::time::Duration;

use crate::domain::task::{Outcome, Snapshot, Task};
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;

use super::body::{DESCRIPTION_MAX, EMBED_URL_MAX, EMBEDS_MAX, Embed, Footer, Message, Picture};
use super::locale::Locale;
use super::safe::{self, units};
use super::state::State;
use super::{buttons, fields};

/// The longest video link that is shown: `content` takes 2000, of which a
/// direct message needs some 400 for the news and the way to the message.
const LINK_MAX: usize = 1600;

/// Everything that the message shows.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The task.
    pub task: &'a Task,
    /// The watch whose message this is.
    pub watch: &'a Watch,
    /// The language of whoever reads this.
    pub locale: Locale,
    /// When it is shown.
    pub now: Timestamp,
    /// How the watch has ended: [`Watch::outcome`].
    pub outcome: Option<Outcome>,
    /// What of the video and its thumbnail the message carries.
    pub media: &'a Media,
    /// How long tasks of this model usually take, where known well enough.
    pub typical: Option<Duration>,
    /// How many people will be told of the end.
    pub subscribers: usize,
    /// What the bot cannot promise for this message.
    pub caution: Option<Caution>,
    /// Whether there are buttons.
    pub buttons: bool,
    /// What a server's own filters refused.
    pub hide: Hide,
}

/// The files that come with the message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// How the video is shown.
    pub video: Video,
    /// How the thumbnail is shown.
    pub thumbnail: Thumbnail,
}

impl Media {
    /// None of a task's media as files: what has a link is shown by that.
    #[must_use]
    pub fn linked(snapshot: &Snapshot) -> Self {
        Self {
            video: match snapshot.video_url {
                Some(_) => Video::Link { may_expire: true },
                None => Video::None,
            },
            thumbnail: match snapshot.thumbnail_url {
                Some(_) => Thumbnail::Url,
                None => Thumbnail::None,
            },
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
    /// By the provider's link.
    Link {
        /// Whether we would rather have attached it: the link may expire.
        may_expire: bool,
    },
}

/// How the thumbnail is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Thumbnail {
    /// Not at all.
    #[default]
    None,
    /// As a file of the message with this name (jpg, png, webp or gif).
    Attached(String),
    /// By the provider's link.
    Url,
}

/// What the bot cannot promise, said at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    /// The message stops changing after about 15 minutes; the end comes by DM.
    EndsByDm,
    /// The same, and no DM is possible: ask again with the id.
    AskAgain,
    /// The watch could not be saved: this answer never changes.
    NotSaved,
}

/// What to leave out because Discord refused it in this place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hide {
    /// All of the provider's texts (`AutoMod`, 200000).
    pub prompt: bool,
    /// All links and the link button (link filter, 240000).
    pub links: bool,
}

impl View<'_> {
    /// What the message is about.
    pub(super) fn state(&self) -> State {
        State::of(self.task, self.outcome)
    }

    /// Whether the message will still change.
    pub(super) fn is_live(&self) -> bool {
        self.outcome.is_none() && self.caution != Some(Caution::NotSaved)
    }

    /// The video's link, where the message shows it.
    pub(super) fn link(&self) -> Option<String> {
        let shown = matches!(self.media.video, Video::Link { .. }) && !self.hide.links;
        let url = self.task.snapshot.video_url.as_deref();
        url.filter(|_| shown && self.state() == State::Done)
            .and_then(|url| safe::link(url, LINK_MAX))
    }
}

/// The message as it has to look now.
#[must_use]
pub fn message(view: &View<'_>) -> Message {
    Message {
        // Nothing beside the link: Discord plays only one that stands alone.
        content: view.link().unwrap_or_default(),
        embeds: vec![embed(view)],
        components: buttons::rows(view),
        ..Message::default()
    }
}

/// The box with everything that is known; the prompt gets the room that the
/// rest leaves.
pub(super) fn embed(view: &View<'_>) -> Embed {
    let locale = view.locale;
    let state = view.state();
    let mut embed = Embed {
        title: Some(state.title(locale)),
        description: None,
        color: state.color(),
        fields: fields::fields(view),
        thumbnail: thumbnail(view).map(|url| Picture { url }),
        footer: Some(Footer { text: footer(view) }),
    };
    let mut text = sentences(view).join("\n");
    let room = (EMBEDS_MAX - embed.size()).min(DESCRIPTION_MAX);
    if let Some(prompt) = prompt(view) {
        let lead = if text.is_empty() { ">>> " } else { "\n>>> " };
        let room = room.saturating_sub(units(&text) + units(lead));
        let prompt = safe::text(prompt, room);
        if !prompt.is_empty() {
            text = [&text, lead, &prompt].concat();
        }
    }
    embed.description = Some(text).filter(|text| !text.is_empty());
    embed
}

/// What the provider made of the prompt, else the prompt.
fn prompt<'a>(view: &View<'a>) -> Option<&'a str> {
    let snapshot = &view.task.snapshot;
    let prompt = snapshot
        .enhanced_prompt
        .as_ref()
        .or(snapshot.prompt.as_ref());
    prompt.filter(|_| !view.hide.prompt).map(String::as_str)
}

/// Our own words in the description.
fn sentences(view: &View<'_>) -> Vec<String> {
    let locale = view.locale;
    let span = |span: Duration| [("span", locale.span(span).into())];
    let state = match view.state() {
        State::Waiting | State::Running | State::Failed => None,
        State::Finishing => Some(locale.text("text-finishing")),
        State::Troubled => Some(locale.text("text-troubled")),
        State::Done => Some(done(view)),
        State::NoVideo => Some(locale.text("text-no-video")),
        State::NotFound => Some(locale.text("text-not-found")),
        State::Denied => Some(locale.text("text-denied")),
        State::TimedOut => {
            let watched = view.task.give_up_at.since(view.task.watched_since);
            Some(locale.with("text-timed-out", &span(watched)))
        }
        State::Stopped => Some(locale.text("text-stopped")),
    };
    let caution = view.caution.filter(|_| view.outcome.is_none());
    let caution = caution.map(|caution| match caution {
        // Whether a direct message arrives is known only when it is sent.
        Caution::EndsByDm => locale.text("caution-ends-by-dm"),
        Caution::AskAgain => locale.text("caution-ask-again"),
        Caution::NotSaved => locale.text("caution-not-saved"),
    });
    state.into_iter().chain(caution).collect()
}

/// Where the video is to be found.
fn done(view: &View<'_>) -> String {
    let key = match (view.media.video, view.link()) {
        (Video::Attached, _) => "text-done-attached",
        (Video::Link { may_expire: true }, Some(_)) => "text-done-link-expires",
        (Video::Link { may_expire: false }, Some(_)) => "text-done-link",
        (Video::None | Video::Link { .. }, _) => "text-done-hidden",
    };
    view.locale.text(key)
}

fn thumbnail(view: &View<'_>) -> Option<String> {
    let url = view.task.snapshot.thumbnail_url.as_deref();
    match &view.media.thumbnail {
        Thumbnail::None => None,
        Thumbnail::Attached(name) => Some(format!("attachment://{name}")),
        Thumbnail::Url => url
            .filter(|_| !view.hide.links)
            .and_then(|url| safe::link(url, EMBED_URL_MAX)),
    }
}

/// What the bot is doing about it, and for how long at most: a footer cannot hold
/// a moment that the reader's client counts down to, and what bounds the time that
/// is left stays true as it passes, so the message need not be edited for it. (Who
/// asks for the same task later prolongs that; the next edit says so.)
fn footer(view: &View<'_>) -> String {
    let locale = view.locale;
    if !view.is_live() {
        return locale.text("footer-ended");
    }
    let left = locale.at_most(view.task.give_up_at.since(view.now));
    let watching = locale.with("footer-watching", &[("span", left.into())]);
    if view.subscribers == 0 {
        return watching;
    }
    let people = locale.with("footer-people", &[("count", view.subscribers.into())]);
    format!("{watching} · {people}")
}

#[cfg(test)]
mod tests;
