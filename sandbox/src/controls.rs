//! The controls of a running sandbox: people, channels, refused words, tokens, faults, and the
//! behaviour of the gateway.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::discord::model::message::{Message, Route};
use crate::discord::model::sessions::{Cut, Welcome};
use crate::discord::model::things::{Channel, Person};
use crate::discord::model::world::Distortion;
use crate::discord::wire::endpoint::{self, Endpoint, EndpointRefused};
use crate::faults::{Fault, Hold, Point};
use crate::ids::Id;
use crate::sandbox::Sandbox;

impl Sandbox {
    /// Changes the language of a person's client.
    pub fn locale(&self, person: &Person, locale: &str) {
        self.change_person(person, |person| locale.clone_into(&mut person.locale));
    }

    /// Sets whether a person refuses direct messages.
    pub fn close_dms(&self, person: &Person, closed: bool) {
        self.change_person(person, |person| person.dms_closed = closed);
    }

    fn change_person(&self, person: &Person, change: impl FnOnce(&mut Person)) {
        self.core.update(|state| {
            state
                .world
                .people
                .iter_mut()
                .find(|known| known.id == person.id)
                .map(change)
        });
    }

    /// Changes a channel: the permissions of the bot and of people, or whether it is archived,
    /// locked or deleted.
    pub fn change_channel(&self, channel: &Channel, change: impl FnOnce(&mut Channel)) {
        self.core
            .update(|state| state.world.channels.get_mut(&channel.id).map(change));
    }

    /// Sets the bot's permissions in a channel ([`crate::permissions`]) and in its threads,
    /// which have none of their own.
    pub fn permissions(&self, channel: &Channel, bits: u64) {
        let parent = channel.parent.unwrap_or(channel.id);
        self.core.update(|state| {
            let channels = state.world.channels.values_mut();
            channels
                .filter(|one| one.id == parent || one.parent == Some(parent))
                .for_each(|one| one.bot_permissions = bits);
        });
    }

    /// Sets one person's permissions in a channel.
    pub fn person_permissions(&self, person: &Person, channel: &Channel, bits: u64) {
        self.change_channel(channel, |channel| {
            channel.person_permissions.insert(person.id, bits);
        });
    }

    /// Changes the payload of every interaction from now on, because Discord adds, leaves out
    /// and changes fields without notice.
    pub fn distort_interactions(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        let change = Some(Distortion(Arc::new(change)));
        self.core.update(|state| state.world.distortion = change);
    }

    /// Adds a command that the bot did not register: another bot's of the same application, or
    /// an Activity's Entry Point (type 4).
    pub fn hold_command(&self, guild: Option<Id>, mut command: Value) {
        self.core.update(|state| {
            let world = &mut state.world;
            command["id"] = json!(world.ids.next());
            command["guild_id"] = json!(guild);
            world.commands.entry(guild).or_default().push(command);
        });
    }

    /// Posts a person's message.
    #[must_use]
    pub fn say(&self, person: &Person, channel: &Channel, content: &str) -> Message {
        self.say_with(person, channel, &json!({ "content": content }))
    }

    /// Posts a message with these parts (content, embeds and components) as a person; a test may
    /// let a person stand for another bot.
    #[must_use]
    pub fn say_with(&self, person: &Person, channel: &Channel, parts: &Value) -> Message {
        self.core.update(|state| {
            let id = state.world.ids.next();
            let mut message = Message::new(id, channel.id, person.id);
            let list = |name: &str| parts.get(name).cloned().unwrap_or_else(|| json!([]));
            parts["content"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut message.content);
            (message.embeds, message.components) = (list("embeds"), list("components"));
            let message = state.world.keep(message, Route::Person);
            state.tell_message(&message);
            message
        })
    }

    /// Deletes a message, as a person does.
    pub fn delete_message(&self, message: &Message) {
        // An error means that the message is already deleted.
        let _ = self
            .core
            .update(|state| state.delete(message.channel, message.id));
    }

    /// Expires every present interaction token.
    pub fn expire_tokens(&self) {
        self.core.update(|state| {
            state
                .world
                .interactions
                .values_mut()
                .for_each(|pending| pending.expired = true)
        });
    }

    /// Sets how long interaction tokens live, counted from the interaction.
    pub fn token_life(&self, life: Duration) {
        self.core.update(|state| state.world.token_life = life);
    }

    /// Makes the server a community with this language. Only a community can choose one; Discord
    /// reports every other server as `en-US`.
    pub fn server_language(&self, locale: &str) {
        self.core
            .update(|state| state.world.server_language = (locale.to_owned(), true));
    }

    /// Leaves `app_permissions` out of interactions from now on, as Discord once did in some
    /// places.
    pub fn leave_out_app_permissions(&self) {
        self.core
            .update(|state| state.world.app_permissions_told = false);
    }

    /// Sets the upload limits in bytes: by interaction tokens, which new interactions carry, and
    /// by channel routes.
    pub fn upload_limits(&self, interaction: u64, channel: u64) {
        self.core.update(|state| {
            state.world.options.interaction_upload_limit = interaction;
            state.world.options.channel_upload_limit = channel;
        });
    }

    /// Refuses messages that contain `word` with this error code (200000
    /// `AutoMod`, 240000 links).
    pub fn block_word(&self, word: &str, code: u32) {
        self.core
            .update(|state| state.world.blocked.push((word.to_owned(), code)));
    }

    /// Sets the age from which on edits by channel routes are limited to three in six seconds
    /// per channel (30046).
    pub fn limit_edits_older_than(&self, age: Duration) {
        self.core
            .update(|state| state.world.old_edits.older_than = age);
    }

    /// Adds a fault, which waits for its requests.
    pub fn fault(&self, fault: Fault) {
        self.core.update(|state| state.faults.add(fault));
    }

    /// Removes every fault that still waits.
    pub fn heal(&self) {
        self.core.update(|state| state.faults.heal());
    }

    /// Freezes the next request of a route, which is named as in [`Fault::on`].
    #[must_use]
    pub fn hold(&self, route: &str, point: Point) -> Hold {
        let patience = self.core.options.patience;
        self.core
            .update(|state| state.faults.hold(route, point, patience))
    }

    /// Ends every gateway connection.
    pub fn cut_gateway(&self, cut: Cut) {
        self.core.update(|state| {
            let sessions = &mut state.gateway.sessions;
            sessions.cut(if let Cut::Code(code) = cut {
                Some(code)
            } else {
                None
            });
            if cut == Cut::Forget {
                sessions.forget();
            }
            state.tell_gateway();
        });
    }

    /// Sets whether the gateway refuses connections (503 on its routes).
    pub fn refuse_gateway(&self, refused: bool) {
        self.core.update(|state| state.gateway.refused = refused);
    }

    /// Sets whether the gateway leaves heartbeats unanswered.
    pub fn mute_gateway(&self, mute: bool) {
        self.core.update(|state| state.gateway.mute = mute);
    }

    /// Sets how the gateway answers bots that identify or resume from now on.
    pub fn welcome(&self, welcome: Welcome) {
        self.core.update(|state| state.gateway.welcome = welcome);
    }

    /// Sets the flags of the bot's user in READY, which may have 53 bits.
    pub fn bot_flags(&self, flags: u64) {
        self.core.update(|state| state.gateway.bot_flags = flags);
    }

    /// Sets whether the bot's token is refused everywhere, as after a reset: requests get 401,
    /// and sessions are closed with 4004.
    pub fn revoke_token(&self, revoked: bool) {
        self.core.update(|state| {
            state.world.token_revoked = revoked;
            if revoked {
                state.gateway.sessions.cut(Some(4004));
                state.gateway.sessions.forget();
                state.tell_gateway();
            }
        });
    }

    /// Returns the public key that verifies signed interactions, as 64 hexadecimal digits.
    #[must_use]
    pub fn public_key(&self) -> String {
        endpoint::public_key()
    }

    /// Returns the `X-Signature-Ed25519` of a body that is signed at `timestamp`, in seconds.
    #[must_use]
    pub fn signature(&self, timestamp: u64, body: &str) -> String {
        endpoint::signature(timestamp, body)
    }

    /// Sends interactions to these URLs in turn from now on instead of over the gateway; no URLs
    /// switch back to the gateway. Each URL is first checked with a ping and a forged request,
    /// as Discord does. Answers are expected at the callback route.
    ///
    /// # Errors
    /// Fails with [`EndpointRefused`] if one of them does not answer a ping or accepts a forged
    /// one. Then nothing changes.
    pub async fn interactions_endpoint(&self, urls: &[&str]) -> Result<(), EndpointRefused> {
        let proven = Endpoint::prove(urls).await?;
        let endpoint = Some(proven).filter(|_| !urls.is_empty());
        self.core.update(|state| state.endpoint = endpoint);
        Ok(())
    }

    /// Sets the shards that `/gateway/bot` recommends.
    pub fn recommend_shards(&self, shards: u64) {
        self.core.update(|state| state.gateway.shards = shards);
    }
}
