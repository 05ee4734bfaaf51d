//! The HTTP server of one address, which is hyper's with bounds against strangers: on the
//! time of a header, on open connections, and on the wait of a shutdown.

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

/// The bound on the arrival of a request's header. An idle connection is closed after this
/// time, too.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// The bound on open connections. Beyond it, a new connection closes the one that has been
/// idle longest.
const MOST_CONNECTIONS: usize = 256;

/// The bound on a connection's buffer, and so on a header, in bytes.
const BUFFER: usize = 16 * 1024;

/// The bound on requests in progress after the bot is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(1);

/// The pause after a failed accept, for example without free file descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `routes` until `stop`. Closes the port at once then, so that a load balancer goes
/// to another process, and waits for the open connections.
pub async fn serve(listener: TcpListener, routes: Router, stop: &CancellationToken) {
    let connections = TaskTracker::new();
    let accept = accept(&listener, routes, stop, &connections);
    let _: Option<Infallible> = stop.run_until_cancelled(accept).await;
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Serves `routes` until `work` is done, and returns its result. The port stays open, and the
/// connections are closed, so that later requests reach the routes that come next.
pub async fn serve_during<T>(
    listener: &TcpListener,
    routes: Router,
    work: impl Future<Output = T>,
) -> T {
    let (stop, connections) = (CancellationToken::new(), TaskTracker::new());
    let result = tokio::select! {
        result = work => result,
        never = accept(listener, routes, &stop, &connections) => match never {},
    };
    stop.cancel();
    connections.close();
    connections.wait().await;
    result
}

/// Accepts connections, each of which ends at `stop` at the latest.
async fn accept(
    listener: &TcpListener,
    routes: Router,
    stop: &CancellationToken,
    connections: &TaskTracker,
) -> Infallible {
    let seats = Seats::new(MOST_CONNECTIONS);
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
    // Errors of a connection are not logged, because strangers can cause any number.
    tokio::select! {
        _ = &mut connection => return,
        () = seat.lost() => return,
        () = stop.cancelled() => {}
    }
    // Closes an idle connection at once.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(LAST_REQUESTS, connection).await;
}
