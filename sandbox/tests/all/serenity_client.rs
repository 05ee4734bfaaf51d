//! Serenity, unchanged, takes the stand-in for Discord.

use std::sync::Arc;

use sandbox::{NotSent, Route, clip, permissions, thumbnail};
use serde_json::{Value, json};
use serenity::all::{
    BotGateway, Channel, Client, Command, CommandOptionType, Context, CreateActionRow,
    CreateAllowedMentions, CreateAttachment, CreateButton, CreateCommand, CreateCommandOption,
    CreateEmbed, CreateInteractionResponse, CreateInteractionResponseMessage, CreateMessage,
    CurrentApplicationInfo, CurrentUser, EditInteractionResponse, EditMessage, EventHandler,
    GatewayIntents, GetMessages, GuildChannel, GuildInfo, HttpBuilder, Interaction, Member,
    Message, PartialGuild, Ready, User,
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
        Command::set_global_commands(&context, vec![command])
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
                assert_eq!(command.attachment_size_limit, 20 * 1024 * 1024);
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
                let recent = GetMessages::new().limit(5);
                let recent = message.channel_id.messages(&context, recent).await.unwrap();
                assert_eq!(recent[0].content, "Done");
                let known = Command::get_global_commands_with_localizations(&context.http).await;
                assert_eq!(known.unwrap()[0].name, "go");
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
                    .components(vec![CreateActionRow::Buttons(vec![
                        CreateButton::new("own").label("Own"),
                    ])])
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
    // The last edit's list of files left the thumbnail out.
    assert_eq!((message.attachments.len(), message.embedded.len()), (1, 0));
    assert!(!message.thinking);

    let press = sandbox.press(&ada, &message, "again").unwrap();
    assert_eq!(press.callback().await.kind, 4);
    let whispered = press.original().unwrap();
    assert_eq!(whispered.ephemeral_for, Some(ada.id));
    let ben = sandbox.person("ben");
    assert_eq!(
        sandbox.press(&ben, &whispered, "own").unwrap_err(),
        NotSent::UnknownComponent
    );
    sandbox.press(&ada, &whispered, "own").unwrap();

    shards.shutdown_all().await;
    running.abort();
}

/// Reads what the stand-in sent as one of serenity's types.
fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

#[tokio::test]
async fn serenity_reads_every_interaction() {
    let (sandbox, rest, mut gateway) = support::playground().await;
    let ada = sandbox.person("ada");
    let places = [
        sandbox.channel(),
        sandbox.thread(),
        sandbox.dm(&ada),
        sandbox.private_channel(&[&ada]),
    ];
    for channel in places.iter().chain([&sandbox.foreign_channel()]) {
        let command = sandbox
            .command(&ada, channel, "go", json!({"id": "x"}))
            .unwrap();
        let event = gateway.next().await.unwrap();
        let read_command = read::<Interaction>(&event["d"]).command().unwrap();
        assert_eq!(
            (read_command.id.get(), read_command.user.id.get()),
            (command.id.get(), ada.id.get())
        );
        assert_eq!(read_command.context.map(u8::from), Some(channel.context()));
        assert_eq!(read_command.authorizing_integration_owners.0.len(), 1);

        sandbox
            .autocomplete(&ada, channel, "go", json!({"id": "x"}), "id")
            .unwrap();
        let event = gateway.next().await.unwrap();
        assert!(
            read::<Interaction>(&event["d"])
                .autocomplete()
                .unwrap()
                .data
                .autocomplete()
                .is_some()
        );

        let button = json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "A", "custom_id": "a"}]}]);
        let answer = json!({"type": 4, "data": {"content": "hi", "components": button}});
        assert_eq!(rest.callback(&command, answer).await.0, 204);
        let message = command.original().unwrap();
        sandbox.press(&ada, &message, "a").unwrap();
        let event = gateway.next().await.unwrap();
        let press = read::<Interaction>(&event["d"])
            .message_component()
            .unwrap();
        assert_eq!(
            (press.data.custom_id.as_str(), press.message.id.get()),
            ("a", message.id.get())
        );

        sandbox
            .message_command(&ada, &message, "Look at it")
            .unwrap();
        let event = gateway.next().await.unwrap();
        let menu = read::<Interaction>(&event["d"]).command().unwrap();
        assert_eq!(menu.data.resolved.messages.len(), 1);
    }
}

#[tokio::test]
async fn serenity_reads_what_the_routes_answer() {
    let (sandbox, rest, _gateway) = support::playground().await;
    let (ada, guild) = (sandbox.person("ada"), sandbox.guild());
    let said = sandbox.say(&ada, &sandbox.channel(), "hello");
    let form = json!({
        "content": format!("<@{}>", ada.id), "nonce": "n", "message_reference": {"message_id": said.id},
        "embeds": [{"title": "a", "color": 5, "timestamp": "2026-01-01T00:00:00Z", "thumbnail": {"url": "attachment://t.png"},
            "fields": [{"name": "n", "value": "v"}], "footer": {"text": "f"}, "author": {"name": "a"}}],
    });
    let files = [
        ("t.png", "image/png", thumbnail()),
        ("v.mp4", "video/mp4", clip()),
    ];
    let path = format!("/channels/{}/messages", sandbox.channel().id);
    let message: Message = read(&rest.upload("POST", &path, form, &files).await.1);
    assert_eq!((message.mentions.len(), message.attachments.len()), (1, 1));
    assert_eq!(message.referenced_message.unwrap().id.get(), said.id.get());
    let get = async |path: &str| rest.get(path).await.1;
    assert_eq!(read::<Vec<Message>>(&get(&path).await).len(), 2);
    assert_eq!(read::<BotGateway>(&get("/gateway/bot").await).shards, 1);
    assert!(read::<CurrentUser>(&get("/users/@me").await).bot);
    assert_eq!(
        read::<Vec<GuildInfo>>(&get("/users/@me/guilds").await).len(),
        1
    );
    assert_eq!(
        read::<User>(&get(&format!("/users/{}", ada.id)).await).name,
        "ada"
    );
    read::<CurrentApplicationInfo>(&get("/applications/@me").await);
    read::<CurrentApplicationInfo>(&get("/oauth2/applications/@me").await);
    let partial: PartialGuild = read(&get(&format!("/guilds/{guild}")).await);
    assert_eq!(partial.roles.len(), 4);
    // The permissions of everyone, of the bot's role and of the channel add up to those set.
    let bot = get(&format!("/guilds/{guild}/members/{}", sandbox.bot_id())).await;
    let videos = sandbox.channel_named("videos");
    for bits in [
        permissions::VIEW_CHANNEL,
        permissions::ORDINARY | 1,
        permissions::ORDINARY,
    ] {
        sandbox.permissions(&sandbox.channel(), bits);
        let channel: GuildChannel =
            read(&get(&format!("/channels/{}", sandbox.channel().id)).await);
        let sum = partial.user_permissions_in(&channel, &read(&bot));
        assert_eq!(sum.bits(), bits);
    }
    sandbox.permissions(&videos, 0);
    assert_eq!(
        get(&format!("/channels/{}", videos.id)).await["code"],
        50001
    );
    let mut member = get(&format!("/guilds/{guild}/members/{}", ada.id)).await;
    // The client adds this field by itself.
    member["guild_id"] = json!(guild);
    assert_eq!(read::<Member>(&member).user.name, "ada");
    for channel in [sandbox.channel(), sandbox.thread(), sandbox.dm(&ada)] {
        let read_channel: Channel = read(&get(&format!("/channels/{}", channel.id)).await);
        assert_eq!(read_channel.id().get(), channel.id.get());
    }
    let commands = get("/applications/1100000000000000001/commands").await;
    assert_eq!(read::<Vec<Command>>(&commands).len(), 2);
}
