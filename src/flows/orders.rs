//! The orders of callers: scripts that ask for a watch over HTTP. The watch is recorded
//! durably and started at once; its message is delivered like any other.

mod spot;

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use thiserror::Error;
use tokio::time::timeout;

use super::chance::bits;
use super::start::Starter;
use crate::discord::messenger::Messenger;
use crate::domain::caller::{Caller, Order, Wanted};
use crate::domain::secret::Secret;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::domain::watch::{
    DEFAULT_UPLOAD_LIMIT, NOBODY, NewWatch, Notify, Reach, Watch, WatchId, WatchState,
};
use crate::render::locale::Locale;
use crate::store::{Asked, Ordered, Store, StoreError};

/// How long the check of the channel may take.
const LOOK_TIMEOUT: Duration = Duration::from_secs(10);

/// How many ids are drawn for a watch. If all of them are taken, something else is wrong.
const DRAWS: u32 = 5;

/// The most watches of one task that a caller is shown.
const LISTED: u32 = 100;

/// The bits of a snowflake below its milliseconds.
const WITHIN_MILLISECOND: u64 = (1 << 22) - 1;

/// Handles the orders of callers.
pub struct Orders {
    pub starter: Starter,
    pub messenger: Messenger,
    pub application_id: u64,
    /// `SPOILER`.
    pub spoiler: bool,
    /// `LANGUAGE`.
    pub language: Option<Locale>,
    /// `ALLOWED_GUILDS`. If it is empty, all servers and direct messages are served.
    pub guilds: BTreeSet<u64>,
    /// `API_MAX_WATCHES`: the most running watches of one caller.
    pub max_watches: NonZeroU32,
}

/// The result of an order.
pub enum Placed {
    /// The watch is recorded.
    Recorded(Ordered),
    /// The order was placed before, and this is its watch.
    Again(Ordered),
}

/// An order's refusal, in words for the caller.
#[derive(Debug, Error)]
pub enum Unplaced {
    #[error("the bot does not serve this place: ALLOWED_GUILDS lists other servers")]
    Elsewhere,
    #[error(
        "the bot may not post in this channel: it needs View Channel and Send Messages there \
         (in a thread Send Messages in Threads), and a refused channel is checked again after \
         ten minutes"
    )]
    NoPosting,
    #[error(
        "the bot may not mention this role there: let anybody mention the role, or give the bot \
         Mention Everyone; @everyone itself is never mentioned"
    )]
    NoRole,
    #[error("Discord opens no direct messages with this person")]
    NoDirectMessages,
    #[error("this token has {0} running watches, the most that API_MAX_WATCHES allows")]
    TooMany(u32),
    #[error("this Idempotency-Key was used for another order")]
    OtherOrder,
    #[error("too many channels were refused: try again in {} s", .0.as_secs() + 1)]
    TooManyRefused(Duration),
    #[error("Discord asks the bot to wait: try again in {} s", .0.as_secs() + 1)]
    Wait(Duration),
    #[error("Discord does not say at the moment whether the bot may post there: try again")]
    NotAnswering(String),
    #[error("the database does not answer: try again")]
    Store(#[from] StoreError),
}

impl Orders {
    /// Records an order and starts its watch. A repeated `key` places no second order.
    pub async fn place(
        &self,
        caller: Caller,
        key: Option<String>,
        wanted: &Wanted,
    ) -> Result<Placed, Unplaced> {
        let placed = self.record(caller, key, wanted).await?;
        let Placed::Recorded((watch, _)) = &placed else {
            return Ok(placed);
        };
        if let Err(error) = self.starter.begin(watch).await {
            // The watch's lease runs out, and the courier starts it.
            tracing::error!(watch_id = watch.id.0, %error, "orders.not_started");
        }
        let ordered = self.store().order(caller, watch.id).await?;
        Ok(ordered.map_or(placed, Placed::Recorded))
    }

    /// Records an order durably. Its watch is due once its lease has run out.
    pub async fn record(
        &self,
        caller: Caller,
        key: Option<String>,
        wanted: &Wanted,
    ) -> Result<Placed, Unplaced> {
        let body = wanted.body();
        if let Some(key) = &key
            && let Some(ordered) = self.store().order_with_key(caller, key).await?
        {
            return again(ordered, &body);
        }
        let order = Order { caller, key, body };
        let asked = self.asked(order.clone(), wanted).await?;
        for _ in 0..DRAWS {
            let now = self.now();
            let asked = NewWatch {
                interaction_id: now.snowflake() | (bits() & WITHIN_MILLISECOND),
                ..asked.clone()
            };
            let watch = Watch::new(asked, now);
            let most = self.max_watches.get();
            match self.store().ask(&watch, self.starter.lease, most).await? {
                Asked::Recorded => {
                    tracing::info!(watch_id = watch.id.0, %caller, "orders.recorded");
                    return Ok(Placed::Recorded((watch, None)));
                }
                Asked::TooMany => return Err(Unplaced::TooMany(most)),
                // Either another request has just used this key, or the drawn id is taken.
                Asked::Again | Asked::Following => {
                    if let Some(key) = &order.key
                        && let Some(ordered) = self.store().order_with_key(caller, key).await?
                    {
                        return again(ordered, &order.body);
                    }
                }
            }
        }
        let why = "no free watch id was found".to_owned();
        Err(Unplaced::NotAnswering(why))
    }

    /// Returns a caller's watch.
    pub async fn find(&self, caller: Caller, id: WatchId) -> Result<Option<Ordered>, StoreError> {
        self.store().order(caller, id).await
    }

    /// Returns a caller's last watches of a task.
    pub async fn list(&self, caller: Caller, id: &TaskId) -> Result<Vec<Ordered>, StoreError> {
        self.store().orders(caller, id, LISTED).await
    }

    /// Stops a caller's watch if it is running; its message says that the bot stopped it.
    /// Returns whether the caller has such a watch.
    pub async fn stop(&self, caller: Caller, id: WatchId) -> Result<bool, StoreError> {
        let Some((mut watch, _)) = self.find(caller, id).await? else {
            return Ok(false);
        };
        if watch.state == WatchState::Asked {
            // Its message does not exist yet. The watch may go live at this very moment.
            self.store().drop(id).await?;
            let Some((live, _)) = self.find(caller, id).await? else {
                return Ok(true);
            };
            watch = live;
        }
        let (task_id, by) = (&watch.asked.task_id, self.messenger.bot_id());
        let stopped = self.store().stop_watch(id, task_id, by, self.now());
        if stopped.await? {
            self.starter.inboxes.courier.wake();
        }
        Ok(true)
    }

    fn now(&self) -> Timestamp {
        self.starter.clock.now()
    }

    fn store(&self) -> &Store {
        &self.starter.store
    }

    /// Returns the watch that an order asks for, still without an id.
    async fn asked(&self, order: Order, wanted: &Wanted) -> Result<NewWatch, Unplaced> {
        let looked = timeout(LOOK_TIMEOUT, self.spot(&order, wanted)).await;
        let slow = |_| Unplaced::NotAnswering("the check took too long".to_owned());
        let spot = looked.map_err(slow)?.inspect_err(|error| {
            tracing::info!(caller = %order.caller, ?error, "orders.refused");
        })?;
        let chosen = wanted.locale.clone();
        let language = self.language.map(|language| language.code().to_owned());
        let locale = chosen.or(language).or(spot.locale);
        let locale = locale.unwrap_or_else(|| Locale::default().code().to_owned());
        Ok(NewWatch {
            task_id: wanted.task_id.clone(),
            interaction_id: 0,
            application_id: self.application_id,
            guild_id: spot.guild_id,
            channel_id: spot.channel_id,
            user_id: spot.user_id.unwrap_or(NOBODY),
            role_id: spot.role_id,
            own_locale: locale.clone(),
            locale,
            private: false,
            notify: match spot.user_id.or(spot.role_id) {
                Some(_) => Notify::Here,
                None => Notify::Off,
            },
            reach: Reach::Channel,
            token: Secret::new(""),
            token_expires_at: Timestamp(0),
            spoiler: wanted.spoiler || self.spoiler,
            embeds: spot.embeds,
            upload_limit: DEFAULT_UPLOAD_LIMIT,
            announce_channel_id: None,
            order: Some(order),
        })
    }
}

fn again(ordered: Ordered, body: &str) -> Result<Placed, Unplaced> {
    let order = ordered.0.asked.order.as_ref();
    match order.is_some_and(|order| order.body == body) {
        true => Ok(Placed::Again(ordered)),
        false => Err(Unplaced::OtherOrder),
    }
}
