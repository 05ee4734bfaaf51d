//! The memory of channels that Discord refused the bot. It keeps people from making the bot ask
//! for such channels over and over: Discord counts refusals and bans an address with many.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Lock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::domain::discord::DiscordError;
use crate::sync::lock;

/// The time for which a channel counts as refused, and a refusal counts against a person.
const KEPT: Duration = Duration::from_secs(600);

/// The most channels, and the most people, that are remembered.
const REMEMBERED: usize = 1000;

/// The most refusals that one person may cause within [`KEPT`].
const PER_PERSON: u32 = 5;

/// The time of Discord's last refusal of a channel. The lock is a queue: while one look at the
/// channel is under way, others wait for its result.
type LastRefused = Arc<Mutex<Option<Instant>>>;

/// The reason why a channel could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupError {
    /// The channel is out of the bot's reach.
    Refused,
    /// The person had too many channels refused, and may name others after this time.
    TooMany(Duration),
    /// Discord gave no answer to the question, for example because it is down.
    Unknown(DiscordError),
}

/// The memory of refusals.
#[derive(Debug, Default)]
pub(super) struct Forbidden {
    channels: Lock<HashMap<u64, LastRefused>>,
    /// For each person, the time of the first counted refusal, and how many there are.
    people: Lock<HashMap<u64, (Instant, u32)>>,
}

impl Forbidden {
    /// Runs `look` at a channel on a person's behalf, unless Discord refused the channel, or too
    /// many of the person's channels, within the last [`KEPT`].
    pub(super) async fn look<T>(
        &self,
        channel: u64,
        person: u64,
        look: impl Future<Output = Result<T, DiscordError>>,
    ) -> Result<T, LookupError> {
        let refusal = self.refusal(channel);
        let mut refused_at = refusal.lock().await;
        if is_recent(*refused_at) {
            return Err(LookupError::Refused);
        }
        if let Some(wait) = self.wait(person) {
            return Err(LookupError::TooMany(wait));
        }
        look.await.map_err(|error| {
            if !error.is_about_the_place() {
                return LookupError::Unknown(error);
            }
            *refused_at = Some(Instant::now());
            self.count(person);
            LookupError::Refused
        })
    }

    fn refusal(&self, channel: u64) -> LastRefused {
        let mut channels = lock(&self.channels);
        if channels.len() >= REMEMBERED {
            // A locked entry is being looked at, so it stays.
            channels.retain(|_, refusal| refusal.try_lock().map_or(true, |at| is_recent(*at)));
        }
        match channels.get(&channel) {
            Some(refusal) => Arc::clone(refusal),
            // The memory is full: this channel is not remembered.
            None if channels.len() >= REMEMBERED => LastRefused::default(),
            None => Arc::clone(channels.entry(channel).or_default()),
        }
    }

    /// Returns how long a person with too many refusals must wait, if they must.
    fn wait(&self, person: u64) -> Option<Duration> {
        let (since, count) = lock(&self.people).get(&person).copied()?;
        let left = KEPT.saturating_sub(since.elapsed());
        (count >= PER_PERSON && !left.is_zero()).then_some(left)
    }

    fn count(&self, person: u64) {
        let mut people = lock(&self.people);
        people.retain(|_, (since, _)| since.elapsed() < KEPT);
        if people.len() < REMEMBERED || people.contains_key(&person) {
            people.entry(person).or_insert((Instant::now(), 0)).1 += 1;
        }
    }
}

fn is_recent(refused_at: Option<Instant>) -> bool {
    refused_at.is_some_and(|at| at.elapsed() < KEPT)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(forbidden: &Forbidden, channel: u64, person: u64) -> LookupError {
        let look = async { Err::<(), _>(DiscordError::Forbidden("no".into())) };
        forbidden.look(channel, person, look).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_refusal_is_for_everybody_and_counts_for_one() {
        let forbidden = Forbidden::default();
        for _ in 0..9 {
            assert_eq!(refused(&forbidden, 1, 7).await, LookupError::Refused);
        }
        for channel in 2..=5 {
            assert_eq!(refused(&forbidden, channel, 7).await, LookupError::Refused);
        }
        let ok = async || forbidden.look(6, 7, async { Ok(()) }).await;
        assert!(matches!(ok().await, Err(LookupError::TooMany(wait)) if wait <= KEPT));
        assert_eq!(forbidden.look(6, 8, async { Ok(1) }).await, Ok(1));
        let seen = forbidden.look(1, 8, async { Ok(1) }).await;
        assert_eq!(seen, Err(LookupError::Refused), "it is remembered");
    }

    #[tokio::test]
    async fn a_look_that_fails_is_not_remembered_and_the_memory_is_bounded() {
        let forbidden = Forbidden::default();
        let down = async { Err::<(), _>(DiscordError::Unavailable("down".into())) };
        let seen = forbidden.look(1, 7, down).await;
        assert!(matches!(seen, Err(LookupError::Unknown(_))));
        assert_eq!(forbidden.look(1, 7, async { Ok(1) }).await, Ok(1));
        for n in 0..2 * REMEMBERED as u64 {
            refused(&forbidden, n, n).await;
        }
        assert!(lock(&forbidden.channels).len() <= REMEMBERED);
        assert!(lock(&forbidden.people).len() <= REMEMBERED);
    }
}
