//! A request's route without its ids and tokens, for the metrics.

use reqwest::Method;

/// The template of a path below `/api/v10`. Only the ones that the bot uses
/// have a name, so that there is a bounded number of them whatever comes.
pub(super) fn template(method: &Method, path: &str) -> &'static str {
    let path = path.split('?').next().unwrap_or(path);
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    match (method.as_str(), steps.as_slice()) {
        ("POST", ["interactions", _, _, "callback"]) => "POST /interactions/{id}/{token}/callback",
        ("PATCH", ["webhooks", _, _, "messages", "@original"]) => {
            "PATCH /webhooks/{app}/{token}/messages/@original"
        }
        ("GET", ["channels", _]) => "GET /channels/{channel}",
        ("GET", ["channels", _, "messages"]) => "GET /channels/{channel}/messages",
        ("POST", ["channels", _, "messages"]) => "POST /channels/{channel}/messages",
        ("PATCH", ["channels", _, "messages", _]) => "PATCH /channels/{channel}/messages/{message}",
        ("GET", ["guilds", _]) => "GET /guilds/{guild}",
        ("GET", ["guilds", _, "members", _]) => "GET /guilds/{guild}/members/{user}",
        ("POST", ["users", "@me", "channels"]) => "POST /users/@me/channels",
        ("GET", ["applications", "@me"]) => "GET /applications/@me",
        ("GET", ["applications", _, "commands"]) => "GET /applications/{app}/commands",
        ("PUT", ["applications", _, "commands"]) => "PUT /applications/{app}/commands",
        ("GET", ["applications", _, "guilds", _, "commands"]) => {
            "GET /applications/{app}/guilds/{guild}/commands"
        }
        ("PUT", ["applications", _, "guilds", _, "commands"]) => {
            "PUT /applications/{app}/guilds/{guild}/commands"
        }
        ("GET", ["gateway", "bot"]) => "GET /gateway/bot",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_ids_nor_tokens_nor_queries_are_part_of_it() {
        let of = |method, path| template(&method, path);
        assert_eq!(
            of(
                Method::PATCH,
                "/webhooks/1/aW50ZXJhY3Rpb24/messages/@original"
            ),
            "PATCH /webhooks/{app}/{token}/messages/@original"
        );
        assert_eq!(
            of(Method::GET, "/channels/7/messages?after=1&limit=100"),
            "GET /channels/{channel}/messages"
        );
        assert_eq!(of(Method::GET, "/webhooks/1/secret"), "other");
        assert_eq!(of(Method::DELETE, "/channels/7"), "other");
    }
}
