//! The page without a mouse, and what a newcomer tries first.

use fantoccini::key::Key;

use crate::browser::Browser;
use crate::program::Program;

const ID: &str = "//input[@data-option='id']";

/// Returns a property of the focused element, which a script names.
async fn focus(browser: &Browser, of: &str) -> String {
    let script = format!("const focus = document.activeElement; arguments[0](String({of}))");
    let value = browser.ask(&script).await;
    value.as_str().unwrap_or_default().to_owned()
}

/// A line of the timeline with these words.
fn done(words: &str) -> String {
    format!("//ol[@id='entries']/li[contains(., '{words}')]")
}

#[tokio::test]
async fn a_newcomer_presses_one_button_and_goes_on_by_keyboard() {
    let program = Program::start(&[]).await;
    let Some(browser) = Browser::open(&program.url, 1280, 800).await else {
        return;
    };
    browser.see("//p[.='videostatus is online']").await;
    assert_eq!(
        focus(&browser, "focus.ariaLabel").await,
        "Message",
        "at load"
    );

    // Whatever is typed elsewhere goes to the bar.
    browser.click_on("//h2[@id='place']").await;
    browser.type_text("hello").await;
    assert_eq!(focus(&browser, "focus.value").await, "hello");
    browser.press(Key::Enter).await;
    browser
        .see("//ol[@id='messages']/li[contains(., 'hello')]")
        .await;

    browser.click("Try it: a video that takes 20 seconds").await;
    let running = "//ol[@id='messages']/li[contains(., 'Making your video')]";
    browser.see(running).await;

    // People are one stop, and the arrow keys go from one to the next.
    browser
        .click_on("//button[@role='radio'][contains(., 'ada')]")
        .await;
    browser.press(Key::Down).await;
    assert_eq!(focus(&browser, "focus.dataset.name").await, "ben");
    browser.press(Key::Up).await;
    browser
        .see("//button[@role='radio'][contains(., 'ada')][@aria-checked='true']")
        .await;

    // So is the list of messages, however many there are: few stops lead to the bar.
    let stops = "[...document.querySelectorAll('button, a, input, select, textarea, video, summary, [tabindex]')]
        .filter((node) => node.tabIndex >= 0 && node.checkVisibility()).findIndex((node) => node.ariaLabel === 'Message')";
    let stops: usize = focus(&browser, stops).await.parse().unwrap();
    assert!(stops <= 20, "{stops} stops before the bar");

    // A button that goes leaves the focus to its message.
    let stop = browser.see(&format!("{running}//button[.='Stop']")).await;
    stop.send_keys(&char::from(Key::Enter).to_string())
        .await
        .unwrap();
    browser
        .see("//ol[@id='messages']/li[contains(., '🛑')]//button[.='Follow again']")
        .await;
    let held = focus(&browser, "Boolean(focus.closest('.message'))").await;
    assert_eq!(held, "true");
    // A screen reader hears the news once, in a few words.
    browser.see("//p[@id='news'][contains(., '🛑')]").await;
    browser.close().await;
}

#[tokio::test]
async fn a_command_as_the_documentation_writes_it_is_understood() {
    let program = Program::start(&[]).await;
    let Some(browser) = Browser::open(&program.url, 1280, 800).await else {
        return;
    };
    browser.see("//p[.='videostatus is online']").await;
    browser.click("Never ends").await;
    browser.see(ID).await;
    let id = focus(&browser, "document.querySelector('[data-option=id]').value").await;
    browser.press(Key::Escape).await;
    let written = format!("/videostatus id:{id} private:true");
    browser.type_text(&written).await;
    assert_eq!(
        focus(&browser, "document.querySelector('[data-option=id]').value").await,
        id
    );
    browser.see("//select[@data-option='private']").await;
    browser.press(Key::Enter).await;
    browser
        .see("//li[contains(., 'Making your video')][contains(., 'Only you can see this')]")
        .await;

    // A line of the timeline opens and shows both sides; a kind of lines can be left out.
    let asks = done("asks about");
    browser.click_on(&format!("{asks}//summary")).await;
    browser
        .see(&format!(
            "{asks}//pre[contains(., 'processing') or contains(., 'pending')]"
        ))
        .await;
    browser.click("Service").await;
    let shown = "[...document.querySelectorAll('#entries [data-kind=video]')].filter((line) => line.checkVisibility()).length";
    assert_eq!(focus(&browser, shown).await, "0");
    browser.click("Service").await;
    assert_ne!(focus(&browser, shown).await, "0");

    // A link within a text plays, as it does on Discord.
    browser.click_on("//h2[@id='place']").await;
    browser.type_text("look: http://127.0.0.1:9/clip.mp4").await;
    browser.press(Key::Enter).await;
    browser.see("//li[contains(., 'look:')]//video").await;
    browser.close().await;
}
