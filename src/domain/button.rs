//! The meaning of a button or menu. It is written in the component's custom id and never kept
//! in memory, so that it survives a restart.

use super::watch::WatchId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Poll the task now.
    Refresh,
    /// Notify the person of the end.
    NotifyMe,
    /// No longer notify the person; below the ephemeral answer to "Notify me".
    Quiet,
    /// Show the whole prompt in an ephemeral message.
    FullPrompt,
    Stop,
    /// Follow the task again, after a timeout or a stop.
    WatchAgain,
}

impl Action {
    const ALL: [Self; 6] = [
        Self::Refresh,
        Self::NotifyMe,
        Self::Quiet,
        Self::FullPrompt,
        Self::Stop,
        Self::WatchAgain,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::NotifyMe => "notify",
            Self::Quiet => "quiet",
            Self::FullPrompt => "prompt",
            Self::Stop => "stop",
            Self::WatchAgain => "again",
        }
    }
}

/// The watches that an ephemeral list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listed {
    /// A person's running watches.
    #[default]
    Running,
    /// A person's ended watches.
    Finished,
    /// Everybody's running watches in the server.
    Server,
}

impl Listed {
    const ALL: [Self; 3] = [Self::Running, Self::Finished, Self::Server];

    fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Server => "server",
        }
    }
}

/// A component of one of the bot's messages, as its custom id describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A button below a watch's message.
    Watch(Action, WatchId),
    /// The menu of the list of running watches. Its values are the ids of watches to stop.
    StopSome,
    /// The menu of the list of finished watches. Its value is the id of the watch whose task
    /// is to be followed again.
    FollowOne,
    /// A button that leads to a page of a list, counted from 0.
    Page(Listed, u32),
    /// The menu of task ids found in a message. Its value is the id to follow.
    PickTask,
}

impl Control {
    /// Returns the custom id, at most 40 characters (Discord allows 100).
    pub fn custom_id(self) -> String {
        match self {
            Self::Watch(action, WatchId(id)) => format!("vs:{}:{id}", action.word()),
            Self::StopSome => "vs:stop-some".to_owned(),
            Self::FollowOne => "vs:follow-one".to_owned(),
            Self::Page(list, page) => format!("vs:list:{}:{page}", list.word()),
            Self::PickTask => "vs:pick-task".to_owned(),
        }
    }

    /// Reads a custom id. Returns `None` for an id of another bot or another version.
    pub fn parse(custom_id: &str) -> Option<Self> {
        match custom_id.strip_prefix("vs:")? {
            "stop-some" => Some(Self::StopSome),
            "follow-one" => Some(Self::FollowOne),
            "pick-task" => Some(Self::PickTask),
            rest => {
                let (word, id) = rest.split_once(':')?;
                if word == "list" {
                    let (word, page) = id.split_once(':')?;
                    let list = Listed::ALL.into_iter().find(|list| list.word() == word)?;
                    return Some(Self::Page(list, page.parse().ok()?));
                }
                let action = Action::ALL.into_iter().find(|a| a.word() == word)?;
                Some(Self::Watch(action, WatchId(id.parse().ok()?)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_control_comes_back_from_its_custom_id() {
        let buttons = Action::ALL.map(|action| Control::Watch(action, WatchId(i64::MAX)));
        for control in buttons
            .into_iter()
            .chain([Control::StopSome, Control::FollowOne, Control::PickTask])
            .chain(Listed::ALL.map(|list| Control::Page(list, u32::MAX)))
        {
            let id = control.custom_id();
            assert!(id.len() <= 40, "{id}");
            assert_eq!(Control::parse(&id), Some(control));
        }
    }

    #[test]
    fn what_is_not_ours_is_nothing() {
        for id in [
            "",
            "vs:",
            "vs:stop",
            "vs:stop:",
            "vs:stop:x",
            "vs:dance:1",
            "vs:list:1",
            "vs:list:running:-1",
            "other:stop:1",
        ] {
            assert_eq!(Control::parse(id), None, "{id:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(id in ".{0,100}") {
            if let Some(control) = Control::parse(&id) {
                prop_assert_eq!(Control::parse(&control.custom_id()), Some(control));
            }
        }
    }
}
