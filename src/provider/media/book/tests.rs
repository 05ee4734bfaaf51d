//! Tests of how many results the book keeps, and for how long.

use std::future::pending;

use super::super::file::MediaKind;
use super::super::source::Source;
use super::*;

/// A book, and the moment at which its test begins.
struct Fixture {
    book: LinkBook,
    start: Instant,
}

fn key(number: u64) -> FileKey {
    FileKey {
        source: Source::Link(format!("https://a.example/{number}").parse().unwrap()),
        kind: MediaKind::Video,
    }
}

fn file(size: u64) -> FetchResult {
    Ok(Arc::new(MediaFile {
        file: Arc::new(tempfile::tempfile().unwrap()),
        size,
        name: "video.mp4".into(),
        mime: "video/mp4",
        as_operator: false,
    }))
}

impl Fixture {
    fn new(under_way_max: usize) -> Self {
        Self {
            book: LinkBook::new(under_way_max, 3),
            start: Instant::now(),
        }
    }

    fn at(&self, seconds: u64) -> Instant {
        self.start + Duration::from_secs(seconds)
    }

    /// Starts a fetch that ends at once.
    fn fetched(&self, number: u64, result: FetchResult, at: u64) {
        let sender = self.started(number, at).unwrap();
        self.book.enter(&key(number), &sender, result, self.at(at));
    }

    /// Starts a fetch that never ends; returns `None` if none was started.
    fn started(&self, number: u64, at: u64) -> Option<ResultSender> {
        let mut started = None;
        let start = |sender| {
            started = Some(sender);
            tokio::spawn(pending::<()>()).abort_handle()
        };
        self.book.follow(&key(number), self.at(at), start);
        started
    }

    /// Returns the numbers of the links that have an entry.
    fn known(&self, numbers: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let links = lock(&self.book.links);
        let known = |number: &u64| links.contains_key(&key(*number));
        numbers.into_iter().filter(known).collect()
    }
}

#[tokio::test]
async fn a_failure_is_believed_for_half_a_minute_however_often_it_is_asked_for() {
    let fixture = Fixture::new(8);
    fixture.fetched(1, Err(MediaError::WrongType), 0);
    assert!(fixture.started(1, 29).is_none());
    assert!(fixture.started(1, 30).is_some());
}

#[tokio::test]
async fn a_file_is_kept_for_five_minutes_after_its_last_use() {
    let fixture = Fixture::new(8);
    fixture.fetched(1, file(1), 0);
    assert!(fixture.started(1, 299).is_none());
    assert!(fixture.started(1, 598).is_none());
    assert!(fixture.started(1, 898).is_some());
}

#[tokio::test]
async fn files_are_kept_as_long_as_there_is_room_those_that_nobody_has_first() {
    let fixture = Fixture::new(8);
    for number in 1..=3 {
        fixture.fetched(number, file(BYTES_MAX / 2), number);
    }
    assert_eq!(fixture.known(1..=3), [2, 3]);
    // A caller gets the newer one.
    assert!(fixture.started(3, 4).is_none());
    fixture.fetched(4, file(BYTES_MAX / 2), 5);
    assert_eq!(fixture.known(1..=4), [2, 4]);
}

#[tokio::test]
async fn sixteen_results_are_kept_beside_the_fetches_that_are_under_way() {
    let fixture = Fixture::new(8);
    let _under_way = fixture.started(0, 0);
    for number in 1..=40 {
        fixture.fetched(number, file(1), number);
    }
    let kept: Vec<u64> = [0].into_iter().chain(25..=40).collect();
    assert_eq!(fixture.known(0..=40), kept);
}

#[tokio::test]
async fn beyond_the_bound_nothing_is_started_until_one_has_ended() {
    let fixture = Fixture::new(2);
    let first = fixture.started(1, 0).unwrap();
    let _second = fixture.started(2, 0).unwrap();
    assert!(fixture.started(3, 0).is_none());
    assert!(fixture.known([3]).is_empty());
    fixture.book.enter(&key(1), &first, file(1), fixture.at(1));
    assert!(fixture.started(3, 1).is_some());
}

#[tokio::test]
async fn a_fetch_that_died_is_started_again() {
    let fixture = Fixture::new(1);
    let mut task = None;
    let start = |_sender| {
        let dead = tokio::spawn(async {});
        let handle = dead.abort_handle();
        task = Some(dead);
        handle
    };
    fixture.book.follow(&key(1), fixture.at(0), start);
    task.unwrap().await.unwrap();
    assert!(fixture.started(1, 0).is_some());
}

#[tokio::test]
async fn a_link_asked_for_as_another_kind_is_another_fetch() {
    let fixture = Fixture::new(8);
    fixture.fetched(1, file(1), 0);
    let image = FileKey {
        kind: MediaKind::Image,
        ..key(1)
    };
    let mut started = false;
    fixture.book.follow(&image, fixture.at(0), |_| {
        started = true;
        tokio::spawn(pending::<()>()).abort_handle()
    });
    assert!(started);
}

#[tokio::test]
async fn links_of_one_host_leave_room_for_those_of_others() {
    let fixture = Fixture::new(8);
    let senders: Vec<_> = (0..3).map(|number| fixture.started(number, 0)).collect();
    assert!(senders.iter().all(Option::is_some));
    assert!(fixture.started(3, 0).is_none(), "the host has enough");
    let other = FileKey {
        source: Source::Link("https://b.example/1".parse().unwrap()),
        kind: MediaKind::Video,
    };
    let start = |_| tokio::spawn(pending::<()>()).abort_handle();
    assert!(fixture.book.follow(&other, fixture.at(0), start).is_some());
}

#[tokio::test]
async fn many_failures_push_out_neither_each_other_nor_files() {
    let fixture = Fixture::new(8);
    fixture.fetched(0, file(1), 0);
    for number in 1..=40 {
        fixture.fetched(number, Err(MediaError::WrongType), 1);
    }
    assert_eq!(fixture.known(0..=40).len(), 41);
}
