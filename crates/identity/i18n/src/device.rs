//! Browser and system of a `User-Agent`, as text.

use woothee::parser::Parser;

use crate::Lang;

/// Browser and system of a session by its `User-Agent`. A hint for the user, never used in
/// decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub browser: Option<String>,
    pub system: Option<String>,
    handheld: bool,
}

impl Device {
    pub fn from_user_agent(agent: &str) -> Self {
        let known = |name: &str| (name != "UNKNOWN").then(|| name.to_owned());
        match Parser::new().parse(agent) {
            // HTTP clients that are not browsers name no device.
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

    /// Returns true for a handheld device, which has another icon.
    pub const fn is_handheld(&self) -> bool {
        self.handheld
    }

    /// Returns a label such as "Firefox on Linux".
    pub fn label(&self, lang: Lang) -> String {
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

/// Removes the system version: browsers freeze it, so it would mislead.
fn without_version(system: &str) -> &str {
    match system {
        "Mac OSX" => "macOS",
        other if other.starts_with("Windows") => "Windows",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_agent_is_described() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
        for (agent, label) in [
            (edge, "Edge on Windows"),
            (
                "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Firefox/140.0",
                "Firefox on Android",
            ),
            ("curl/8.14.1", "Unknown device"),
            ("<script>", "Unknown device"),
            ("", "Unknown device"),
        ] {
            assert_eq!(
                Device::from_user_agent(agent).label(Lang::En),
                label,
                "{agent}"
            );
        }
    }
}
