//! The meaning of a press on a message, written in the component's custom id so
//! that it outlives every restart: nothing about a button is kept in memory.

use super::watch::WatchId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ask the provider now.
    Refresh,
    /// Be notified of the end.
    NotifyMe,
    /// Be notified no longer; below the private answer to "Notify me".
    Quiet,
    /// Show the whole prompt, privately.
    FullPrompt,
    Stop,
    /// Follow the task once more, after a timeout or a stop.
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

/// Which watches a private list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listed {
    /// A person's running ones.
    #[default]
    Running,
    /// A person's that are over.
    Finished,
    /// Everybody's running ones in the server.
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

/// A component of ours, as its custom id names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// A button below a watch's message.
    Watch(Action, WatchId),
    /// The menu of the private list; its values are numbers of watches to stop.
    StopSome,
    /// The menu of the list of finished ones; its value is the number of the watch whose
    /// task is to be followed again.
    FollowOne,
    /// A button that leads to a page of a list, counted from 0.
    Page(Listed, u32),
    /// The menu of found task ids; its value is the one to look at.
    PickTask,
}

impl Control {
    /// The custom id, at most 40 characters (Discord takes 100).
    pub fn custom_id(self) -> String {
        match self {
            Self::Watch(action, WatchId(id)) => format!("vs:{}:{id}", action.word()),
            Self::StopSome => "vs:stop-some".to_owned(),
            Self::FollowOne => "vs:follow-one".to_owned(),
            Self::Page(list, page) => format!("vs:list:{}:{page}", list.word()),
            Self::PickTask => "vs:pick-task".to_owned(),
        }
    }

    /// Reads a custom id; none of ours, or of another version, is `None`.
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
