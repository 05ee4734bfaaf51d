//! How much the fetches may take: bytes, connections and time.

use std::time::Duration;

use reqwest::{ClientBuilder, redirect};

/// How long a connection may take until it stands, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// No file is larger, in bytes: the most that a boosted server takes.
pub const SIZE_MAX: u64 = 100 * 1024 * 1024;

/// How much the fetches of one process may take.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    /// The largest file, in bytes.
    pub size: u64,
    /// Most downloads at a time, at least 1.
    pub parallel: usize,
    /// Most downloads at a time from links of one host and port, at least 1.
    pub per_host: usize,
    /// Most links under way, those included that wait for their turn or for
    /// another try.
    pub links: usize,
    /// How long a host may be silent between two chunks.
    pub idle: Duration,
    /// How long one try may take, redirects included, from when its turn comes.
    pub total: Duration,
    /// How long after the beginning of the first try another one may begin.
    pub retry_for: Duration,
    /// The pause before the second try; each later one is twice as long.
    pub first_pause: Duration,
    /// The longest pause between two tries.
    pub longest_pause: Duration,
}

impl Default for FetchLimits {
    /// A try may take 3 minutes: 100 MiB at 4.7 Mbit/s.
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
    /// A client within these limits, without an idea of which addresses are allowed.
    pub(super) fn client(&self) -> ClientBuilder {
        reqwest::Client::builder()
            .user_agent(concat!("videostatus/", env!("CARGO_PKG_VERSION")))
            // A proxy would look names up itself.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            // The bytes as they are: nothing unpacks to more than was counted.
            .gzip(false)
            // HTTP/2 would buffer megabytes per download.
            .http1_only()
            // Hosts are asked once: an idle connection would outlive its check.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(self.idle)
    }

    /// The pause after so many failures.
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
