//! The service's tasks, and the queries for them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

use serde::Serialize;
use serde_json::json;

use crate::video::script::{Reply, Script};

/// One query for a task.
#[derive(Clone, Debug, Serialize)]
pub struct Poll {
    /// The id that was asked for, decoded.
    pub id: String,
    /// The time of the query, in milliseconds since 1970.
    pub at: u64,
    /// The path that was asked.
    pub path: String,
    /// The query string as sent; empty if there was none.
    pub query: String,
    /// The headers, names in lower case.
    pub headers: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Task {
    script: Script,
    set: Instant,
    asked: usize,
}

/// The state of the video service.
#[derive(Debug)]
pub(crate) struct Tasks {
    tasks: HashMap<String, Task>,
    polls: VecDeque<Poll>,
    kept: usize,
    pub(crate) media: HashMap<String, Reply>,
    pub(crate) unknown: Reply,
    pub(crate) down: bool,
    pub(crate) key: Option<String>,
}

impl Tasks {
    pub(crate) fn new(kept: usize) -> Self {
        let unknown = json!({"code": "task_not_exist", "message": "task_not_exist", "data": null});
        Self {
            tasks: HashMap::new(),
            polls: VecDeque::new(),
            kept,
            media: HashMap::new(),
            unknown: Reply::json(400, unknown),
            down: false,
            key: None,
        }
    }

    pub(crate) fn set(&mut self, id: &str, script: Script) {
        self.tasks.insert(
            id.to_owned(),
            Task {
                script,
                set: Instant::now(),
                asked: 0,
            },
        );
    }

    pub(crate) fn polls(&self, id: &str) -> impl Iterator<Item = &Poll> {
        self.polls.iter().filter(move |poll| poll.id == id)
    }

    /// Records a query and returns its reply.
    pub(crate) fn ask(&mut self, poll: Poll) -> Reply {
        let refused = self.refusal(&poll);
        let id = poll.id.clone();
        self.polls.push_back(poll);
        if self.polls.len() > self.kept {
            self.polls.pop_front();
        }
        if let Some(reply) = refused {
            return reply;
        }
        let reply = self.tasks.get_mut(&id).and_then(|task| {
            task.asked += 1;
            task.script
                .reply(task.asked - 1, task.set.elapsed())
                .cloned()
        });
        reply.unwrap_or_else(|| self.unknown.clone())
    }

    fn refusal(&self, poll: &Poll) -> Option<Reply> {
        if self.down {
            let page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
            return Some(Reply::text(502, "text/html", page));
        }
        let key = self.key.as_ref()?;
        if poll.headers.get("authorization") == Some(&format!("Bearer {key}")) {
            return None;
        }
        let error = json!({"error": {"message": "无效的令牌 (request id: sandbox)", "type": "new_api_error", "code": ""}});
        Some(Reply::json(401, error))
    }
}
