//! The first steps of a newcomer on the page.

use fantoccini::Locator;
use fantoccini::key::Key;

use crate::browser::Browser;
use crate::program::Program;

const SUMMARY: &str = "//summary[.='Make your own']";
const ID: &str = "//input[@data-option='id']";
const TEXT: &str = "//textarea[@aria-label='Message']";
const PRIVATE: &str = "Only you can see this";
const ONLINE: &str = "//p[.='videostatus is online']";

/// A message in the chat with these words.
fn message(words: &str) -> String {
    format!("//ol[@id='messages']/li[contains(., \"{words}\")]")
}

/// A line of the timeline with these words.
fn done(words: &str) -> String {
    format!("//ol[@id='entries']/li[contains(., '{words}')]")
}

/// Makes a task that ends with a video after so many seconds. The command for it
/// is written then, with the focus on it, but not sent.
async fn make_task(browser: &Browser, seconds: u32) {
    browser.click_on(SUMMARY).await;
    let field = browser.see("//input[@name='seconds']").await;
    field.clear().await.unwrap();
    field.send_keys(&seconds.to_string()).await.unwrap();
    browser.click("Make the task").await;
    browser.see(ID).await;
    browser.click_on(SUMMARY).await;
    browser.click_on(ID).await;
}

async fn act_as(browser: &Browser, name: &str) {
    let person = format!("//button[@role='radio'][span[.='{name}']]");
    browser.click_on(&person).await;
    browser
        .see(&format!("{person}[@aria-checked='true']"))
        .await;
}

/// The sandbox, and a browser on it; nothing where there is none.
async fn open() -> Option<(Program, Browser)> {
    let program = Program::start(&[]).await;
    let browser = Browser::open(&program.url, 1280, 800).await?;
    browser.see(ONLINE).await;
    Some((program, browser))
}

#[tokio::test]
async fn a_command_is_typed_and_its_message_becomes_the_video() {
    let Some((_program, browser)) = open().await else {
        return;
    };
    make_task(&browser, 12).await;
    let id = browser.text_of("//ul[@id='tasks']//code").await;

    // Typed from the first letter on, by keyboard alone.
    browser.press(Key::Escape).await;
    browser.see(TEXT).await;
    browser.type_text("/videost").await;
    let offered = "//*[@role='option'][contains(., '/videostatus')]";
    browser.see(offered).await;
    browser.press(Key::Tab).await;
    browser.see(ID).await;
    browser.press(Key::Enter).await;
    browser
        .see("//p[contains(., 'This option is required')]")
        .await;
    browser.type_text(&id).await;
    browser.press(Key::Enter).await;

    // Status and prompt.
    let used = format!("{}[contains(., 'used')]", message(&id));
    let running = format!("{used}[contains(., 'Making your video')][contains(., 'A calm summer')]");
    let its_id = browser.id_of(&running).await;
    act_as(&browser, "ben").await;
    browser.click("🔔 Notify me").await;
    browser
        .see(&format!("{used}[contains(., '2 people')]"))
        .await;
    browser.see(&message("ping you here")).await;

    // The video in the same message, and it plays. On a slow machine the words come
    // first and the file by a later edit.
    let done = format!("{used}[contains(., 'Your video is ready')]");
    assert_eq!(browser.id_of(&done).await, its_id);
    browser.see(&format!("{done}//video")).await;
    let playing = browser.ask(
        "const [done] = arguments; const video = document.querySelector('video'); video.muted = true;
         video.addEventListener('timeupdate', () => video.currentTime > 0.2 && done(video.videoWidth));
         video.play().catch((error) => done(String(error)));",
    );
    assert_eq!(playing.await, 640, "the clip's width, while it plays");

    // The ping is for both, and each sees it as theirs.
    let pinged = format!("{}[contains(@class, 'pinged')]", message("@ben"));
    browser.see(&pinged).await;
    let pinged = format!("{}[contains(@class, 'pinged')]", message("@ada"));
    act_as(&browser, "ada").await;
    browser.see(&pinged).await;

    // A private answer is for one person only.
    browser.gone(&message(PRIVATE)).await;
    act_as(&browser, "ben").await;
    browser.see(&message(PRIVATE)).await;
    browser.close().await;
}

#[tokio::test]
async fn neither_ended_tokens_nor_a_killed_bot_lose_the_end() {
    let Some((_program, browser)) = open().await else {
        return;
    };
    make_task(&browser, 15).await;
    browser.press(Key::Enter).await;
    browser.see(&message("Making your video")).await;
    browser.click("Let 15 minutes pass").await;
    browser.click("Kill the bot").await;
    browser.see(&done("the bot is not connected")).await;
    browser.see(&done("the bot is connected")).await;
    browser.click("Break the connection").await;
    browser.see(&message("Your video is ready")).await;
    browser
        .see(&done("edits its message, by the channel"))
        .await;
    let pings = format!("{}[contains(@class, 'pinged')]", message("@ada"));
    browser.see(&pings).await;
    let pings = browser.client.find_all(Locator::XPath(&pings));
    assert_eq!(pings.await.unwrap().len(), 1, "told once");
    browser.close().await;
}

#[tokio::test]
async fn every_button_and_menu_leads_somewhere() {
    let Some((_program, browser)) = open().await else {
        return;
    };
    browser.click("Never ends").await;
    browser.click_on(ID).await;
    browser.press(Key::Enter).await;
    browser.see(&message("Making your video")).await;
    browser.click("🔔 Notify me").await;
    browser.see(&done("ada presses “🔔 Notify me”")).await;
    browser.click("Don't notify me").await;
    browser.see(&message("🔕")).await;

    // Only the requester or a moderator may stop it.
    act_as(&browser, "ben").await;
    browser.click("Stop").await;
    browser.see(&message(PRIVATE)).await;
    act_as(&browser, "cleo").await;
    browser.click("Stop").await;
    act_as(&browser, "ada").await;
    browser.click("Follow again").await;
    browser.see(&message("Making your video")).await;

    // The private list of one's watches, and its menu.
    browser.click_on(TEXT).await;
    browser.type_text("/videowatches ").await;
    browser.press(Key::Enter).await;
    let menu = format!("{}//button[@aria-haspopup='listbox']", message(PRIVATE));
    browser.click_on(&menu).await;
    browser.click_on("//button[@role='option']").await;
    browser.see("//button[.='Follow again']").await;

    // A script orders a video, and whoever is acted as is told.
    browser.click("A script asks").await;
    browser.see(&done("a script asks for")).await;
    let ordered = "//li[not(contains(., 'used'))][contains(., 'Making your video')]";
    browser.see(ordered).await;
    browser
        .see(&format!(
            "{}[contains(., 'Your video is ready')]",
            message("@ada")
        ))
        .await;

    // The menu of a message, by keyboard.
    let more = browser.see("//li[contains(., 'used')]/button[@aria-label='More']");
    let enter = char::from(Key::Enter).to_string();
    more.await.send_keys(&enter).await.unwrap();
    browser
        .click_on("//*[@role='menuitem'][contains(., 'Check video status')]")
        .await;
    browser.see(&done("ada uses “Check video status”")).await;
    let answer = format!("{}[contains(., 'Check video status')]", message("used"));
    browser.see(&answer).await;
    browser.close().await;
}
