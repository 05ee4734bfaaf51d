//! The doors of a running bot.

use std::future::IntoFuture as _;

use axum::Router;
use tokio::net::TcpListener;

use super::shutdown::Shutdown;
use crate::doors::entrance::Entrance;
use crate::doors::gateway::Gateway;
use crate::flows::supervise::supervise;
use crate::metrics::Loop;

/// How the outside comes in.
pub(super) struct Doors {
    pub(super) listener: TcpListener,
    pub(super) http: Router,
    pub(super) gateway: Option<Gateway>,
    pub(super) entrance: Entrance,
}

impl Doors {
    /// Takes in what comes until the shutdown; then lets the loops stop, once
    /// everything that came in is dealt with.
    pub(super) async fn run(self, shutdown: &Shutdown) -> std::io::Result<()> {
        // Closed at once, so that a load balancer goes to another process.
        let http = axum::serve(self.listener, self.http)
            .with_graceful_shutdown(shutdown.doors.clone().cancelled_owned());
        let gateway = async {
            if let Some(gateway) = &self.gateway {
                supervise(Loop::Gateway, &shutdown.doors, || {
                    gateway.run(&shutdown.doors)
                })
                .await;
            }
        };
        let open = async {
            let ((), served) = tokio::join!(gateway, http.into_future());
            self.entrance.close().await;
            served
        };
        let served = shutdown.overdue.run_until_cancelled(open).await;
        shutdown.loops.cancel();
        served.unwrap_or(Ok(()))
    }
}
