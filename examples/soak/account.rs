//! Accounts for every command after the trouble has ended.

use std::time::Duration;

use sandbox::{Interaction, Message};
use testing::{Stage, title};
use tokio::time::{sleep, timeout};
use videostatus::domain::secret::Secret;
use videostatus::domain::task::TaskId;
use videostatus::domain::watch::{Watch, WatchId, WatchState};
use videostatus::store::{Store, Whose};

use crate::trouble::Trouble;

/// The time that all watches may take to end once nothing breaks any more.
const CALM: Duration = Duration::from_secs(180);
/// The number of commands by how they ended.
#[derive(Default)]
pub(crate) struct Verdict {
    asked: usize,
    unanswered: usize,
    unsaved: usize,
    refused: usize,
    ended: usize,
    lost: usize,
    duplicated: usize,
}

impl Verdict {
    pub(crate) fn clean(&self) -> bool {
        self.lost + self.duplicated == 0
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "asked = {}, seen to fail at once = {}, told that it was not saved = {}, refused at once = {}, \
             followed to the end = {}\n\
             lost = {}, duplicated = {}",
            self.asked,
            self.unanswered,
            self.unsaved,
            self.refused,
            self.ended,
            self.lost,
            self.duplicated
        )
    }
}

/// Waits until all watches have ended, stops the bots, and counts.
pub(crate) async fn settle(stage: &Stage, trouble: Trouble<'_>, asked: &[Interaction]) -> Verdict {
    let store = Store::open(&Secret::new(trouble.server.url()))
        .await
        .unwrap();
    let guild = Whose::Guild(stage.sandbox.guild().get());
    let calm = async {
        while store.watches_of(guild, 0, 1).await.unwrap().1 > 0 {
            sleep(Duration::from_millis(200)).await;
        }
    };
    let in_time = timeout(CALM, calm).await.is_ok();
    println!("all watches ended: {in_time}");
    for bot in trouble.bots {
        bot.stop().await;
    }
    let messages = stage.sandbox.messages(&stage.sandbox.channel());
    let mut verdict = Verdict {
        asked: asked.len(),
        ..Verdict::default()
    };
    for interaction in asked {
        let id = WatchId(interaction.id.get().cast_signed());
        match (store.watch(id).await.unwrap(), interaction.original()) {
            (Some(watch), _) => {
                let task: &TaskId = &watch.asked.task_id;
                let waited = watch.has_waited(&store.task(task).await.unwrap().unwrap());
                judge(&mut verdict, &watch, waited, &messages);
            }
            (None, Some(message)) if message.embeds.to_string().contains("could not save") => {
                verdict.unsaved += 1;
            }
            (None, Some(message)) => {
                println!("lost: {} shows {:?}", interaction.id, title(&message));
                verdict.lost += 1;
            }
            // The person saw "The application did not respond".
            (None, None) => verdict.unanswered += 1,
        }
    }
    verdict
}

/// Counts one watch: it must have ended, its message must say so, and its person must have been
/// notified once if they waited.
fn judge(verdict: &mut Verdict, watch: &Watch, waited: bool, messages: &[Message]) {
    let id = watch.message_id.unwrap_or_default();
    let shown = messages.iter().find(|m| m.id.get() == id);
    let shows = |m: &Message| title(m).contains("ready") || title(m).contains("could not be made");
    let pings = messages
        .iter()
        .filter(|m| m.reference.is_some_and(|to| to.get() == id) && !m.pings.is_empty())
        .count();
    // A new id may be refused at once. A person who waited never gets a refusal.
    let refuses =
        |m: &Message| title(m).contains("No video with") || title(m).contains("turned me away");
    // Other people may have asked for the task since, so the state that this message showed
    // counts.
    let at_once = watch.state == WatchState::Ended && watch.shown_revision == 0 && pings == 0;
    if at_once && shown.is_some_and(refuses) {
        verdict.refused += 1;
        return;
    }
    let fine = watch.state == WatchState::Ended && shown.is_some_and(shows);
    if pings > usize::from(waited) {
        println!("duplicated: {pings} pings, {watch:?}");
        verdict.duplicated += 1;
    } else if !fine || pings < usize::from(waited) {
        println!("lost: {pings} pings, {shown:?}, {watch:?}");
        verdict.lost += 1;
    } else {
        verdict.ended += 1;
    }
}
