//! The HTTP server of an address: as hyper's, with limits for strangers. How long a
//! header takes, how many connections are open and what a shutdown waits for is bounded.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::seats::{Seat, Seats};

/// How long a request's header may take; an idle connection is closed after that, too.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// The most open connections. A newcomer has the one closed that has been waiting for a
/// header longest.
const MOST_CONNECTIONS: usize = 256;

/// The most of a connection that is buffered, in bytes; the longest header.
const BUFFER: usize = 16 * 1024;

/// How long requests that are under way may take once the bot is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(1);

/// The pause after the system gave no connection, because files or memory ran out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `routes` until `stop`. The port is closed at once then, so that a load
/// balancer goes to another process.
pub async fn serve(listener: TcpListener, routes: Router, stop: &CancellationToken) {
    let seats = Seats::new(MOST_CONNECTIONS);
    let connections = TaskTracker::new();
    let accept = async {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let seat = seats.enter().await;
                    connections.spawn(attend(stream, routes.clone(), seat, stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "http.not_accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    let _: Option<Infallible> = stop.run_until_cancelled(accept).await;
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Serves one connection until it ends, loses its seat or the bot stops.
async fn attend(stream: TcpStream, routes: Router, seat: Seat, stop: CancellationToken) {
    let seat = Arc::new(seat);
    let (routes, held) = (TowerToHyperService::new(routes), Arc::clone(&seat));
    let service = service_fn(move |request| {
        held.busy();
        let (response, held) = (routes.call(request), Arc::clone(&held));
        async move {
            let response = response.await;
            held.idle();
            response
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // A stranger's errors are nobody's news.
    tokio::select! {
        _ = &mut connection => return,
        () = seat.lost() => return,
        () = stop.cancelled() => {}
    }
    // Closes the connection at once where it is idle.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(LAST_REQUESTS, connection).await;
}
