//! The troublemaker: it breaks bots, the database, the gateway, and the answers of Discord and
//! the video service.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use sandbox::{Cut, Fault};
use serde_json::json;
use testing::postgres::Server;
use testing::{Bot, Stage};
use tokio::time::{Instant, sleep};
use videostatus::app::Timings;

/// A random number generator that can be repeated (xorshift).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    pub(crate) fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }
}

/// The troublemaker and everything that it breaks.
pub(crate) struct Trouble<'a> {
    stage: &'a Stage,
    variables: HashMap<&'static str, String>,
    pub(crate) bots: Vec<Bot>,
    pub(crate) server: Server,
    dice: Dice,
    pub(crate) made: BTreeMap<&'static str, u32>,
}

impl<'a> Trouble<'a> {
    /// Starts three bots before anything breaks.
    pub(crate) async fn new(
        stage: &'a Stage,
        variables: HashMap<&'static str, String>,
        server: Server,
        dice: Dice,
    ) -> Self {
        let mut trouble = Self {
            stage,
            variables,
            bots: Vec::new(),
            server,
            dice,
            made: BTreeMap::new(),
        };
        for _ in 0..3 {
            let bot = trouble.start().await;
            trouble.bots.push(bot);
        }
        trouble
    }

    async fn start(&self) -> Bot {
        let timings = Timings {
            // The rows of a killed process are due again after this time.
            work_lease: Duration::from_secs(4),
            ..Timings::default()
        };
        loop {
            match Bot::start_at(self.variables.clone(), timings, self.stage.clock()).await {
                Ok(bot) => return bot,
                // The start met a fault; an operator's restart policy would try again, too.
                Err(_) => sleep(Duration::from_millis(500)).await,
            }
        }
    }

    /// Makes trouble about once a second, until `until`.
    pub(crate) async fn make(&mut self, until: Instant) {
        while Instant::now() < until {
            sleep(self.dice.millis(200, 1_800)).await;
            let name = self.one().await;
            *self.made.entry(name).or_default() += 1;
        }
    }

    /// Makes one kind of trouble and returns its name.
    async fn one(&mut self) -> &'static str {
        let sandbox = &self.stage.sandbox;
        let times = u32::try_from(1 + self.dice.below(6)).unwrap();
        let on = |route: &str| Fault::on(route).times(times);
        let edit = "PATCH /webhooks/{app}/{token}/messages/@original";
        let (ping, query) = ("POST /channels/{channel}/messages", "GET /v1/video/query");
        let answer = "POST /interactions/{id}/{token}/callback";
        let wait = self.dice.millis(100, 1_500);
        let (name, fault) = match self.dice.below(28) {
            0..=3 => {
                self.take_one().kill();
                sleep(wait).await;
                let bot = self.start().await;
                self.bots.push(bot);
                return "bot killed";
            }
            4 => {
                self.take_one().stop().await;
                let bot = self.start().await;
                self.bots.push(bot);
                return "bot stopped";
            }
            5 => {
                let bot = self.take_one();
                let frozen = bot.freeze().await;
                sleep(wait * 5).await;
                drop(frozen);
                self.bots.push(bot);
                return "bot frozen";
            }
            6 | 7 => {
                tokio::task::block_in_place(|| self.server.restart());
                return "database restarted";
            }
            8..=10 => {
                let cuts = [Cut::Abrupt, Cut::Code(4000), Cut::Forget];
                sandbox.cut_gateway(cuts[times as usize % cuts.len()]);
                return "gateway dropped";
            }
            11 => ("edit 429", on(edit).rate_limited(wait)),
            12 => ("edit 502", on(edit).reply(502, json!({}))),
            13 => (
                "edit 500, done all the same",
                on(edit).reply(500, json!({})).after_effect(),
            ),
            14 | 15 => ("ping 429", on(ping).rate_limited(wait)),
            16 => ("ping 503", on(ping).reply(503, json!({}))),
            17 => (
                "ping cut off, sent all the same",
                on(ping).drop_connection().after_effect(),
            ),
            18 => ("acknowledgement 500", on(answer).reply(500, json!({}))),
            19 | 20 => ("query 429", on(query).rate_limited(wait)),
            21 => (
                "query 500",
                on(query).reply(500, json!({ "error": "overloaded" })),
            ),
            22 => ("query cut off", on(query).drop_connection()),
            24 | 25 => {
                let refusals = [
                    (401, json!({ "error": { "message": "invalid token" } })),
                    (402, json!({ "error": { "message": "quota exhausted" } })),
                    (404, json!({ "error": { "message": "task not exist" } })),
                    (
                        200,
                        json!({ "status": "error", "message": "task not exist" }),
                    ),
                ];
                let (status, body) = &refusals[times as usize % refusals.len()];
                // The whole endpoint answers like this for some seconds.
                sandbox.fault(Fault::on(query).always().reply(*status, body.clone()));
                sleep(wait * 3).await;
                sandbox.heal();
                return "every query refused";
            }
            26 => {
                let jumps = [3 * 3600, -3600, 16 * 60];
                self.stage.set_clock(jumps[times as usize % jumps.len()]);
                sleep(wait * 3).await;
                self.stage.set_clock(0);
                return "clock jumped";
            }
            _ => ("query slow", on(query).delay(wait)),
        };
        sandbox.fault(fault);
        name
    }

    fn take_one(&mut self) -> Bot {
        let place = usize::try_from(self.dice.below(self.bots.len() as u64)).unwrap();
        self.bots.swap_remove(place)
    }
}
