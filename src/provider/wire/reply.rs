//! A reply with a task, read by the roles of its parts.

use serde_json::Value;

use super::fields;
use super::links::{self, Question};
use super::place::{Located, Place, Read};
use super::problem::Problem;
use super::reason::human;
use super::roles::{self, DEPTH, Names};
use super::status::{self, Word};
use super::task::{id, status_of, way, words};
use crate::domain::task::{NoLink, Phase, Snapshot};

/// A reply, as the task and the envelopes from the root to it.
pub(super) struct Reply<'a> {
    envelopes: Vec<Place<'a>>,
    task: Place<'a>,
    question: &'a Question,
}

/// The words of a reason with their path, and the kind of filter that they come from.
type Reason = ((String, String), Option<NoLink>);

/// A snapshot, and the paths in the reply that its fields were read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub snapshot: Snapshot,
    /// The name of each field that was found, and its path in the reply.
    pub sources: Vec<(&'static str, String)>,
}

impl<'a> Reply<'a> {
    /// Finds the task in a reply.
    pub(super) fn of(root: &'a Value, question: &'a Question) -> Self {
        let root = Place::root(root);
        let mut envelopes = way(root.clone(), question.id.as_str(), DEPTH);
        let task = envelopes.pop().unwrap_or(root);
        Self {
            envelopes,
            task,
            question,
        }
    }

    pub(super) fn has_id(&self) -> bool {
        id(&self.task).is_some()
    }

    /// Returns the task's object, read as an error reply.
    pub(super) fn problem(&self) -> Problem {
        Problem::of(self.task.value)
    }

    /// Returns the status word of the task itself.
    pub(super) fn word(&self) -> Option<Word> {
        Some(status_of(&self.task)?.0.word)
    }

    /// Returns the task's phase. The outer status word decides; an inner one can only show
    /// that a waiting task already runs.
    fn phase(&self) -> Phase {
        let inner = self.task.fields(roles::INNER);
        let mut inner = inner.flat_map(|inner| [inner.get(roles::INMOST), Some(inner)]);
        match self.word().map_or(Phase::Waiting, Word::phase) {
            Phase::Waiting => {
                let status = |place: Option<_>| status_of(&place?);
                let runs = |place| status(place).is_some_and(|(status, _)| status.has_begun());
                if inner.any(runs) {
                    Phase::Running
                } else {
                    Phase::Waiting
                }
            }
            phase => phase,
        }
    }

    /// Returns a short field of the task itself.
    fn field<T>(&self, names: Names, read: Read<'_, T>) -> Located<T> {
        self.task.find(names, roles::DETAILS, read)
    }

    /// Returns a part of the task, which may stand beside it in an envelope: first from the
    /// outermost envelope, at last from the task itself.
    fn part<T>(&self, names: Names, read: Read<'_, T>) -> Located<T> {
        let places = self.envelopes.iter().chain([&self.task]);
        let nexts = places.clone().skip(1).map(|next| Some(next.value));
        // A list may hold other tasks than the one that was asked for.
        let alone = places.zip(nexts.chain([None]));
        let mut alone = alone.filter(|(place, _)| !place.value.is_array());
        alone.find_map(|(place, skip)| place.search(names, roles::PARTS, skip, read, DEPTH))
    }

    /// Returns the reply's link to the video. An absolute link goes before a relative one.
    fn video(&self) -> Located<String> {
        let own = |value: &Value| links::own_video(value, self.question);
        self.part(roles::VIDEO, &links::video)
            .or_else(|| self.field(roles::VIDEO_AS_REASON, &links::video))
            .or_else(|| self.part(roles::VIDEO, &own))
    }

    /// Returns the link at which gateways in OpenAI's style serve a video without naming it.
    fn content(&self) -> Located<String> {
        let object = self.task.get(&["object"]);
        let object = object.filter(|object| object.value == "video")?;
        Some((links::content(self.question)?, object.path))
    }

    /// Returns the words of a filter that kept the video back, or the name of its flag.
    fn filtered(&self) -> Option<Reason> {
        let set = |value: &Value| {
            let counted = value.as_u64().is_some_and(|count| count > 0);
            (counted || fields::flag(value) == Some(true)).then_some("")
        };
        let unset = |value: &Value| (fields::flag(value) == Some(false)).then_some(": false");
        let flag = || {
            let flag = self.part(roles::FILTERED, &set);
            let (value, path) = flag.or_else(|| self.part(roles::UNFILTERED, &unset))?;
            let name = path.rsplit('.').next().unwrap_or_default();
            Some((human(&format!("{name}{value}").into())?, path))
        };
        let words = self.part(roles::FILTERED_WORDS, &human);
        let words = words.map(|words| (words, Some(NoLink::Filtered)));
        words.or_else(|| Some((flag()?, Some(NoLink::Flagged))))
    }

    /// Returns the reason why a task failed. If the reply has no words for it, that is the
    /// status word, unless it says no more than "failed".
    fn reason(&self) -> Option<Reason> {
        let text = |value: &Value| words(value).filter(|_| !value.is_object());
        let around = || {
            let mut envelopes = self.envelopes.iter().rev();
            envelopes.find_map(|place| place.find(roles::REASON, &["base_resp"], &words))
        };
        let word = || {
            let (found, path) = status_of(&self.task)?;
            let flag = status::is_filtered(&found.text).then_some(NoLink::Flagged);
            (!status::is_plain_failure(&found.text)).then_some(((found.text, path), flag))
        };
        self.task
            .find(roles::REASON, roles::REASON_PARTS, &words)
            .or_else(|| self.task.find(&["detail", "details"], &[], &text))
            .or_else(around)
            .map(|words| (words, None))
            .or_else(|| self.filtered())
            .or_else(word)
    }

    /// Returns the whole reply as a snapshot.
    pub(super) fn read(&self) -> Reading {
        let phase = self.phase();
        let (mut error, failed_by) = match phase {
            Phase::Failed => self.reason().unzip(),
            _ => (self.task.find(roles::OWN_REASON, &[], &words), None),
        };
        let (mut video, mut no_link) = (None, failed_by.flatten());
        // A link before the end may lead to a first version that is not final.
        if phase == Phase::Completed {
            video = self.video();
            let bytes = || self.part(roles::VIDEO_BYTES, &links::bytes);
            let inline = || self.part(roles::VIDEO, &links::inline).or_else(bytes);
            if video.is_none() && inline().is_some() {
                no_link = Some(NoLink::InReply);
            } else if video.is_none() {
                let (words, filter) = self.filtered().unzip();
                // Words of an error beside a filter's flag are that filter's reason.
                no_link = match &error {
                    Some(_) => words.as_ref().map(|_| NoLink::Filtered),
                    None => filter.flatten(),
                };
                video = self.content().filter(|_| no_link.is_none());
                error = error.or(words);
            }
        }
        let share = || self.field(roles::SHARE, &fields::share);
        let progress = self.field(roles::PROGRESS, &fields::percent).or_else(share);
        let thumbnail = |value: &Value| links::thumbnail(value, self.question);
        let prompt = |names, read| self.task.find(names, roles::PROMPT_PARTS, read);
        let number = || self.task.find(&["status"], &[], &fields::label);
        let word = status_of(&self.task).map(|(found, path)| (found.text, path));
        let label = |names| self.field(names, &fields::label);
        let flag = |names| self.field(names, &fields::flag);
        let moment = |names| self.field(names, &fields::moment);

        let mut from = Sources::default();
        let snapshot = Snapshot {
            phase,
            no_link,
            status: from.note("status", word.or_else(number)),
            progress: from.note("progress", progress),
            prompt: from.note("prompt", prompt(roles::PROMPT, &fields::prompt)),
            enhanced_prompt: from.note(
                "enhanced_prompt",
                prompt(roles::ENHANCED_PROMPT, &fields::fenced_prompt),
            ),
            error: from.note("error", error),
            model: from.note("model", label(roles::MODEL)),
            ratio: from.note("ratio", label(roles::RATIO)),
            mode: from.note("mode", label(&["mode"])),
            kind: from.note("type", label(&["type"])),
            video_url: from.note("video_url", video),
            thumbnail_url: from.note("thumbnail_url", self.part(roles::THUMBNAIL, &thumbnail)),
            status_update_time: from.note("status_update_time", moment(roles::UPDATED)),
            completed_at: from.note("completed_at", moment(roles::COMPLETED)),
            id: from.note("id", id(&self.task)),
            post_id: from.note("post_id", label(&["post_id"])),
            asset_id: from.note("asset_id", label(&["asset_id"])),
            trace_id: from.note("trace_id", label(&["trace_id"])),
            video_id: from.note("video_id", label(&["video_id"])),
            video_file_id: from.note("video_file_id", label(&["video_file_id"])),
            thumbnail_file_id: from.note("thumbnail_file_id", label(&["thumbnail_file_id"])),
            upscaled: from.note("upscaled", flag(&["upscaled"])),
            upscale_on_complete: from.note("upscale_on_complete", flag(&["upscale_on_complete"])),
        };
        Reading {
            snapshot,
            sources: from.0,
        }
    }
}

/// The names of the fields that were found, with their paths.
#[derive(Default)]
struct Sources(Vec<(&'static str, String)>);

impl Sources {
    fn note<T>(&mut self, field: &'static str, found: Located<T>) -> Option<T> {
        let (value, path) = found?;
        self.0.push((field, path));
        Some(value)
    }
}
