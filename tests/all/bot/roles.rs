//! Roles are mentioned where the bot may mention them, and everyone never.

use sandbox::{Message, permissions};
use serde_json::json;
use testing::{Stage, TASK, running};

use super::caller::{Caller, TOKEN};

/// The first message of a channel that has words of its own beside a box.
async fn told(stage: &Stage, channel: &sandbox::Channel) -> Message {
    stage
        .sandbox
        .until(|view| {
            let mut messages = view.messages(channel);
            messages
                .find(|message| !message.content.is_empty())
                .cloned()
        })
        .await
}

#[tokio::test]
async fn a_script_has_a_role_mentioned_that_the_bot_may_mention() {
    let stage = Stage::new().await;
    let bot = stage.bot_with(&[("API_TOKEN", TOKEN)]).await;
    let (sandbox, channel) = (&stage.sandbox, stage.sandbox.channel());
    let caller = Caller::of(&bot, TOKEN);
    let order = async |role: sandbox::Id| {
        let id = channel.id.to_string();
        let order = json!({ "id": TASK, "channel_id": id, "mention": format!("role:{role}") });
        caller.order(order).await
    };
    stage.task(TASK, [stage.done(TASK)]);
    for role in [sandbox.staff_role(), sandbox.guild(), channel.id] {
        let refused = order(role).await;
        assert_eq!(refused.status, 403, "{refused:?}");
        assert!(refused.text("detail").contains("mention this role"));
    }
    assert_eq!(order(sandbox.news_role()).await.status, 201);
    let ping = told(&stage, &channel).await;
    assert_eq!(ping.pings_roles, [sandbox.news_role()]);
    assert_eq!((ping.pings.len(), ping.pings_everyone), (0, false));
    assert!(ping.reference.is_some(), "it replies to the message");
    sandbox.permissions(
        &channel,
        permissions::ORDINARY | permissions::MENTION_EVERYONE,
    );
    assert_eq!(order(sandbox.staff_role()).await.status, 201);
    assert_eq!(order(sandbox.guild()).await.status, 403, "everyone's");
}

#[tokio::test]
async fn an_announcement_mentions_the_operators_role() {
    for (mentions, role) in [(true, "news"), (false, "staff"), (false, "everyone")] {
        let stage = Stage::new().await;
        let (sandbox, videos) = (&stage.sandbox, stage.sandbox.channel_named("videos"));
        let id = match role {
            "news" => sandbox.news_role(),
            "staff" => sandbox.staff_role(),
            _ => sandbox.guild(),
        };
        // The bot's permissions in another channel do not count here.
        let elsewhere = permissions::ORDINARY | permissions::MENTION_EVERYONE;
        sandbox.permissions(&sandbox.channel(), elsewhere);
        let bot = stage.bot_with(&[("ANNOUNCE_ROLE", &id.to_string())]).await;
        stage.task(TASK, [running(TASK)]);
        let options = json!({ "id": TASK, "channel": videos.id.to_string() });
        let ada = sandbox.person("ada");
        let asked = sandbox.command(&ada, &sandbox.channel(), "videostatus", options);
        stage.titled(&asked.unwrap(), "Making your video").await;
        stage.task(TASK, [stage.done(TASK)]);
        let announced = told(&stage, &videos).await;
        bot.stop().await;
        assert_eq!(announced.pings, [ada.id], "{role}");
        let roles: &[_] = if mentions { &[id] } else { &[] };
        assert_eq!(announced.pings_roles, roles, "{role}");
        assert_eq!(announced.content.contains("<@&"), mentions, "{role}");
        assert!(!announced.pings_everyone);
    }
}
