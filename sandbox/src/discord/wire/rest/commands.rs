//! The registration of commands: whole lists, global or the guild's.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, snowflake};
use crate::core::Core;
use crate::discord::model::errors::{ApiError, Mistakes};
use crate::discord::model::things::{APPLICATION, GUILD};
use crate::discord::rules::body::Payload;
use crate::discord::rules::validate;
use crate::ids::Id;

#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    with_localizations: Option<String>,
}

/// `GET /applications/{app}/commands`.
pub(super) async fn list(
    State(core): State<Arc<Core>>,
    Path(app): Path<String>,
    Query(wish): Query<Wish>,
) -> Answer {
    own(&app)?;
    Ok(listed(&core, None, &wish))
}

/// `GET /applications/{app}/guilds/{guild}/commands`.
pub(super) async fn list_in(
    State(core): State<Arc<Core>>,
    Path((app, guild)): Path<(String, String)>,
    Query(wish): Query<Wish>,
) -> Answer {
    own(&app)?;
    Ok(listed(&core, Some(known_guild(&guild)?), &wish))
}

/// `PUT /applications/{app}/commands`.
pub(super) async fn replace(
    State(core): State<Arc<Core>>,
    Path(app): Path<String>,
    Extension(payload): Extension<Payload>,
) -> Answer {
    own(&app)?;
    put(&core, None, &payload)
}

/// `PUT /applications/{app}/guilds/{guild}/commands`.
pub(super) async fn replace_in(
    State(core): State<Arc<Core>>,
    Path((app, guild)): Path<(String, String)>,
    Extension(payload): Extension<Payload>,
) -> Answer {
    own(&app)?;
    put(&core, Some(known_guild(&guild)?), &payload)
}

fn own(app: &str) -> Result<(), ApiError> {
    if snowflake(app)? == APPLICATION {
        Ok(())
    } else {
        Err(ApiError::known(20012))
    }
}

fn known_guild(guild: &str) -> Result<Id, ApiError> {
    let guild = snowflake(guild)?;
    if guild == GUILD {
        Ok(guild)
    } else {
        Err(ApiError::known(10004))
    }
}

fn put(core: &Core, guild: Option<Id>, payload: &Payload) -> Answer {
    let form = payload.json()?;
    let mut mistakes = Mistakes::default();
    validate::definitions::check(&mut mistakes, &form);
    mistakes.check()?;
    let Value::Array(mut commands) = form else {
        return Err(ApiError::known(50035));
    };
    if !core.options.user_installs {
        support(&mut commands, core.options.trims_commands)?;
    }
    core.update(|state| {
        let world = &mut state.world;
        let is_entry_point = |command: &Value| command["type"] == ENTRY_POINT;
        let held = world.commands.get(&guild).into_iter().flatten();
        let mut entry_points = held.filter(|command| is_entry_point(command));
        if entry_points.next().is_some() && !commands.iter().any(is_entry_point) {
            return Err(ApiError::known(50240));
        }
        let old = world.commands.remove(&guild).unwrap_or_default();
        let mut stored = Vec::new();
        for command in commands {
            let kind = command["type"].as_u64().unwrap_or(1);
            let same = old
                .iter()
                .find(|old| old["name"] == command["name"] && old["type"] == kind);
            let id = same.map_or_else(|| json!(world.ids.next()), |old| old["id"].clone());
            let version = json!(world.ids.next());
            stored.push(complete(command, guild, &id, &version));
        }
        world.commands.insert(guild, stored.clone());
        world.command_puts += 1;
        Ok(Json(Value::Array(stored)))
    })
}

/// The type of the command that launches an Activity, which Discord creates for applications
/// with one.
const ENTRY_POINT: u8 = 4;

/// Removes the parts of commands that need an application for user installs, or refuses the
/// commands.
fn support(commands: &mut [Value], trim: bool) -> Result<(), ApiError> {
    for (key, foreign) in [("integration_types", 1), ("contexts", 2)] {
        for (place, command) in commands.iter_mut().enumerate() {
            let Some(list) = command[key].as_array_mut() else {
                continue;
            };
            if !trim && list.iter().any(|one| *one == foreign) {
                let path = format!("{place}.{key}");
                let text = "The application does not support user installs.";
                return Err(ApiError::form(&path, "APPLICATION_INTEGRATION_TYPE", text));
            }
            list.retain(|one| *one != foreign);
        }
    }
    Ok(())
}

fn listed(core: &Core, guild: Option<Id>, wish: &Wish) -> Json<Value> {
    let mut commands = core
        .read(|state| state.world.commands.get(&guild).cloned())
        .unwrap_or_default();
    if wish.with_localizations.as_deref() != Some("true") {
        commands.iter_mut().for_each(without_localizations);
    }
    Json(Value::Array(commands))
}

/// Returns a command as Discord stores it, with the defaults filled in.
fn complete(mut command: Value, guild: Option<Id>, id: &Value, version: &Value) -> Value {
    command["id"] = id.clone();
    command["version"] = version.clone();
    command["application_id"] = json!(APPLICATION);
    let mut default = |key: &str, value: Value| {
        if command[key].is_null() {
            command[key] = value;
        }
    };
    default("type", json!(1));
    default("description", json!(""));
    default("nsfw", json!(false));
    default("default_member_permissions", Value::Null);
    default("name_localizations", Value::Null);
    default("description_localizations", Value::Null);
    if guild.is_none() {
        default("dm_permission", json!(true));
        default("contexts", Value::Null);
        default("integration_types", json!([0]));
    }
    if let Some(guild) = guild {
        // Contexts and installations are for global commands only.
        command["guild_id"] = json!(guild);
        command["contexts"] = Value::Null;
        command["integration_types"] = json!([0]);
    }
    command
}

/// Removes the translations, which Discord sends only on request.
fn without_localizations(place: &mut Value) {
    match place {
        Value::Object(map) => {
            map.remove("name_localizations");
            map.remove("description_localizations");
            map.values_mut().for_each(without_localizations);
        }
        Value::Array(list) => list.iter_mut().for_each(without_localizations),
        _ => {}
    }
}
