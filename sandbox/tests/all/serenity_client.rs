//! The library that the stand-in has to convince: serenity, unchanged.

use std::sync::Arc;

use sandbox::{Route, clip, thumbnail};
use serde_json::json;
use serenity::all::{
    Client, CommandOptionType, Context, CreateActionRow, CreateAllowedMentions, CreateAttachment,
    CreateButton, CreateCommand, CreateCommandOption, CreateEmbed, CreateInteractionResponse,
    CreateInteractionResponseMessage, CreateMessage, EditInteractionResponse, EditMessage,
    EventHandler, GatewayIntents, HttpBuilder, Interaction, Ready,
};
use serenity::async_trait;

use crate::support;

struct Handler;

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, context: Context, _: Ready) {
        let option =
            CreateCommandOption::new(CommandOptionType::String, "id", "An id").required(true);
        let command = CreateCommand::new("go")
            .description("Goes")
            .add_option(option);
        serenity::all::Command::set_global_commands(&context, vec![command])
            .await
            .unwrap();
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        match interaction {
            Interaction::Command(command) => {
                assert_eq!(command.data.options[0].value.as_str(), Some("task"));
                assert_eq!(command.user.name, "ada");
                assert!(
                    command
                        .member
                        .as_ref()
                        .is_some_and(|member| member.permissions.is_some())
                );
                assert_eq!(command.attachment_size_limit, 10 * 1024 * 1024);
                command.defer(&context).await.unwrap();
                let embed = CreateEmbed::new()
                    .title("Working")
                    .thumbnail("attachment://thumb.png");
                let button = CreateButton::new("again").label("Again");
                let edit = EditInteractionResponse::new()
                    .embed(embed)
                    .allowed_mentions(CreateAllowedMentions::new())
                    .new_attachment(CreateAttachment::bytes(thumbnail(), "thumb.png"))
                    .components(vec![CreateActionRow::Buttons(vec![button])]);
                let message = command.edit_response(&context, edit).await.unwrap();
                assert_eq!(message.embeds[0].title.as_deref(), Some("Working"));
                let edit = EditMessage::new()
                    .content("Done")
                    .new_attachment(CreateAttachment::bytes(clip(), "v.mp4"));
                let edited = context
                    .http
                    .edit_message(message.channel_id, message.id, &edit, vec![])
                    .await;
                edited.unwrap_err(); // The list names a file that was not sent.
                let mut message = message;
                let edit = EditMessage::new()
                    .content("Done")
                    .new_attachment(CreateAttachment::bytes(clip(), "v.mp4"));
                message.edit(&context, edit).await.unwrap();
                let ping = CreateMessage::new()
                    .content(format!("<@{}> done", command.user.id))
                    .allowed_mentions(CreateAllowedMentions::new().users([command.user.id]))
                    .reference_message(&message);
                message
                    .channel_id
                    .send_message(&context, ping)
                    .await
                    .unwrap();
            }
            Interaction::Component(component) => {
                let answer = CreateInteractionResponseMessage::new()
                    .content("Pressed")
                    .ephemeral(true);
                component
                    .create_response(&context, CreateInteractionResponse::Message(answer))
                    .await
                    .unwrap();
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn serenity_cannot_tell() {
    let sandbox = support::sandbox().await;
    let http = HttpBuilder::new(sandbox.token())
        .proxy(sandbox.discord_url())
        .ratelimiter_disabled(true)
        .build();
    let mut client = serenity::all::ClientBuilder::new_with_http(http, GatewayIntents::empty())
        .event_handler(Handler)
        .await
        .unwrap();
    let shards = Arc::clone(&client.shard_manager);
    let running = tokio::spawn(async move { Client::start_autosharded(&mut client).await });
    sandbox
        .until(|view| (view.sessions() == 1 && view.knows_command("go")).then_some(()))
        .await;

    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let interaction = sandbox
        .command(&ada, &channel, "go", json!({"id": "task"}))
        .unwrap();
    assert_eq!(interaction.callback().await.kind, 5);
    let ping = sandbox
        .until(|view| {
            view.messages(&channel)
                .find(|message| !message.pings.is_empty())
                .cloned()
        })
        .await;
    assert_eq!(ping.pings, [ada.id]);
    let message = interaction.original().unwrap();
    assert_eq!(ping.reference, Some(message.id));
    assert_eq!(
        message
            .versions
            .iter()
            .map(|version| version.by)
            .collect::<Vec<_>>(),
        [Route::Token, Route::Token, Route::Channel]
    );
    // The last edit's list of what stays left the thumbnail's file out.
    assert_eq!((message.attachments.len(), message.embedded.len()), (1, 0));
    assert!(!message.thinking);

    let press = sandbox.press(&ada, &message, "again").unwrap();
    assert_eq!(press.callback().await.kind, 4);
    assert_eq!(press.original().unwrap().ephemeral_for, Some(ada.id));

    shards.shutdown_all().await;
    running.abort();
}
