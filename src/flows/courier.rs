//! The courier. It keeps each Discord message equal to its task's snapshot, and at the end
//! notifies the people who waited.
//!
//! A delivery takes the steps that are due in a watch's life: start an asked watch, show
//! progress, show the end, notify, and attach the file. Each step is recorded before the
//! next. A crash between any two leaves a due row, and the next claim continues there.

mod files;
mod job;
mod notify;
mod once;
mod own;
mod show;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use self::job::{DeliveryError, Job, Means};
use self::show::Shown;
use super::chance::jitter;
use super::inbox::Delivery;
use super::links;
use super::start::Starter;
use super::view::Extras;
use super::worker::Work;
use crate::discord::messenger::Messenger;
use crate::domain::decide::attempt::Via;
use crate::domain::decide::delivery::{self, Step};
use crate::domain::decide::refusal;
use crate::domain::discord::DiscordError;
use crate::domain::task::Task;
use crate::domain::time::Timestamp;
use crate::domain::watch::{Watch, WatchState};
use crate::metrics::{self, Loop};
use crate::provider::media::Fetcher;
use crate::render::view::Video;
use crate::store::StoreError;

/// The time after which a delivery is aborted. An upload may take a minute.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The most deliveries at a time.
pub const SLOTS: u32 = 32;

/// The most deliveries that may wait for files, so that the other slots never do.
const WAITS: usize = SLOTS as usize / 2;

/// How long the courier tries to attach a file after it has shown the end without it. The
/// fetcher's own tries take up to a minute of this time.
const ATTACH_FOR: Duration = Duration::from_secs(90);

/// The pause before the courier checks again for a file that is still being fetched.
const ATTACH_PAUSE: Duration = Duration::from_secs(2);

/// Delivers watches: brings their messages up to date.
pub struct Courier {
    means: Means,
    starter: Starter,
}

impl Courier {
    /// Creates a courier that relies on Discord to recognise a nonce for `nonce_memory`, and
    /// mentions `announce_role` in announcements.
    #[must_use]
    pub fn new(
        starter: Starter,
        messenger: Messenger,
        fetcher: Arc<Fetcher>,
        nonce_memory: Duration,
        announce_role: Option<u64>,
    ) -> Self {
        let means = Means {
            clock: starter.clock.clone(),
            store: starter.store.clone(),
            messenger,
            fetcher,
            waits: Semaphore::new(WAITS),
            announce_role,
            nonce_memory,
        };
        Self { means, starter }
    }

    fn now(&self) -> Timestamp {
        self.means.clock.now()
    }

    /// Takes the watch's next steps and settles it. Returns when it is due again, if known.
    async fn deliver(&self, delivery: &Delivery) -> Result<Option<Timestamp>, DeliveryError> {
        let mut started = None;
        if delivery.watch.state == WatchState::Asked {
            started = self.starter.start(&delivery.watch).await?;
            if started.is_none() {
                return Ok(None);
            }
        }
        let Delivery { watch, task } = started.as_ref().unwrap_or(delivery);
        let (mut watch, Some(task)) = (watch.clone(), task) else {
            return Ok(None);
        };
        let store = &self.means.store;
        let step = delivery::step(&watch, task, self.now());
        match step {
            Step::Later(at) => return Ok(store.settle_watch(&watch, Some(at), self.now()).await?),
            Step::Nothing => {
                if task.answered {
                    watch.shown_revision = task.revision;
                }
                return Ok(store.settle_watch(&watch, None, self.now()).await?);
            }
            Step::Show | Step::Notify | Step::NotifyFirst | Step::Attach => {}
        }
        let extras = Extras::load(store, &watch, task, is_first(&watch)).await?;
        let mut job = Job::new(&self.means, watch, task, extras);
        if matches!(step, Step::Notify | Step::NotifyFirst) {
            let media = links::shown(&job.means.fetcher, task, Duration::ZERO).await;
            job.link_hidden = media.video == Video::None;
        }
        if step == Step::NotifyFirst {
            // The message does not show the video yet, so the notification links to it.
            job.linked = true;
            let shown_by = Shown::before(&job).via;
            if !notify(&mut job, shown_by).await? {
                return Ok(job.due_at);
            }
        }
        let shown = match step {
            Step::Notify => Some(Shown::before(&job)),
            _ => show::show(&mut job).await?,
        };
        if let Some(shown) = shown {
            if job.outcome.is_none() {
                job.settle(None).await?;
            } else {
                finish(&mut job, shown).await?;
            }
        }
        Ok(job.due_at)
    }

    /// Settles a delivery that timed out or panicked, as if Discord had not answered. The
    /// watch ends once [`refusal::wait_after`] allows no further wait.
    async fn settle_unfinished(&self, delivery: &Delivery) -> Option<Timestamp> {
        let mut watch = delivery.watch.clone();
        let error = DiscordError::Unavailable("the delivery did not end".into());
        let due_at = match refusal::wait_after(&error, &watch, self.now(), jitter()) {
            Some((after, _)) => Some(self.now().plus(after)),
            None => {
                tracing::error!(watch_id = watch.id.0, "delivery.given_up");
                let task = delivery.task.as_ref();
                watch.ended_as = task.and_then(|task| watch.outcome(task));
                watch.state = WatchState::Ended;
                None
            }
        };
        watch.failures += 1;
        let settled = self
            .means
            .store
            .settle_watch(&watch, due_at, self.now())
            .await;
        settled.unwrap_or_else(|error| stopped(&watch, &error.into()))
    }
}

/// Logs why a delivery stops without settling its watch. The lease runs out, and another try
/// follows. Returns `None`: it is not known when the watch is due.
fn stopped(watch: &Watch, error: &DeliveryError) -> Option<Timestamp> {
    let watch_id = watch.id.0;
    if matches!(error, DeliveryError::Store(StoreError::ClaimLost)) {
        tracing::warn!(watch_id, "delivery.claim_lost");
    } else {
        tracing::error!(watch_id, %error, "delivery.failed");
    }
    None
}

/// Notifies the people who waited for an end that is shown, and settles the watch: for good,
/// or until its file can be attached.
async fn finish(job: &mut Job<'_>, shown: Shown) -> Result<(), DeliveryError> {
    if shown.incomplete {
        job.watch.attach_until = job.watch.attach_until.or(Some(job.now().plus(ATTACH_FOR)));
    }
    if job.watch.notified_at.is_none() {
        if !notify(job, shown.via).await? {
            return Ok(());
        }
        // The edit that attaches a missing file also says that the requester could not be
        // notified.
        let says_so = job.watch.untold && !shown.incomplete;
        if says_so
            && matches!(shown.via, Via::Token | Via::Channel)
            && show::show(job).await?.is_none()
        {
            return Ok(());
        }
    }
    if shown.incomplete {
        job.settle(Some(job.now().plus(ATTACH_PAUSE))).await?;
    } else {
        job.end().await?;
    }
    Ok(())
}

/// Notifies the people who waited. Returns `false` if Discord refused that; the watch is then
/// settled, either to try again or for good.
async fn notify(job: &mut Job<'_>, shown_by: Via) -> Result<bool, DeliveryError> {
    job.started = Instant::now();
    match notify::notify(job, shown_by).await {
        Ok(anybody) => {
            job.watch.notified_at = Some(job.now());
            if anybody {
                metrics::delivery("notification", "done", job.started.elapsed());
            }
            Ok(true)
        }
        Err(DeliveryError::Discord(error)) => {
            tracing::info!(watch_id = job.watch.id.0, %error, "notify.refused");
            match refusal::wait_after(&error, &job.watch, job.now(), jitter()) {
                Some((after, failed)) => job.wait("notification", after, failed).await?,
                None => job.give_up("notification").await?,
            }
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Returns whether nobody can have subscribed yet: the watch comes straight from the intake,
/// and its message is not taken over from another watch.
fn is_first(watch: &Watch) -> bool {
    watch.attempt == 0 && watch.shown_state.is_none() && watch.message_id.is_none()
}

impl Work for Courier {
    type Item = Delivery;
    const LOOP: Loop = Loop::Courier;

    async fn claim(&self, limit: u32, lease: Duration) -> Result<Vec<Delivery>, StoreError> {
        let watches = self
            .means
            .store
            .claim_watches(self.now(), lease, limit)
            .await?;
        let delivery = |(watch, task): (Watch, Option<Task>)| Delivery { watch, task };
        Ok(watches.into_iter().map(delivery).collect())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.means.store.next_delivery_at().await
    }

    async fn perform(&self, delivery: Arc<Delivery>) -> Option<Timestamp> {
        let watch = &delivery.watch;
        match tokio::time::timeout(TIMEOUT, self.deliver(&delivery)).await {
            Ok(Ok(due_at)) => due_at,
            Ok(Err(error)) => stopped(watch, &error),
            Err(_) => {
                let outcome = delivery.task.as_ref().and_then(|task| watch.outcome(task));
                metrics::delivery(job::kind(outcome), "too_slow", TIMEOUT);
                tracing::warn!(watch_id = watch.id.0, "delivery.too_slow");
                self.settle_unfinished(&delivery).await
            }
        }
    }

    async fn settle_broken(&self, delivery: Arc<Delivery>) {
        self.settle_unfinished(&delivery).await;
    }

    async fn renew(&self, delivery: Arc<Delivery>, until: Timestamp) -> Result<(), StoreError> {
        self.means.store.renew_watch(&delivery.watch, until).await
    }

    async fn release(&self, delivery: Arc<Delivery>) -> Result<(), StoreError> {
        self.means
            .store
            .release_watch(&delivery.watch, self.now())
            .await
    }
}
