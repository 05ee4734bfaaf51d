//! A disk that is full: nothing can be recorded, and readiness says so.

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::Value;
use testing::Stage;

use super::program::Program;

/// Waits until `/readyz` answers with `status`; returns its JSON.
async fn ready(program: &Program, status: u16) -> Value {
    loop {
        let response = reqwest::get(format!("{}/readyz", program.http)).await;
        let response = response.unwrap();
        if response.status().as_u16() == status {
            return response.json().await.unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_bot_that_cannot_write_is_not_ready_until_it_can() {
    let stage = Stage::new().await;
    let program = Program::start(&stage, &[]).await;
    let pid = Pid::from_raw(program.pid().cast_signed());
    // The system refuses every write to a file that would make it longer than this.
    let longest = |bytes| {
        let limit = prlimit(pid, Resource::Fsize, bytes).unwrap();
        assert!(limit.maximum.is_none(), "{limit:?}");
    };
    let no_limit = Rlimit {
        current: None,
        maximum: None,
    };
    assert_eq!(ready(&program, 200).await["parts"]["database"], "ok");
    longest(Rlimit {
        current: Some(0),
        ..no_limit
    });
    let full = ready(&program, 503);
    let full = tokio::time::timeout(std::time::Duration::from_secs(20), full);
    assert_eq!(full.await.unwrap()["parts"]["database"], "failing");
    longest(no_limit);
    assert_eq!(ready(&program, 200).await["parts"]["database"], "ok");
    let (status, _) = program.stop().await;
    assert!(status.success());
}
