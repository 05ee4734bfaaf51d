//! A container runtime calls `videostatus healthcheck` with the variables of the bot beside
//! it but without a token, and only the exit code counts.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;

/// Runs the check against `addr` with no other variable and returns its exit code.
fn check(addr: &str) -> Option<i32> {
    check_beside("", addr)
}

/// Runs the check in a folder with this `.env`.
fn check_beside(dotenv: &str, addr: &str) -> Option<i32> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), dotenv).unwrap();
    Command::new(env!("CARGO_BIN_EXE_videostatus"))
        .arg("healthcheck")
        .env_clear()
        .env("HTTP_ADDR", addr)
        // The program looks for .env from here upwards and must not find a developer's.
        .current_dir(folder.path())
        .status()
        .unwrap()
        .code()
}

/// Answers one request with `status`; returns the address and what was asked for.
fn answer(status: &'static str) -> (SocketAddr, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 1024];
        let read = stream.read(&mut head).unwrap();
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8_lossy(&head[..read]).into_owned()
    });
    (addr, server)
}

#[test]
fn a_healthy_bot_is_healthy_without_a_token() {
    let (addr, server) = answer("200 OK");
    assert_eq!(check(&addr.to_string()), Some(0));
    assert!(server.join().unwrap().starts_with("GET /healthz "));
}

#[test]
fn a_bot_that_listens_everywhere_is_asked_at_home() {
    let (addr, server) = answer("200 OK");
    assert_eq!(check(&format!("0.0.0.0:{}", addr.port())), Some(0));
    server.join().unwrap();
}

#[test]
fn a_stuck_absent_or_misconfigured_bot_is_unhealthy() {
    let (addr, server) = answer("503 Service Unavailable");
    assert_eq!(check(&addr.to_string()), Some(1));
    server.join().unwrap();
    // Port 1 belongs to a service that nobody runs.
    assert_eq!(check("127.0.0.1:1"), Some(1));
    // Docker reserves 2, which a wrong configuration exits with elsewhere.
    assert_eq!(check("here"), Some(1));
    assert_eq!(check_beside("HTTP_ADDR='127", "127.0.0.1:1"), Some(1));
}
