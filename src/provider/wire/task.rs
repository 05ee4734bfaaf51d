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

/// The task of a list of several tasks that are all others than the one asked for.
static NO_TASK: Value = Value::Null;

/// Returns the places from `here` to the task. Among several tasks in a list it takes the
/// one with the id `asked`, and [`NO_TASK`] if all others have ids, too: some gateways ignore
/// the filter of their list. A task alone may have another id.
pub(super) fn way<'a>(here: Place<'a>, asked: &str, depth: u8) -> Vec<Place<'a>> {
    let Some(depth) = depth.checked_sub(1) else {
        return vec![here];
    };
    let inner = if here.value.is_array() {
        let elements = here.clone().elements();
        let inner = |place: &Place<'a>| way(place.clone(), asked, depth);
        let tells = |way: &Vec<Place<'_>>| way.last().is_some_and(|p| status_of(p).is_some());
        let is_task = |place: &Place<'a>| id(place).is_some() && tells(&inner(place));
        match elements.iter().find(|place| has_id(place, asked)) {
            Some(ours) => Some(inner(ours)),
            None if elements.len() > 1 && elements.iter().all(is_task) => {
                let (value, path) = (&NO_TASK, here.path.clone());
                Some(vec![Place { value, path }])
            }
            None => elements.first().map(inner),
        }
    } else {
        let inner = here.fields(roles::ENVELOPES);
        let mut ways: Vec<_> = inner.map(|inner| way(inner, asked, depth)).collect();
        let mut first = |holds: &dyn Fn(&Place<'a>) -> bool| {
            let at = ways.iter().position(|way| way.last().is_some_and(holds))?;
            Some(ways.swap_remove(at))
        };
        let (tells, named, none) = (
            |p: &Place<'a>| status_of(p).is_some(),
            |p: &Place<'a>| id(p).is_some(),
            |p: &Place<'a>| std::ptr::eq(p.value, &NO_TASK),
        );
        match status_of(&here) {
            None => first(&tells).or_else(|| {
                let inner = first(&named).or_else(|| first(&none));
                inner.filter(|_| !named(&here))
            }),
            // An envelope's "success" is about the query and not about the task, unless an
            // id beside it shows that the object is the task.
            Some((status, _)) if status.word.phase() == Phase::Completed && !named(&here) => {
                let wraps = here.fields(roles::WRAPS).next().is_some();
                first(&|inner| tells(inner) && (wraps || named(inner))).or_else(|| first(&none))
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

/// Returns whether any of an object's ids is `asked`.
fn has_id(object: &Place<'_>, asked: &str) -> bool {
    let is_asked = |id: Place<'_>| match id.value {
        Value::String(id) => id.trim() == asked,
        id => fields::label(id).as_deref() == Some(asked),
    };
    let mut ids = object.fields(&["id"]).chain(object.fields(roles::ID));
    ids.any(is_asked)
}

/// Returns a value's words for people; `None` for a link, which some gateways put there.
pub(super) fn words(value: &Value) -> Option<String> {
    match fields::link(value) {
        Some(_) => None,
        None => human(value),
    }
}
