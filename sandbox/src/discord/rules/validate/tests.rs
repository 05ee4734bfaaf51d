//! Tests every limit from both sides.

mod embeds {
    use serde_json::{Value, json};

    use crate::discord::model::errors::Mistakes;
    use crate::discord::rules::validate::embeds::check;

    /// Returns the mistakes in these embeds, or an empty text.
    fn wrong(embeds: &Value) -> String {
        let mut mistakes = Mistakes::default();
        check(&mut mistakes, embeds);
        mistakes.check().map_or_else(
            |error| error.body()["errors"].to_string(),
            |()| String::new(),
        )
    }

    #[test]
    fn everything_at_its_limit_passes() {
        let text = |length: usize| "あ".repeat(length);
        assert_eq!(
            wrong(
                &json!([{"title": text(256), "description": text(4096), "color": 0xff_ffff,
            "url": "https://a.example/", "timestamp": "2026-01-01T00:00:00+02:00",
            "footer": {"text": text(1648)}, "image": {"url": "attachment://a.png"}}])
            ),
            ""
        );
        let fields = vec![json!({"name": text(100), "value": text(100), "inline": true}); 25];
        assert_eq!(wrong(&json!([{ "fields": fields }])), "");
    }

    #[test]
    fn everything_beyond_is_named() {
        let text = |length: usize| "x".repeat(length);
        for (embed, place) in [
            (json!({"title": text(257)}), "title"),
            (json!({"description": text(4097)}), "description"),
            (json!({"title": 5}), "STRING_TYPE_CONVERT"),
            (json!({}), "description"),
            (json!({"title": "  "}), "BASE_TYPE_REQUIRED"),
            (
                json!({"url": "javascript:alert(1)"}),
                "URL_TYPE_INVALID_SCHEME",
            ),
            (
                json!({"image": {"url": "ftp://a.example/"}}),
                "URL_TYPE_INVALID_SCHEME",
            ),
            (
                json!({"image": {"url": "/relative.png"}}),
                "URL_TYPE_INVALID_URL",
            ),
            (
                json!({"thumbnail": {"url": format!("https://a.example/{}", text(2048))}}),
                "BASE_TYPE_MAX_LENGTH",
            ),
            (
                json!({"title": "a", "thumbnail": {"url": ""}}),
                "BASE_TYPE_REQUIRED",
            ),
            (json!({"color": 0x100_0000}), "NUMBER_TYPE_MAX"),
            (json!({"timestamp": "yesterday"}), "DATE_TIME_TYPE_PARSE"),
            (json!({"footer": {"text": text(2049)}}), "footer"),
            (json!({"author": {"name": ""}}), "author"),
            (
                json!({"fields": [{"name": text(257), "value": "v"}]}),
                "\"name\"",
            ),
            (
                json!({"fields": [{"name": "n", "value": text(1025)}]}),
                "\"value\"",
            ),
            (
                json!({"fields": [{"name": "n", "value": " "}]}),
                "\"value\"",
            ),
            (
                json!({"fields": vec![json!({"name": "n", "value": "v"}); 26]}),
                "\"fields\"",
            ),
        ] {
            assert!(
                wrong(&json!([embed])).contains(place),
                "{embed}: {}",
                wrong(&json!([embed]))
            );
        }
        assert!(wrong(&json!(vec![json!({"title": "a"}); 11])).contains("10 or fewer"));
        let long = json!({"description": text(3001)});
        assert!(wrong(&json!([long, long])).contains("MAX_EMBED_SIZE_EXCEEDED"));
    }
}

mod components {
    use serde_json::{Value, json};

    use crate::discord::model::errors::Mistakes;
    use crate::discord::rules::validate::components::check;

    fn wrong(components: &Value, layout: bool) -> String {
        let mut mistakes = Mistakes::default();
        check(&mut mistakes, components, layout);
        mistakes.check().map_or_else(
            |error| error.body()["errors"].to_string(),
            |()| String::new(),
        )
    }

    fn button(id: &str) -> Value {
        json!({"type": 2, "style": 1, "label": "Go", "custom_id": id})
    }

    fn row(parts: &[Value]) -> Value {
        json!([{"type": 1, "components": parts}])
    }

    #[test]
    fn good_rows_pass() {
        let link = json!({"type": 2, "style": 5, "label": "Open", "url": "https://a.example/"});
        let parts = [
            button("a"),
            button("b"),
            button("c"),
            button(&"d".repeat(100)),
            link,
        ];
        assert_eq!(wrong(&row(&parts), false), "");
        let options: Vec<_> = (0..25)
            .map(|n| json!({"label": "L", "value": n.to_string()}))
            .collect();
        assert_eq!(
            wrong(
                &row(&[json!({"type": 3, "custom_id": "s", "options": options})]),
                false
            ),
            ""
        );
    }

    #[test]
    fn broken_rows_are_named() {
        let long = "x".repeat(101);
        for (parts, code) in [
            (vec![], "BASE_TYPE_BAD_LENGTH"),
            (
                (0..6).map(|n| button(&n.to_string())).collect(),
                "BASE_TYPE_MAX_LENGTH",
            ),
            (
                vec![button("a"), button("a")],
                "COMPONENT_CUSTOM_ID_DUPLICATED",
            ),
            (vec![button(&long)], "BASE_TYPE_MAX_LENGTH"),
            (vec![button("")], "BASE_TYPE_REQUIRED"),
            (
                vec![json!({"type": 2, "style": 1, "custom_id": "a"})],
                "LABEL_REQUIRED",
            ),
            (
                vec![json!({"type": 2, "style": 1, "custom_id": "a", "label": long})],
                "BASE_TYPE_MAX_LENGTH",
            ),
            (
                vec![json!({"type": 2, "style": 9, "custom_id": "a", "label": "a"})],
                "BASE_TYPE_CHOICES",
            ),
            (
                vec![json!({"type": 2, "style": 5, "label": "a", "url": "ftp://a.example"})],
                "INVALID_SCHEME",
            ),
            (
                vec![
                    json!({"type": 2, "style": 5, "label": "a", "url": format!("https://a.example/{}", "x".repeat(512))}),
                ],
                "BASE_TYPE_MAX_LENGTH",
            ),
            (
                vec![
                    json!({"type": 2, "style": 5, "label": "a", "url": "https://a.example", "custom_id": "b"}),
                ],
                "EXCLUSIVE",
            ),
            (
                vec![json!({"type": 4, "custom_id": "a"})],
                "BASE_TYPE_CHOICES",
            ),
            (
                vec![json!({"type": 3, "custom_id": "a", "options": []})],
                "BASE_TYPE_REQUIRED",
            ),
            (
                vec![
                    json!({"type": 3, "custom_id": "a", "options": vec![json!({"label": "L", "value": "v"}); 2]}),
                ],
                "VALUE_DUPLICATED",
            ),
            (
                vec![
                    button("b"),
                    json!({"type": 3, "custom_id": "a", "options": [{"label": "L", "value": "v"}]}),
                ],
                "WIDTH_EXCEEDED",
            ),
        ] {
            let found = wrong(&row(&parts), false);
            assert!(found.contains(code), "{parts:?}: {found}");
        }
        let rows = (0..6).map(|n| json!({"type": 1, "components": [button(&n.to_string())]}));
        assert!(wrong(&rows.collect(), false).contains("5 or fewer"));
        assert!(
            wrong(&json!([{"type": 10, "content": "text"}]), false).contains("BASE_TYPE_CHOICES")
        );
    }

    #[test]
    fn layouts_have_their_own_rules() {
        let gallery = json!({"type": 12, "items": [{"media": {"url": "attachment://v.mp4"}}]});
        let text = json!({"type": 10, "content": "Done"});
        assert_eq!(
            wrong(&json!([{"type": 17, "components": [text, gallery]}]), true),
            ""
        );
        assert!(wrong(&json!([{"type": 12, "items": []}]), true).contains("BASE_TYPE_REQUIRED"));
        assert!(wrong(&json!(vec![text; 41]), true).contains("40"));
        let long = json!({"type": 10, "content": "x".repeat(2001)});
        assert!(wrong(&json!([long, long]), true).contains("TEXT_SIZE_EXCEEDED"));
    }
}

mod commands {
    use serde_json::{Value, json};

    use crate::discord::model::errors::Mistakes;
    use crate::discord::rules::validate::definitions::check;

    fn wrong(command: &Value) -> String {
        let mut mistakes = Mistakes::default();
        check(&mut mistakes, &json!([command]));
        mistakes.check().map_or_else(
            |error| error.body()["errors"].to_string(),
            |()| String::new(),
        )
    }

    fn with(key: &str, value: Value) -> Value {
        let mut command = json!({"name": "go", "description": "Goes"});
        command[key] = value;
        command
    }

    fn option(key: &str, value: Value) -> Value {
        let mut option = json!({"type": 3, "name": "id", "description": "An id", "required": true});
        option[key] = value;
        with("options", json!([option]))
    }

    #[test]
    fn good_commands_pass() {
        assert_eq!(wrong(&option("autocomplete", json!(true))), "");
        assert_eq!(
            wrong(&with(
                "name_localizations",
                json!({"ja": "動画", "hi": "वीडियो", "de": "los"})
            )),
            ""
        );
        assert_eq!(wrong(&json!({"name": "Look at It", "type": 3})), "");
        assert_eq!(wrong(&with("contexts", json!([0, 1, 2]))), "");
    }

    #[test]
    fn broken_commands_are_named() {
        for (command, code) in [
            (with("name", json!("Go")), "INVALID_NAME"),
            (with("name", json!("go on")), "INVALID_NAME"),
            (with("name", json!("x".repeat(33))), "BASE_TYPE_MAX_LENGTH"),
            (with("description", json!("")), "BASE_TYPE_REQUIRED"),
            (
                with("description", json!("x".repeat(101))),
                "BASE_TYPE_MAX_LENGTH",
            ),
            (
                with("description_localizations", json!({"de": "x".repeat(101)})),
                "BASE_TYPE_MAX_LENGTH",
            ),
            (
                with("description_localizations", json!({"xx": "x"})),
                "BASE_TYPE_CHOICES",
            ),
            (
                with("default_member_permissions", json!("all")),
                "NUMBER_TYPE_COERCE",
            ),
            (with("contexts", json!([3])), "BASE_TYPE_CHOICES"),
            (
                json!({"name": "Look", "type": 3, "description": "x"}),
                "CONTEXT_MENU_DESCRIPTION",
            ),
            (option("max_length", json!(6001)), "NUMBER_TYPE_MAX"),
            (option("name", json!("Id")), "INVALID_NAME"),
            (option("type", json!(12)), "BASE_TYPE_CHOICES"),
            (
                option(
                    "choices",
                    json!(vec![json!({"name": "a", "value": "b"}); 26]),
                ),
                "25 or fewer",
            ),
            (
                option("choices", json!([{"name": "a", "value": "x".repeat(101)}])),
                "BASE_TYPE_MAX_LENGTH",
            ),
        ] {
            assert!(
                wrong(&command).contains(code),
                "{command}: {}",
                wrong(&command)
            );
        }
        let two = |first: bool, second: &str| {
            let option = |name: &str, required: bool| json!({"type": 3, "name": name, "description": "d", "required": required});
            with("options", json!([option("a", first), option(second, true)]))
        };
        assert!(wrong(&two(false, "b")).contains("REQUIRED_INVALID"));
        assert!(wrong(&two(true, "a")).contains("ALREADY_EXISTS"));
        let option = json!({"type": 3, "name": "a", "description": "d", "choices":
            (0..25).map(|n| json!({"name": "n".repeat(90), "value": format!("{n}{}", "v".repeat(90))})).collect::<Vec<_>>()});
        let mut options = vec![option; 2];
        options[1]["name"] = json!("b");
        assert!(wrong(&with("options", json!(options))).contains("TOO_LARGE"));
    }
}
