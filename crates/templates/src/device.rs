//! What a browser calls itself, in words.

use doorward_i18n::Lang;
use woothee::parser::Parser;

use super::chrome::Chrome;

/// What a session runs on, as far as its `User-Agent` tells. A hint for people, never a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The browser's name.
    pub browser: Option<String>,
    /// The operating system's name.
    pub system: Option<String>,
    handheld: bool,
}

impl Device {
    /// Reads a `User-Agent` header.
    pub fn from_user_agent(agent: &str) -> Self {
        let known = |name: &str| (name != "UNKNOWN").then(|| name.to_owned());
        match Parser::new().parse(agent) {
            // Programs that only fetch name no device.
            Some(parsed) if parsed.category != "misc" => Self {
                browser: known(parsed.name),
                system: known(without_version(parsed.os)),
                handheld: parsed.category == "smartphone",
            },
            _ => Self {
                browser: None,
                system: None,
                handheld: false,
            },
        }
    }

    /// Whether it is held in a hand, for the picture.
    pub const fn is_handheld(&self) -> bool {
        self.handheld
    }

    /// "Firefox on Linux".
    pub fn label(&self, chrome: &Chrome) -> String {
        self.words(chrome.lang)
    }

    /// The same in a language, for mails.
    pub fn words(&self, lang: Lang) -> String {
        match (self.browser.as_deref(), self.system.as_deref()) {
            (Some(browser), Some(system)) => lang.text_with(
                "device-on",
                &[("browser", browser.into()), ("system", system.into())],
            ),
            (Some(only), None) | (None, Some(only)) => only.to_owned(),
            (None, None) => lang.text("device-unknown"),
        }
    }
}

/// Browsers freeze the version that they claim, so it would only mislead.
fn without_version(system: &str) -> &str {
    match system {
        "Mac OSX" => "macOS",
        other if other.starts_with("Windows") => "Windows",
        other => other,
    }
}

#[cfg(test)]
mod tests;
