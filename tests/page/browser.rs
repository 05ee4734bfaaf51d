//! Chromium, driven by its own driver.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::program::{Running, patiently};

/// How long something may take to be seen. Finished tasks take some seconds.
const PATIENCE: Duration = Duration::from_secs(40);

/// A browser on the page.
pub(crate) struct Browser {
    pub(crate) client: Client,
    _driver: Running,
}

/// Returns whether PATH holds a program of this name.
fn is_there(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

impl Browser {
    /// Opens `url` in a window of this size; `None`, and a word about it, where
    /// there is no Chromium with its driver.
    pub(crate) async fn open(url: &str, width: u32, height: u32) -> Option<Self> {
        let chromium = ["chromium", "chromium-browser", "google-chrome"];
        if !is_there("chromedriver") || !chromium.iter().any(|name| is_there(name)) {
            println!("skipped: no Chromium (needs chromium and chromedriver in PATH)");
            return None;
        }
        let mut driver = Command::new("chromedriver");
        let driver = driver.arg("--port=0").stdout(Stdio::piped()).spawn();
        let mut driver = Running(driver.unwrap());
        let lines = BufReader::new(driver.0.stdout.take().unwrap()).lines();
        let port = patiently(|| {
            let mut lines = lines.map_while(Result::ok);
            let port = lines.find_map(|line| {
                let (_, port) = line.split_once("successfully on port ")?;
                Some(port.trim_end_matches('.').to_owned())
            });
            // Kept read, so that the driver never waits to write.
            std::thread::spawn(|| lines.for_each(drop));
            port
        });
        let port = port.await.expect("the driver starts");
        let options = json!({
            // Chromium's own sandbox does not work for root and in containers;
            // the page is ours.
            "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                "--hide-scrollbars", "--autoplay-policy=no-user-gesture-required"],
            "mobileEmulation": {"deviceMetrics":
                {"width": width, "height": height, "pixelRatio": 1.0, "touch": false, "mobile": false}},
        });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        client.goto(url).await.unwrap();
        Some(Self {
            client,
            _driver: driver,
        })
    }

    /// Waits for an element by its XPath.
    pub(crate) async fn see(&self, xpath: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE);
        let found = found.for_element(Locator::XPath(xpath)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("{xpath}: {error}; the page shows:\n{}", self.text().await),
        }
    }

    /// Waits until no element of this XPath is left.
    pub(crate) async fn gone(&self, xpath: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let find = async || self.client.find_all(Locator::XPath(xpath)).await.unwrap();
        while !find().await.is_empty() {
            assert!(tokio::time::Instant::now() < deadline, "{xpath} stays");
            tokio::task::yield_now().await;
        }
    }

    /// Waits for a button with these words, and clicks it.
    pub(crate) async fn click(&self, words: &str) {
        let xpath = format!("//button[contains(normalize-space(.), \"{words}\")]");
        self.click_on(&xpath).await;
    }

    /// Waits for an element by its XPath, and clicks it.
    pub(crate) async fn click_on(&self, xpath: &str) {
        while unless_stale(self.see(xpath).await.click().await).is_none() {}
    }

    /// Waits for an element by its XPath, and tells its id.
    pub(crate) async fn id_of(&self, xpath: &str) -> String {
        loop {
            let id = self.see(xpath).await.attr("id").await;
            if let Some(id) = unless_stale(id) {
                break id.expect("an id");
            }
        }
    }

    /// Waits for an element by its XPath, and reads it.
    pub(crate) async fn text_of(&self, xpath: &str) -> String {
        loop {
            if let Some(text) = unless_stale(self.see(xpath).await.text().await) {
                break text;
            }
        }
    }

    /// Types where the focus is.
    pub(crate) async fn type_text(&self, text: &str) {
        let active = self.client.active_element().await.unwrap();
        active.send_keys(text).await.unwrap();
    }

    /// Presses a key where the focus is.
    pub(crate) async fn press(&self, key: Key) {
        self.type_text(&char::from(key).to_string()).await;
    }

    /// Runs a script that calls its last argument with its result.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.unwrap()
    }

    /// Everything that can be read on the page.
    pub(crate) async fn text(&self) -> String {
        let body = self.client.find(Locator::Css("body")).await.unwrap();
        body.text().await.unwrap()
    }

    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }
}

/// Returns the result of an act on an element, or `None` if the page has drawn it anew meanwhile.
fn unless_stale<T>(result: Result<T, CmdError>) -> Option<T> {
    match result {
        Err(error) if error.is_stale_element_reference() => None,
        result => Some(result.unwrap()),
    }
}
