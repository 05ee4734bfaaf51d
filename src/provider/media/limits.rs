//! The limits of the fetches, in bytes, connections and time.

use std::time::Duration;

use reqwest::{ClientBuilder, redirect};

/// The bound on the setup of a connection, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The bound on a file, in bytes: the upload limit of the most boosted servers.
pub const SIZE_MAX: u64 = 100 * 1024 * 1024;

/// The limits of the fetches of one process.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    /// The bound on a file, in bytes.
    pub size: u64,
    /// The bound on simultaneous downloads, at least 1.
    pub parallel: usize,
    /// The bound on simultaneous downloads from links of one host and port, at least 1.
    pub per_host: usize,
    /// The bound on links that are being fetched, including those that wait for a turn or for
    /// another try.
    pub links: usize,
    /// The bound on a host's silence between two chunks.
    pub idle: Duration,
    /// The bound on one try, redirects included, from the start of its turn.
    pub total: Duration,
    /// How long after the beginning of the first try another one may begin.
    pub retry_for: Duration,
    /// The pause before the second try; it doubles from try to try.
    pub first_pause: Duration,
    /// The bound on the pause between two tries.
    pub longest_pause: Duration,
}

impl Default for FetchLimits {
    /// Returns the bot's limits. A try may take 3 minutes, enough for 100 MiB at 4.7 Mbit/s.
    fn default() -> Self {
        Self {
            size: SIZE_MAX,
            parallel: 4,
            per_host: 2,
            links: 256,
            idle: Duration::from_secs(15),
            total: Duration::from_secs(180),
            retry_for: Duration::from_secs(60),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(8),
        }
    }
}

impl FetchLimits {
    /// Returns the builder of a client with these limits, which allows every address.
    pub(super) fn client(&self) -> ClientBuilder {
        reqwest::Client::builder()
            .user_agent(concat!("videostatus/", env!("CARGO_PKG_VERSION")))
            // A proxy would resolve names itself, past the guard.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            // Decompressed bytes could exceed the counted ones.
            .gzip(false)
            // HTTP/2 would buffer megabytes per download.
            .http1_only()
            // An idle connection would outlive the check of its address.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(self.idle)
    }

    /// Returns the pause after this number of failures.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let doubled = 2u32.saturating_pow(failures.saturating_sub(1));
        self.longest_pause
            .min(self.first_pause.saturating_mul(doubled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_double_up_to_the_longest() {
        let limits = FetchLimits::default();
        let pauses = [1, 2, 3, 4, 5, 6, u32::MAX].map(|failures| limits.pause(failures).as_secs());
        assert_eq!(pauses, [1, 2, 4, 8, 8, 8, 8]);
    }
}
