//! The process's clock. The floors below take moments as arguments.
//!
//! The wall clock of a machine may jump: a virtual machine resumes, or somebody sets the
//! time. The process therefore reads the wall clock once and adds the time that has passed
//! since then on the monotonic clock. The timekeeper compares the result with the wall clock
//! and corrects a large difference.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::domain::time::Timestamp;
use crate::sync::lock;

/// How long the readiness check reports a jump.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// The process's clock. Clones share its time.
#[derive(Clone)]
pub struct Clock(Arc<Clocks>);

/// The wall clock and the state that clones of a [`Clock`] share.
struct Clocks {
    wall: Box<dyn Fn() -> Timestamp + Send + Sync>,
    anchor: Mutex<Anchor>,
    jump: Mutex<Option<Jump>>,
}

/// A moment, and the monotonic clock's reading at that moment.
#[derive(Clone, Copy)]
struct Anchor {
    moment: Timestamp,
    read_at: Instant,
}

/// A difference between the wall clock and the process's clock, in milliseconds, and when it
/// was last seen.
#[derive(Clone, Copy)]
struct Jump {
    by: i64,
    seen_at: Instant,
}

impl Clock {
    /// Returns a clock that starts at the machine's own time.
    #[must_use]
    pub fn system() -> Self {
        Self::reading(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            Timestamp(0).plus(since.unwrap_or_default())
        })
    }

    /// Returns a clock that starts at the time that `wall` returns.
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

    /// Returns the present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let anchor = *lock(&self.0.anchor);
        anchor.moment.plus(anchor.read_at.elapsed())
    }

    /// Sets the clock to `moment`.
    pub fn set(&self, moment: Timestamp) {
        *lock(&self.0.anchor) = Anchor {
            moment,
            read_at: Instant::now(),
        };
    }

    /// Returns by how many milliseconds the wall clock is ahead of this clock.
    pub(super) fn ahead(&self) -> i64 {
        (self.0.wall)().0.saturating_sub(self.now().0)
    }

    /// Records that the wall clock is now `by` milliseconds ahead.
    pub(super) fn note_jump(&self, by: i64) {
        let seen_at = Instant::now();
        *lock(&self.0.jump) = Some(Jump { by, seen_at });
    }

    /// Returns by how many seconds the wall clock jumped, if it did within the last hour.
    #[must_use]
    pub fn jumped(&self) -> Option<i64> {
        let jump = *lock(&self.0.jump);
        jump.filter(|jump| jump.seen_at.elapsed() < REMEMBERED)
            .map(|jump| (jump.by + 500).div_euclid(1000))
    }
}
