//! The search for the task in a reply, which tells it from its envelopes.

use serde_json::Value;

use super::fields;
use super::place::{Located, Place};
use super::reason::human;
use super::roles;
use super::status::{self, Word};
use crate::domain::task::Phase;

/// The status of an object.
pub(super) struct TaskStatus {
    pub(super) word: Word,
    /// The word as sent.
    pub(super) text: String,
}

impl TaskStatus {
    pub(super) fn has_begun(&self) -> bool {
        self.word.phase() != Phase::Waiting
    }

    fn of(text: &str) -> Self {
        let word = Word::read(text);
        let text = text.to_owned();
        Self { word, text }
    }
}

/// Returns the places from `here` to the task. Among several tasks in a list it takes the
/// one with the id `asked`, or else the first.
pub(super) fn way<'a>(here: Place<'a>, asked: &str, depth: u8) -> Vec<Place<'a>> {
    let Some(depth) = depth.checked_sub(1) else {
        return vec![here];
    };
    let inner = if here.value.is_array() {
        let elements = here.clone().elements();
        let ours = |place: &&Place<'a>| id(place).is_some_and(|(id, _)| id == asked);
        let ours = elements.iter().find(ours).or(elements.first());
        ours.map(|ours| way(ours.clone(), asked, depth))
    } else {
        let inner = here.fields(roles::ENVELOPES);
        let mut ways: Vec<_> = inner.map(|inner| way(inner, asked, depth)).collect();
        let mut first = |holds: &dyn Fn(&Place<'a>) -> bool| {
            let at = ways.iter().position(|way| way.last().is_some_and(holds))?;
            Some(ways.swap_remove(at))
        };
        let (tells, named) = (
            |p: &Place<'a>| status_of(p).is_some(),
            |p: &Place<'a>| id(p).is_some(),
        );
        match status_of(&here) {
            None => first(&tells).or_else(|| first(&named).filter(|_| !named(&here))),
            // An envelope's "success" is about the query and not about the task, unless an
            // id beside it shows that the object is the task.
            Some((status, _)) if status.word.phase() == Phase::Completed && !named(&here) => {
                let wraps = here.fields(roles::WRAPS).next().is_some();
                first(&|inner| tells(inner) && (wraps || named(inner)))
            }
            Some(_) => None,
        }
    };
    let mut way = vec![here];
    way.extend(inner.into_iter().flatten());
    way
}

/// Returns the status of an object, from a word, a flag or a number.
pub(super) fn status_of(object: &Place<'_>) -> Located<TaskStatus> {
    let word = |value: &Value| {
        let text = value.is_string().then(|| fields::label(value))??;
        (!status::is_acknowledgement(&text)).then(|| TaskStatus::of(&text))
    };
    let done = |value: &Value| match value.as_bool()? {
        true if object.find(roles::OWN_REASON, &[], &words).is_some() => {
            Some(TaskStatus::of("failed"))
        }
        true => Some(TaskStatus::of("done")),
        false => Some(TaskStatus::of("running")),
    };
    let numbered = |value: &Value| match value.as_u64()? {
        0 => Some(TaskStatus::of("running")),
        1 => Some(TaskStatus::of("done")),
        _ => Some(TaskStatus::of("failed")),
    };
    let within = || {
        object
            .get(&["status"])?
            .find(roles::STATUS_WORD, &[], &word)
    };
    object
        .find(roles::STATUS, &[], &word)
        .or_else(within)
        .or_else(|| object.find(roles::DONE, &[], &done))
        .or_else(|| object.find(roles::NUMBERED, &[], &numbered))
}

/// Returns the id of an object. A numeric `id` comes after a `task_id`, because it then is the
/// row of a table. The `name` of a Google operation comes last.
pub(super) fn id(object: &Place<'_>) -> Located<String> {
    let text = |value: &Value| fields::label(value).filter(|_| value.is_string());
    let operation = |value: &Value| text(value).filter(|name| name.contains("operations/"));
    object
        .find(&["id"], &[], &text)
        .or_else(|| object.find(roles::ID, &[], &fields::label))
        .or_else(|| object.find(&["id"], &[], &fields::label))
        .or_else(|| object.find(&["name"], &[], &operation))
}

/// Returns a value's words for people; `None` for a link, which some gateways put there.
pub(super) fn words(value: &Value) -> Option<String> {
    match fields::link(value) {
        Some(_) => None,
        None => human(value),
    }
}
