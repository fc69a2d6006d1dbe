//! Browser and system of a session, told from its `User-Agent` header.

use super::chrome::Chrome;

/// What a session runs on, as far as its `User-Agent` tells. A hint for people, never a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The browser's name.
    pub browser: Option<&'static str>,
    /// The operating system's name.
    pub system: Option<&'static str>,
}

impl Device {
    /// Reads a `User-Agent` header. Order matters: nearly every browser also claims to be another.
    pub fn from_user_agent(agent: &str) -> Self {
        const BROWSERS: &[(&str, &str)] = &[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser/", "Samsung Internet"),
            ("Vivaldi/", "Vivaldi"),
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
            ("curl/", "curl"),
        ];
        const SYSTEMS: &[(&str, &str)] = &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Macintosh", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
            ("FreeBSD", "FreeBSD"),
        ];
        let name = |table: &[(&str, &'static str)]| {
            table
                .iter()
                .find(|(mark, _)| agent.contains(mark))
                .map(|(_, name)| *name)
        };
        Self {
            browser: name(BROWSERS),
            system: name(SYSTEMS),
        }
    }

    /// Whether it is held in a hand, for the picture.
    pub fn is_handheld(&self) -> bool {
        matches!(self.system, Some("iPhone" | "iPad" | "Android"))
    }

    /// "Firefox on Linux".
    pub fn label(&self, chrome: &Chrome) -> String {
        match (self.browser, self.system) {
            (Some(browser), Some(system)) => chrome.lang.text_with(
                "device-on",
                &[("browser", browser.into()), ("system", system.into())],
            ),
            (Some(only), None) | (None, Some(only)) => only.to_owned(),
            (None, None) => chrome.t("device-unknown"),
        }
    }
}

#[cfg(test)]
mod tests;
