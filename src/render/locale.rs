//! The bot's languages: Fluent files that are compiled in, chosen by Discord's locale.
//!
//! `tests/all/locales.rs` checks that every file has the same keys and placeholders.

use std::sync::LazyLock;
use std::time::Duration;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

/// Declares the languages, each with its variant and Discord's code, which is also its folder.
macro_rules! locales {
    ($($variant:ident $code:literal),+ $(,)?) => {
        /// A language of the bot, by Discord's code.
        ///
        /// Source: <https://discord.com/developers/docs/reference#locales>
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum Locale { #[default] $($variant),+ }

        impl Locale {
            /// All languages, the default first.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// Returns the file's texts, which are parsed at their first use.
            fn bundle(self) -> &'static Bundle {
                match self { $(Self::$variant => {
                    static BUNDLE: LazyLock<Bundle> = LazyLock::new(|| {
                        parse($code, include_str!(concat!("../../locales/", $code, "/videostatus.ftl")))
                    });
                    &BUNDLE
                })+ }
            }
        }
    };
}

locales! {
    EnUs "en-US",
    ZhCn "zh-CN",
    ZhTw "zh-TW",
    Ja "ja",
    Ko "ko",
    EsEs "es-ES",
    PtBr "pt-BR",
    Fr "fr",
    De "de",
    Ru "ru",
}

impl Locale {
    /// Returns the language for one of Discord's codes. A code of another region gets the first
    /// language of the bot with the same first part, and any other code gets English.
    pub fn of(code: &str) -> Self {
        let language = code.split('-').next();
        let exact = Self::ALL.iter().find(|l| l.code() == code);
        let mut all = Self::ALL.iter();
        let close = || all.find(|l| l.code().split('-').next() == language);
        exact.or_else(close).copied().unwrap_or_default()
    }

    pub fn text(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// Returns the text under a key with its placeholders filled. A key that this language lacks
    /// is taken from English, and a key that English lacks is returned itself; tests make sure
    /// that neither happens.
    pub fn with(self, key: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
        let args: FluentArgs<'_> = args.iter().cloned().collect();
        let text = |bundle: &Bundle| {
            let pattern = bundle.get_message(key)?.value()?;
            let text = bundle.format_pattern(pattern, Some(&args), &mut Vec::new());
            Some(text.into_owned())
        };
        let english = || text(Self::default().bundle());
        let text = text(self.bundle()).or_else(english);
        text.unwrap_or_else(|| key.to_owned())
    }

    /// Returns a length of time in words: seconds below a minute and a half, otherwise whole
    /// minutes, or hours if the minutes are a whole number of them.
    pub fn span(self, span: Duration) -> String {
        let seconds = span.as_secs();
        let minutes = seconds.saturating_add(30) / 60;
        let (key, count) = match seconds {
            0..90 => ("span-seconds", seconds),
            _ if minutes.is_multiple_of(60) => ("span-hours", minutes / 60),
            _ => ("span-minutes", minutes),
        };
        self.with(key, &[("count", count.into())])
    }

    /// Returns a percentage as the language writes it.
    pub fn percent(self, percent: u8) -> String {
        self.with("value-percent", &[("percent", percent.into())])
    }

    /// Returns a text in the language's quotation marks.
    pub fn quote(self, text: &str) -> String {
        self.with("value-quote", &[("text", text.into())])
    }
}

/// Parses a file's texts. Broken entries are left out; tests make sure that there are none.
fn parse(code: &str, source: &str) -> Bundle {
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    let language: LanguageIdentifier = code.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Fluent's invisible characters around placeholders would break code spans and links.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discords_codes_find_their_language() {
        for (code, locale) in [
            ("zh-CN", Locale::ZhCn),
            ("zh-TW", Locale::ZhTw),
            ("es-419", Locale::EsEs),
            ("en-GB", Locale::EnUs),
            ("pt", Locale::PtBr),
            ("tr", Locale::EnUs),
            ("", Locale::EnUs),
        ] {
            assert_eq!(Locale::of(code), locale, "{code}");
        }
        for locale in Locale::ALL {
            assert_eq!(Locale::of(locale.code()), *locale);
        }
    }

    #[test]
    fn spans_are_rounded_to_what_people_say() {
        let span = |seconds| Locale::EnUs.span(Duration::from_secs(seconds));
        let said = [0, 5, 89, 90, 185, 3570, 3600, 5400, 7200].map(span);
        let expected = [
            "0 s", "5 s", "89 s", "2 min", "3 min", "1 h", "1 h", "90 min", "2 h",
        ];
        assert_eq!(said, expected);
    }
}
