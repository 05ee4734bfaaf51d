//! The page by axe, the checker that accessibility audits use, in both themes.
//!
//! `axe.min.js` is axe-core 4.14.1 as it was published, under the MPL 2.0 that stands in
//! its first lines; it runs in this test alone.

use fantoccini::Locator;
use fantoccini::key::Key;

use crate::browser::Browser;
use crate::program::Program;

const AXE: &str = include_str!("axe.min.js");

const ID: &str = "//input[@data-option='id']";
const TEXT: &str = "//textarea[@aria-label='Message']";

/// Returns the faults that axe finds on the present page, in both themes.
async fn faults(browser: &Browser, view: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for theme in ["dark", "light"] {
        let script = format!(
            "const [done] = arguments;
             document.documentElement.dataset.theme = '{theme}';
             const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
             requestAnimationFrame(() => axe.run({{ runOnly: tags }}).then(({{ violations }}) => done(violations), String));"
        );
        let found = browser.ask(&script).await;
        let found = found.as_array().unwrap_or_else(|| panic!("{found}"));
        for one in found {
            let nodes = one["nodes"].as_array().unwrap().iter().take(3);
            let nodes =
                nodes.map(|node| format!("\n    {} {}", node["target"], node["failureSummary"]));
            let nodes: String = nodes.collect();
            let (id, impact) = (&one["id"], &one["impact"]);
            faults.push(format!("{view}, {theme}: {id} ({impact}){nodes}"));
        }
    }
    faults
}

#[tokio::test]
async fn no_view_has_a_barrier_on_a_desktop() {
    no_view_has_a_barrier(1280).await;
}

#[tokio::test]
async fn no_view_has_a_barrier_on_a_phone() {
    no_view_has_a_barrier(390).await;
}

async fn no_view_has_a_barrier(width: u32) {
    let program = Program::start(&[]).await;
    let Some(browser) = Browser::open(&program.url, width, 800).await else {
        return;
    };
    browser.see("//p[.='videostatus is online']").await;
    browser.client.execute(AXE, Vec::new()).await.unwrap();
    let phone = width < 820;
    let mut all = Vec::new();
    let mut look = async |view: &str| {
        let found = faults(&browser, &format!("{width}, {view}")).await;
        all.extend(found);
    };
    look("at first").await;
    browser.click_on(TEXT).await;
    browser.type_text("/video").await;
    browser.see("//*[@role='option']").await;
    look("commands offered").await;
    browser.press(Key::Tab).await;
    browser.see(ID).await;
    look("a command is written").await;
    browser.press(Key::Escape).await;
    let tab = async |name: &str| {
        let button = format!("//nav[@id='tabs']//button[.='{name}']");
        if phone {
            browser.click_on(&button).await;
        }
    };
    tab("Channels").await;
    look("channels").await;
    tab("Video service").await;
    browser.click_on("//summary[.='Make your own']").await;
    look("a task of one's own").await;
    browser.click_on("//summary[.='Make your own']").await;
    browser.click("Done in 20 s").await;
    browser.see(ID).await;
    browser.press(Key::Enter).await;
    browser
        .see("//li[contains(., 'Making your video')][contains(., '%')]")
        .await;
    look("running").await;
    browser.click("🔔 Notify me").await;
    browser.see("//li[contains(., 'ping you here')]").await;
    look("a private answer").await;
    let more = "//li[contains(., 'used')]/button[@aria-label='More']";
    let more = browser.see(more).await;
    more.send_keys(&char::from(Key::Enter).to_string())
        .await
        .unwrap();
    browser.see("//*[@role='menuitem']").await;
    look("the menu of a message").await;
    browser.press(Key::Escape).await;
    browser.click_on(TEXT).await;
    browser.type_text("/videowatches ").await;
    browser.press(Key::Enter).await;
    browser.click_on("//button[@aria-haspopup='listbox']").await;
    look("a list").await;
    browser
        .see("//li[contains(., 'Your video is ready')]//video")
        .await;
    look("done").await;
    tab("Video service").await;
    let lines = "//ol[@id='entries']//summary";
    browser.see(lines).await;
    let line = browser
        .client
        .find_all(Locator::XPath(lines))
        .await
        .unwrap();
    line.last().unwrap().click().await.unwrap();
    look("the timeline").await;
    browser.close().await;
    assert!(
        all.is_empty(),
        "{} fault(s):\n{}",
        all.len(),
        all.join("\n")
    );
}
