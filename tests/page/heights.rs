//! How much room a watch's message takes: it is what everybody sees all day.

use crate::browser::Browser;
use crate::program::Program;

/// The height of what the bot says in the message with these words, without its video,
/// its picture and Discord's own lines above it, in pixels.
async fn height(browser: &Browser, words: &str) -> u64 {
    let xpath = format!("//ol[@id='messages']/li[contains(., '{words}')]");
    let id = browser.id_of(&xpath).await;
    let script = format!(
        "const message = document.querySelector('#{id} .body');
         const media = message.querySelectorAll('video, .thumbnail');
         media.forEach((one) => one.style.display = 'none');
         arguments[0](Math.round(message.getBoundingClientRect().height));"
    );
    browser.ask(&script).await.as_u64().expect("a height")
}

#[tokio::test]
async fn a_message_is_no_taller_than_what_it_has_to_say() {
    for (width, running, done) in [(1280, 180, 140), (390, 230, 180)] {
        let program = Program::start(&[]).await;
        let Some(browser) = Browser::open(&program.url, width, 800).await else {
            return;
        };
        browser.see("//p[.='videostatus is online']").await;
        // On a phone the panel is behind the chat.
        browser
            .ask("document.querySelectorAll('button').forEach((button) => button.textContent.includes('Done in 20 s') && button.click()); arguments[0]()")
            .await;
        browser.see("//input[@data-option='id']").await;
        browser.press(fantoccini::key::Key::Enter).await;
        browser
            .see("//li[contains(., 'Making your video')][contains(., '%')]")
            .await;
        let tall = height(&browser, "Making your video").await;
        println!("{width}: running {tall} px");
        assert!(tall <= running, "{width}: {tall} px while it runs");
        browser
            .see("//li[contains(., 'Your video is ready')]//video")
            .await;
        let tall = height(&browser, "· took ").await;
        println!("{width}: done {tall} px without its media");
        assert!(tall <= done, "{width}: {tall} px once it is done");
        browser.close().await;
    }
}
