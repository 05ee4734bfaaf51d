//! The one message of a watch, in each of its states.

use crate::domain::state::State;
use crate::domain::task::{NoLink, Setback};

use super::body::{
    CONTENT_MAX, DESCRIPTION_MAX, EMBED_URL_MAX, EMBEDS_MAX, Embed, Footer, Message, Picture,
};
use super::look;
use super::safe::{self, units};
use super::view::{Caution, Thumbnail, Video, View};
use super::{buttons, fields};

pub fn message(view: &View<'_>) -> Message {
    Message {
        // Nothing beside the link: Discord plays only one that stands alone.
        content: view.link_text().unwrap_or_default(),
        embeds: vec![embed(view)],
        components: buttons::rows(view),
        ..Message::default()
    }
}

/// The message without an embed, for a channel where Discord drops the bot's embeds
/// without a word: the same in plain text.
pub fn plain(view: &View<'_>) -> Message {
    let embed = embed(view);
    let fields = embed.fields.iter();
    let fields = fields.map(|field| format!("{}: {}", field.name, field.value));
    let mut content = format!("**{}**", embed.title.unwrap_or_default());
    for line in view.link_text().into_iter().chain(fields) {
        if units(&content) + 1 + units(&line) <= CONTENT_MAX {
            content = format!("{content}\n{line}");
        }
    }
    let room = CONTENT_MAX.saturating_sub(units(&content) + 1);
    if let Some(description) = description(view, room) {
        content = format!("{content}\n{description}");
    }
    Message {
        content,
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
        title: Some(look::title(state, locale)),
        description: None,
        color: look::color(state),
        fields: fields::fields(view),
        thumbnail: thumbnail(view).map(|url| Picture { url }),
        footer: Some(Footer { text: footer(view) }),
    };
    let room = (EMBEDS_MAX - embed.size()).min(DESCRIPTION_MAX);
    embed.description = description(view, room);
    embed
}

/// Our own words and, in the room that they leave, the prompt.
fn description(view: &View<'_>, room: usize) -> Option<String> {
    let mut text = sentences(view).join("\n");
    if let Some(prompt) = prompt(view) {
        let lead = if text.is_empty() { ">>> " } else { "\n>>> " };
        let room = room.saturating_sub(units(&text) + units(lead));
        let prompt = safe::text(prompt, room);
        if !prompt.is_empty() {
            text = [&text, lead, &prompt].concat();
        }
    }
    Some(text).filter(|text| !text.is_empty() && units(text) <= room)
}

/// What the provider made of the prompt, else the prompt.
fn prompt<'a>(view: &View<'a>) -> Option<&'a str> {
    let snapshot = &view.task.snapshot;
    let known = [&snapshot.enhanced_prompt, &snapshot.prompt];
    let prompt = known.into_iter().find_map(|text| text.as_deref());
    prompt.filter(|_| !view.hide.prompt)
}

/// Our own words in the description.
fn sentences(view: &View<'_>) -> Vec<String> {
    let locale = view.locale;
    let state = match view.state() {
        State::Waiting | State::Running | State::Failed => None,
        State::Finishing => Some("text-finishing"),
        State::Troubled => Some("text-troubled"),
        State::TooLarge => Some("text-too-large"),
        State::Done => Some(done(view)),
        State::NoVideo => Some(match view.task.snapshot.no_link {
            Some(NoLink::Filtered | NoLink::Flagged) => "text-filtered",
            Some(NoLink::InReply) | None => "text-no-video",
        }),
        State::NotFound => Some("text-not-found"),
        State::Denied => Some("text-denied"),
        State::TimedOut => Some(match view.task.setback {
            Some(Setback::TooLarge) => "text-unread",
            _ => "text-timed-out",
        }),
        State::Stopped => Some("text-stopped"),
    };
    let caution = view.caution.filter(|_| view.outcome.is_none());
    let caution = caution.map(|caution| match caution {
        // Whether a direct message arrives is known only when it is sent.
        Caution::EndsByDm => "caution-ends-by-dm",
        Caution::AskAgain => "caution-ask-again",
        Caution::NotSaved => "caution-not-saved",
    });
    // Only a watch that timed out tells how long it was.
    let watched = locale.span(view.task.give_up_at.since(view.task.watched_since));
    let text = |key| locale.with(key, &[("span", watched.as_str().into())]);
    state.into_iter().chain(caution).map(text).collect()
}

/// Where the video is to be found.
fn done(view: &View<'_>) -> &'static str {
    let changes = view.caution != Some(Caution::NotSaved);
    match (view.media.video, view.link()) {
        (Video::InReply, _) if changes => "text-done-coming",
        (Video::InReply | Video::Lost, _) => "text-done-lost",
        (Video::Unattachable, _) => "text-done-unattachable",
        (Video::Attached, _) => "text-done-attached",
        (Video::Link, Some(_)) => "text-done-link",
        (Video::Unfetched, Some(_)) => "text-done-unfetched",
        (Video::None | Video::Link | Video::Unfetched, _) => "text-done-hidden",
    }
}

fn thumbnail(view: &View<'_>) -> Option<String> {
    match &view.media.thumbnail {
        Thumbnail::None => None,
        Thumbnail::Attached(name) => Some(format!("attachment://{name}")),
        Thumbnail::Url if view.hide.links => None,
        Thumbnail::Url => safe::link(view.task.snapshot.thumbnail_url.as_deref()?, EMBED_URL_MAX),
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
