//! The message of a watch in each of its states: a title, a few words, the prompt and the small
//! print.

use crate::domain::state::State;
use crate::domain::task::{NoLink, Setback};

use super::body::{CONTENT_MAX, EMBED_URL_MAX, Embed, Message, Picture};
use super::locale::Locale;
use super::prompt::{self, PROMPT_MAX};
use super::safe::{self, units};
use super::view::{Caution, Thumbnail, Video, View};
use super::{buttons, look, small};

/// The most of the provider's own words that is shown, in units.
const WORDS_MAX: usize = 600;

pub fn message(view: &View<'_>) -> Message {
    Message {
        embeds: vec![embed(view)],
        components: buttons::rows(view),
        ..Message::default()
    }
}

/// Returns the message in plain text, for a channel where Discord silently drops the bot's
/// embeds.
pub fn plain(view: &View<'_>) -> Message {
    let mut content = format!("**{}**", title(view));
    let add = |content: &mut String, line: &str| {
        if units(content) + 1 + units(line) <= CONTENT_MAX {
            *content = format!("{content}\n{line}");
        }
    };
    for line in view.link_text().into_iter().chain(words(view)) {
        add(&mut content, &line);
    }
    let small = small::lines(view);
    let rest: usize = small.iter().map(|line| units(line) + 1).sum();
    let room = CONTENT_MAX.saturating_sub(units(&content) + rest + 3);
    if let Some(prompt) = prompt::shown(view).filter(|_| room > 0) {
        add(&mut content, &format!("> {}", safe::line(prompt, room)));
    }
    for line in &small {
        add(&mut content, line);
    }
    Message {
        content,
        components: buttons::rows(view),
        ..Message::default()
    }
}

/// Returns the embed with everything that is known. Each part is bounded, so that the embed
/// keeps Discord's limits.
pub(super) fn embed(view: &View<'_>) -> Embed {
    let spoiler = view.link_text().filter(|_| view.watch.asked.spoiler);
    let mut lines = words(view);
    lines.extend(spoiler);
    if let Some(prompt) = prompt::shown(view) {
        let prompt = safe::excerpt(prompt, PROMPT_MAX);
        lines.push(format!("> {}", prompt.replace('\n', "\n> ")));
    }
    lines.extend(small::lines(view));
    Embed {
        title: Some(title(view)),
        // A hidden video must not be one click on the title away.
        url: view.link().filter(|_| !view.watch.asked.spoiler),
        description: Some(lines.join("\n")),
        color: look::color(view.state()),
        thumbnail: thumbnail(view).map(|url| Picture { url }),
    }
}

fn title(view: &View<'_>) -> String {
    let title = look::title(view.task, view.outcome, view.locale);
    match progress(view).filter(|_| view.state() == State::Running) {
        Some(percent) => format!("{title} · {}", view.locale.percent(percent)),
        None => title,
    }
}

/// Returns the progress in percent. A message that no longer changes has none, because the
/// number would soon be wrong.
fn progress(view: &View<'_>) -> Option<u8> {
    let frozen = matches!(view.caution, Some(Caution::Frozen { .. }));
    let percent = view.task.snapshot.progress.filter(|_| !frozen);
    percent.map(|percent| percent.min(100))
}

/// Returns the lines above the prompt: the bot's sentences and the provider's own words.
fn words(view: &View<'_>) -> Vec<String> {
    let locale = view.locale;
    let text = |key: &str| vec![locale.text(key)];
    let mut lines = match view.state() {
        State::Waiting => says(view),
        State::Running => {
            let bar = progress(view).map(bar);
            bar.into_iter().chain(says(view)).collect()
        }
        State::Finishing => [text("text-finishing"), says(view)].concat(),
        State::Troubled => vec![troubled(view)],
        State::TooLarge => text("text-too-large"),
        State::Done => done(view),
        State::NoVideo | State::Failed => reason(view),
        State::NotFound => text("text-not-found"),
        State::Denied => text("text-denied"),
        State::Unserved => text("text-unserved"),
        State::TimedOut => match view.task.setback {
            Some(Setback::TooLarge) => text("text-unread"),
            _ => [text("text-timed-out"), says(view)].concat(),
        },
        State::Stopped => {
            let by = view.watch.stopped_by.unwrap_or(view.watch.asked.user_id);
            vec![stopped_by(by, locale)]
        }
    };
    lines.extend(cautioned(view).map(|key| locale.text(key)));
    lines
}

/// Returns the key of the sentence about a promise that the bot cannot make for this message.
fn cautioned(view: &View<'_>) -> Option<&'static str> {
    match (view.caution?, view.outcome) {
        (Caution::NotSaved, None) => Some("text-not-saved"),
        (Caution::Frozen { told: true }, None) => Some("text-frozen"),
        (Caution::Frozen { told: false }, None) => Some("text-frozen-ask"),
        (Caution::NotTold, Some(_)) => Some("text-not-told"),
        _ => None,
    }
}

/// Names the person who stopped a watch, and says that the task itself is not stopped.
pub(super) fn stopped_by(person: u64, locale: Locale) -> String {
    let person = format!("<@{person}>");
    locale.with("text-stopped-by", &[("person", person.into())])
}

fn troubled(view: &View<'_>) -> String {
    let locale = view.locale;
    match progress(view) {
        Some(percent) => {
            let percent = locale.percent(percent);
            locale.with("text-troubled-at", &[("percent", percent.into())])
        }
        None => locale.text("text-troubled"),
    }
}

/// Returns the provider's own words, if they may be shown and are more than the name of a flag.
fn theirs(view: &View<'_>) -> Option<String> {
    let snapshot = &view.task.snapshot;
    let said = snapshot.error.as_deref();
    let said = said.filter(|_| snapshot.no_link != Some(NoLink::Flagged) && !view.hide.prompt);
    let said = safe::text(said?, WORDS_MAX);
    (!said.is_empty()).then_some(said)
}

/// Returns the provider's own words about a video that is on its way.
fn says(view: &View<'_>) -> Vec<String> {
    let said = theirs(view);
    let said = said.map(|words| format!("{} {words}", view.locale.text("text-says")));
    said.into_iter().collect()
}

/// Returns why there is no video, in the provider's words or the bot's.
fn reason(view: &View<'_>) -> Vec<String> {
    let said = theirs(view);
    let ours = match (view.task.snapshot.no_link, view.state()) {
        (Some(NoLink::Filtered | NoLink::Flagged), _) => Some("text-filtered"),
        _ if said.is_some() => None,
        (_, State::Failed) => Some("text-no-reason"),
        _ => Some("text-no-video"),
    };
    let ours = ours.map(|key| view.locale.text(key));
    said.into_iter().chain(ours).collect()
}

/// Returns the sentence about how the video is shown, if it needs one.
fn done(view: &View<'_>) -> Vec<String> {
    let changes = view.caution != Some(Caution::NotSaved);
    let key = match (view.media.video, view.link()) {
        (Video::Attached, _) => return Vec::new(),
        (Video::InReply, _) if changes => "text-coming",
        (Video::InReply | Video::Lost, _) => "text-lost",
        (Video::Unattachable, _) => "text-unattachable",
        (Video::Link, Some(_)) => "text-link-expires",
        (Video::TooLarge, Some(_)) => "text-video-too-large",
        (Video::NoFiles, Some(_)) => "text-no-files",
        (Video::Unfetched, Some(_)) => "text-unfetched",
        (Video::None | Video::Link | Video::TooLarge | Video::NoFiles | Video::Unfetched, _) => {
            "text-hidden"
        }
    };
    vec![view.locale.text(key)]
}

fn thumbnail(view: &View<'_>) -> Option<String> {
    match &view.media.thumbnail {
        Thumbnail::None => None,
        Thumbnail::Attached(name) => Some(format!("attachment://{name}")),
        Thumbnail::Url if view.hide.links => None,
        Thumbnail::Url => safe::link(view.task.snapshot.thumbnail_url.as_deref()?, EMBED_URL_MAX),
    }
}

/// Draws a percentage as ten blocks. A block is filled only when its ten percent are complete.
fn bar(percent: u8) -> String {
    let full = usize::from(percent / 10);
    format!("{}{}", "▰".repeat(full), "▱".repeat(10 - full))
}

#[cfg(test)]
mod tests;
