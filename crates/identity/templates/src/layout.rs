//! The layout shared by every page: language, theme, brand, footer forms and text lookup.

use std::fmt;
use std::sync::Arc;

use doorward_i18n::{Lang, date};
use doorward_rules::brand::{Brand, LogoFile};
use fluent_bundle::FluentValue;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::assets;

const ISO: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const UTC: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");

/// The colour scheme chosen by the user (cookie `doorward_theme`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The scheme of the device (`prefers-color-scheme`).
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: &[Self] = &[Self::Auto, Self::Light, Self::Dark];

    /// Returns the value in the cookie, in the form field `theme` and in `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Parses a cookie or form value; an unknown value is [`Theme::Auto`].
    pub fn parse(value: &str) -> Self {
        Self::ALL
            .iter()
            .copied()
            .find(|theme| theme.as_str() == value)
            .unwrap_or_default()
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Auto => "theme-auto",
            Self::Light => "theme-light",
            Self::Dark => "theme-dark",
        }
    }
}

/// The signed-in user as shown on a page.
#[derive(Clone, Debug, Default)]
pub struct AccountChip {
    /// Display name, or the username if there is none.
    pub name: String,
    /// The username or e-mail address below the name.
    pub login: String,
}

impl AccountChip {
    pub fn initial(&self) -> String {
        initial(&self.name)
    }
}

pub(super) fn initial(name: &str) -> String {
    let mut letters = name.chars().filter(|c| c.is_alphanumeric());
    letters
        .next()
        .map_or_else(|| "?".to_owned(), |c| c.to_uppercase().collect())
}

/// A message of an error summary, with its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorSummaryItem {
    /// The `id` of the field; empty for an error of the whole form.
    pub field: &'static str,
    pub message: String,
}

/// Returns the messages of the fields with an error.
pub fn summarize(
    errors: impl IntoIterator<Item = (&'static str, Option<String>)>,
) -> Vec<ErrorSummaryItem> {
    let errors = errors.into_iter();
    errors
        .filter_map(|(field, message)| message.map(|message| ErrorSummaryItem { field, message }))
        .collect()
}

/// A time for `<time>`: machine form and text in UTC (the page's script shows local time).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, UTC.
    pub iso: String,
    /// `2026-11-20 09:04:05 UTC`.
    pub utc: String,
    /// `November 20, 2026 at 09:04 UTC`, in the language of the page.
    pub minute: String,
    /// `November 20, 2026`, in the language of the page.
    pub day: String,
}

/// A state of the session that its user must see, with the button that ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub text: String,
    /// Path of the form.
    pub action: &'static str,
    pub submit: String,
}

#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub lang: Lang,
    pub theme: Theme,
    pub brand: Arc<Brand>,
    /// The CSRF token for every form of the page.
    pub csrf: String,
    /// Page to return to after `POST /preferences`: a path with its query that accepts GET.
    pub return_to: String,
    pub request_id: String,
    /// State of the shortcut key of the search; `None` on a page without that search.
    pub search_key: Option<bool>,
    /// True if the user may open the administration console, on an account page.
    pub administers: bool,
    /// True if the page answers a form, so that its heading or a message gets the focus.
    pub is_answer: bool,
    /// Texts above the content of every page.
    pub banners: Vec<String>,
    pub bar: Option<Bar>,
    /// Pages of features in the navigation of the account: path, and key of the text.
    pub account_links: Vec<(&'static str, &'static str)>,
}

impl Layout {
    pub fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// Returns the text for the key, if there is one.
    pub fn t_of(&self, key: Option<&str>) -> Option<String> {
        key.map(|key| self.t(key))
    }

    /// Returns the text for `key` with one text variable.
    pub fn t_with(&self, key: &str, name: &'static str, value: impl fmt::Display) -> String {
        self.lang
            .text_with(key, &[(name, FluentValue::from(value.to_string()))])
    }

    /// Returns the text for `key` with one number, which also selects the plural form.
    pub fn t_plural(&self, key: &str, name: &'static str, number: i64) -> String {
        self.lang
            .text_with(key, &[(name, FluentValue::from(number))])
    }

    /// Returns the text for `key` with a number of any type, which also selects the plural form.
    pub(super) fn t_number(
        &self,
        key: &str,
        name: &'static str,
        number: impl TryInto<i64>,
    ) -> String {
        self.t_plural(key, name, number.try_into().unwrap_or(i64::MAX))
    }

    /// Returns the text for `key` with the variable `count`.
    pub fn t_count(&self, key: &str, count: impl TryInto<i64>) -> String {
        self.t_number(key, "count", count)
    }

    /// Returns the text before and after the variable `name`, so that a template can put markup
    /// around the value without markup in the translation.
    pub fn around(&self, key: &str, name: &'static str) -> (String, String) {
        const GAP: char = '\u{FFFC}';
        let whole = self.t_with(key, name, GAP);
        match whole.split_once(GAP) {
            Some((before, after)) => (before.to_owned(), after.to_owned()),
            None => (whole, String::new()),
        }
    }

    /// Returns the document title: `Error: Sign in · Doorward`.
    pub fn title(&self, heading: impl fmt::Display, error: bool) -> String {
        let page = if error {
            self.t_with("title-error", "title", heading)
        } else {
            heading.to_string()
        };
        format!("{page} · {}", self.brand.name)
    }

    pub const fn languages(&self) -> &'static [Lang] {
        Lang::ALL
    }

    pub const fn themes(&self) -> &'static [Theme] {
        Theme::ALL
    }

    /// Returns the value of `data-theme`; `None` if the device decides.
    pub fn forced_theme(&self) -> Option<&'static str> {
        (self.theme != Theme::Auto).then(|| self.theme.as_str())
    }

    pub fn theme_name(&self, theme: &Theme) -> String {
        self.t(theme.key())
    }

    pub fn has_search_key(&self) -> bool {
        self.search_key == Some(true)
    }

    /// Returns the value of the button that switches the shortcut key; `None` without a search.
    pub fn search_key_switch(&self) -> Option<&'static str> {
        self.search_key
            .map(|is_on| if is_on { "off" } else { "on" })
    }

    pub fn search_key_text(&self) -> String {
        let is_on = self.has_search_key();
        self.t(if is_on {
            "console-search-key-off"
        } else {
            "console-search-key-on"
        })
    }

    /// Formats a time in Unix seconds for `<time>`. A year out of range shows as the raw number.
    pub fn moment(&self, at: &i64) -> Moment {
        let known = OffsetDateTime::from_unix_timestamp(*at).ok();
        let format = |items| known.and_then(|moment| moment.format(items).ok());
        let text = |write: fn(Lang, OffsetDateTime) -> String| {
            known.map_or_else(|| at.to_string(), |moment| write(self.lang, moment))
        };
        Moment {
            iso: format(ISO).unwrap_or_default(),
            utc: format(UTC).unwrap_or_else(|| at.to_string()),
            minute: text(date::minute),
            day: text(date::day),
        }
    }

    /// Returns the relative time of `at` as text; both arguments are in Unix seconds.
    pub fn ago(&self, at: &i64, now: &i64) -> String {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        const DAYS: i64 = 24 * HOUR;
        match now.saturating_sub(*at) {
            seconds if seconds < MINUTE => self.t("ago-now"),
            seconds if seconds < HOUR => self.t_plural("ago-minutes", "count", seconds / MINUTE),
            seconds if seconds < DAYS => self.t_plural("ago-hours", "count", seconds / HOUR),
            seconds => self.t_plural("ago-days", "count", seconds / DAYS),
        }
    }

    pub fn css_url(&self) -> &'static str {
        assets::css_url()
    }

    pub fn console_css_url(&self) -> &'static str {
        &assets::CONSOLE_CSS.url
    }

    pub fn console_js_url(&self) -> &'static str {
        &assets::CONSOLE_JS.url
    }

    pub fn js_url(&self) -> &'static str {
        &assets::JS.url
    }

    pub fn icon_url(&self) -> &'static str {
        &assets::ICON.url
    }

    /// Returns the logo, and the one that replaces it if the device has the dark scheme.
    pub fn logo(&self) -> Option<(&LogoFile, Option<&LogoFile>)> {
        let logo = self.brand.logo.as_ref()?;
        Some(match (self.theme, &logo.dark) {
            (Theme::Dark, Some(dark)) => (dark, None),
            (Theme::Auto, Some(dark)) => (&logo.light, Some(dark)),
            _ => (&logo.light, None),
        })
    }

    /// Returns this layout for a page with another path.
    #[must_use]
    pub fn with_return_to(&self, path: &str) -> Self {
        Self {
            return_to: path.to_owned(),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests;
