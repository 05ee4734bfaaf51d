//! Faults that a test chooses: answers, delays, cut connections and frozen requests.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::discord::model::errors::ApiError;
use crate::patience;

/// A fault for the next requests of one route of any stand-in.
///
/// Without an effect, such as [`Fault::reply`], it only delays the requests.
#[derive(Clone, Debug)]
pub struct Fault {
    route: String,
    in_path: String,
    times: u32,
    pub(crate) after_effect: bool,
    pub(crate) delay: Duration,
    pub(crate) effect: Effect,
}

/// The effect of a fault on a request.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    None,
    Reply {
        status: u16,
        retry_after: Option<Duration>,
        body: Value,
    },
    Hang,
    Drop,
}

impl Fault {
    /// Creates a fault for the next request of `route`, which is the method and the template,
    /// such as `PATCH /webhooks/{app}/{token}/messages/@original`.
    #[must_use]
    pub fn on(route: &str) -> Self {
        Self {
            route: route.to_owned(),
            in_path: String::new(),
            times: 1,
            after_effect: false,
            delay: Duration::ZERO,
            effect: Effect::None,
        }
    }

    /// Limits the fault to requests whose path contains `text`, such as an id or a token.
    #[must_use]
    pub fn in_path(mut self, text: impl ToString) -> Self {
        self.in_path = text.to_string();
        self
    }

    /// Applies the fault to this many requests instead of one.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Applies the fault to every request until [`crate::Sandbox::heal`].
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// Lets the request take effect before the fault, so that its sender does not learn that it
    /// did.
    #[must_use]
    pub fn after_effect(mut self) -> Self {
        self.after_effect = true;
        self
    }

    /// Delays the request by this long before anything else.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Answers with this status and JSON body.
    #[must_use]
    pub fn reply(self, status: u16, body: Value) -> Self {
        self.effect(Effect::Reply {
            status,
            retry_after: None,
            body,
        })
    }

    /// Answers with one of Discord's error codes, in Discord's words and with its status.
    #[must_use]
    pub fn discord(self, code: u32) -> Self {
        let error = ApiError::known(code);
        self.reply(error.status.as_u16(), error.body())
    }

    /// Answers 429 as Discord does, with `Retry-After`.
    #[must_use]
    pub fn rate_limited(self, wait: Duration) -> Self {
        let body = json!({
            "message": "You are being rate limited.",
            "retry_after": wait.as_secs_f64(),
            "global": false,
        });
        self.effect(Effect::Reply {
            status: 429,
            retry_after: Some(wait),
            body,
        })
    }

    /// Never answers.
    #[must_use]
    pub fn hang(self) -> Self {
        self.effect(Effect::Hang)
    }

    /// Closes the connection without an answer.
    #[must_use]
    pub fn drop_connection(self) -> Self {
        self.effect(Effect::Drop)
    }

    fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }
}

/// The point at which [`crate::Sandbox::hold`] freezes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The point before the request has any effect.
    Before,
    /// The point after its effect and before its answer.
    After,
}

/// The fate of a frozen request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Wait,
    GoOn,
    Discard,
}

/// A trap for the next request of a route. Dropping it lets the request go on.
#[derive(Debug)]
pub struct Hold {
    arrived: watch::Receiver<bool>,
    verdict: watch::Sender<Verdict>,
    patience: Duration,
}

impl Hold {
    /// Waits until a request is caught.
    ///
    /// # Panics
    /// Panics if none came in time ([`crate::Options::patience`]).
    #[expect(clippy::panic, reason = "a test that waits in vain has failed")]
    pub async fn arrived(&mut self) {
        let caught = self.arrived.wait_for(|arrived| *arrived);
        if !matches!(patience::within(self.patience, caught).await, Some(Ok(_))) {
            panic!("no request came into the hold within {:?}", self.patience);
        }
    }

    /// Lets the request go on.
    pub fn release(self) {
        self.verdict.send_replace(Verdict::GoOn);
    }

    /// Cuts the request's connection: before its effect as if the request had never arrived, or
    /// after it as if its answer were lost. For tests that end the sender while it waits:
    /// nothing it did can race with them.
    pub fn discard(self) {
        self.verdict.send_replace(Verdict::Discard);
    }
}

/// The sandbox's side of a [`Hold`].
#[derive(Debug)]
pub(crate) struct Trap {
    route: String,
    pub(crate) point: Point,
    arrived: watch::Sender<bool>,
    verdict: watch::Receiver<Verdict>,
}

impl Trap {
    /// Reports the catch and waits for the hold's verdict or its end. Returns whether the
    /// request shall go on.
    pub(crate) async fn wait(&mut self) -> bool {
        self.arrived.send_replace(true);
        // An error means that the hold was dropped, so the request goes on.
        let verdict = self.verdict.wait_for(|verdict| *verdict != Verdict::Wait);
        verdict
            .await
            .map_or(true, |verdict| *verdict == Verdict::GoOn)
    }
}

/// The faults and traps that wait for their requests.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    faults: Vec<Fault>,
    traps: Vec<Trap>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(crate) fn heal(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn hold(&mut self, route: &str, point: Point, patience: Duration) -> Hold {
        let (arrived_tx, arrived) = watch::channel(false);
        let (verdict_tx, verdict) = watch::channel(Verdict::Wait);
        self.traps.push(Trap {
            route: route.to_owned(),
            point,
            arrived: arrived_tx,
            verdict,
        });
        Hold {
            arrived,
            verdict: verdict_tx,
            patience,
        }
    }

    /// Returns the fault and the trap for a request, if there are any, and uses up the trap and
    /// one of the fault's times.
    pub(crate) fn take(&mut self, route: &str, path: &str) -> (Option<Fault>, Option<Trap>) {
        let place = self
            .faults
            .iter()
            .position(|fault| fault.route == route && path.contains(&fault.in_path));
        let fault = place.map(|place| {
            let fault = &mut self.faults[place];
            fault.times = if fault.times == u32::MAX {
                u32::MAX
            } else {
                fault.times - 1
            };
            let taken = fault.clone();
            if taken.times == 0 {
                self.faults.remove(place);
            }
            taken
        });
        let trap = self
            .traps
            .iter()
            .position(|trap| trap.route == route)
            .map(|place| self.traps.remove(place));
        (fault, trap)
    }
}
