//! The process's time, which is an argument on every floor below.
//!
//! The wall clock of a machine may jump: a virtual machine resumes, or somebody sets
//! it. Spans are therefore measured by the monotonic clock, and a moment is the wall
//! clock's reading at one point plus the span since then. The timekeeper compares the
//! two and says what follows where they part.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::domain::time::Timestamp;
use crate::sync::lock;

/// A jump is named by the readiness check for so long.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// The process's time. Clones share it.
#[derive(Clone)]
pub struct Clock(Arc<Clocks>);

/// The wall clock, and what is taken from it.
struct Clocks {
    wall: Box<dyn Fn() -> Timestamp + Send + Sync>,
    anchor: Mutex<Anchor>,
    jump: Mutex<Option<Jump>>,
}

/// A moment and the monotonic clock's reading at it.
#[derive(Clone, Copy)]
struct Anchor {
    moment: Timestamp,
    read_at: Instant,
}

/// By how many milliseconds the wall clock left the monotonic one, and when that was
/// last seen.
#[derive(Clone, Copy)]
struct Jump {
    by: i64,
    seen_at: Instant,
}

impl Clock {
    /// A clock that begins with the machine's own time.
    #[must_use]
    pub fn system() -> Self {
        Self::reading(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            Timestamp(0).plus(since.unwrap_or_default())
        })
    }

    /// A clock that begins with what `wall` reads.
    #[must_use]
    pub fn reading(wall: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        let anchor = Anchor {
            moment: wall(),
            read_at: Instant::now(),
        };
        Self(Arc::new(Clocks {
            wall: Box::new(wall),
            anchor: Mutex::new(anchor),
            jump: Mutex::default(),
        }))
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let anchor = *lock(&self.0.anchor);
        anchor.moment.plus(anchor.read_at.elapsed())
    }

    /// Goes on from `moment`.
    pub fn set(&self, moment: Timestamp) {
        *lock(&self.0.anchor) = Anchor {
            moment,
            read_at: Instant::now(),
        };
    }

    /// By how many milliseconds the wall clock is ahead of this one.
    pub(super) fn ahead(&self) -> i64 {
        (self.0.wall)().0.saturating_sub(self.now().0)
    }

    /// Notes that the wall clock was seen ahead by so many milliseconds.
    pub(super) fn note_jump(&self, by: i64) {
        let seen_at = Instant::now();
        *lock(&self.0.jump) = Some(Jump { by, seen_at });
    }

    /// By how many seconds the wall clock jumped within the last hour, if it did.
    #[must_use]
    pub fn jumped(&self) -> Option<i64> {
        let jump = *lock(&self.0.jump);
        jump.filter(|jump| jump.seen_at.elapsed() < REMEMBERED)
            .map(|jump| (jump.by + 500).div_euclid(1000))
    }
}
