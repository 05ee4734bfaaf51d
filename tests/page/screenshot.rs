//! The picture of the page in the README.

use fantoccini::key::Key;

use crate::browser::Browser;
use crate::program::Program;

#[tokio::test]
#[ignore = "writes docs/sandbox.png"]
async fn picture() {
    let program = Program::start(&[]).await;
    let browser = Browser::open(&program.url, 1280, 800).await;
    let browser = browser.expect("a picture needs Chromium");
    let theme = "localStorage.theme = 'dark'; location.reload(); arguments[0]()";
    browser.ask(theme).await;
    browser.see("//p[.='videostatus is online']").await;
    browser.click("Done in 20 s").await;
    browser.see("//input[@data-option='id']").await;
    browser.press(Key::Enter).await;
    browser
        .see("//li[contains(., 'Your video is ready')]//video")
        .await;
    browser.see("//li[contains(@class, 'pinged')]").await;
    // A second of the video, then its picture once it is drawn.
    let play = "const [done] = arguments; const video = document.querySelector('video'); video.muted = true;
         video.addEventListener('timeupdate', () => video.currentTime > 1 && video.pause());
         video.addEventListener('pause', () => requestAnimationFrame(() => requestAnimationFrame(done)));
         video.play();";
    browser.ask(play).await;
    let picture = browser.client.screenshot().await.unwrap();
    assert!(picture.len() < 300_000, "{} bytes", picture.len());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sandbox.png");
    std::fs::write(path, picture).unwrap();
    browser.close().await;
}
