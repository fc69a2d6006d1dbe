//! What every page shares: language, theme, brand, the footer's forms, and the way to words.

use std::fmt;

use doorward_i18n::Lang;
use fluent_bundle::FluentValue;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::assets;

const ISO: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const TIME: &[BorrowedFormatItem<'_>] = format_description!("[hour]:[minute]");
const UTC: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute] UTC");

/// The colour scheme that a person chose (cookie `doorward_theme`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says (`prefers-color-scheme`).
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All choices, in the order of the menu.
    pub const ALL: &[Self] = &[Self::Auto, Self::Light, Self::Dark];

    /// The value in the cookie, in the form field `theme` and in `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The choice of a cookie or form value; anything unknown is [`Theme::Auto`].
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

/// The operator's own pages, shown in the footer where they are set. Absolute `https` addresses.
#[derive(Clone, Debug, Default)]
pub struct SiteLinks {
    /// Where people get help.
    pub help: Option<String>,
    /// The privacy notice.
    pub privacy: Option<String>,
    /// The terms of use.
    pub terms: Option<String>,
}

/// The signed-in person, as a page names them.
#[derive(Clone, Debug)]
pub struct AccountChip {
    /// The display name; the username where there is none.
    pub name: String,
    /// The username or e-mail address below the name.
    pub login: String,
}

impl AccountChip {
    /// The first letter of the name, for the round mark.
    pub fn initial(&self) -> String {
        self.name
            .chars()
            .find(|c| c.is_alphanumeric())
            .map_or_else(|| "?".to_owned(), |c| c.to_uppercase().collect())
    }
}

/// One message of an error summary, with the field that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorSummaryItem {
    /// The `id` of the field; empty for a problem of the whole form.
    pub field: &'static str,
    /// The sentence to show.
    pub message: String,
}

/// A moment for `<time>`: machine form and words in UTC (the page's script shows local time).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, UTC.
    pub iso: String,
    /// `2026-11-20 09:04 UTC`.
    pub utc: String,
    /// `20 November 2026`, in the language of the page.
    pub day: String,
}

/// What every page needs, whatever it shows.
#[derive(Clone, Debug)]
pub struct Chrome {
    /// The language of the page.
    pub lang: Lang,
    /// The chosen colour scheme.
    pub theme: Theme,
    /// The name of the site, from configuration.
    pub site_name: String,
    /// The CSRF token for every form of the page.
    pub csrf: String,
    /// The page to come back to after `POST /preferences`: a path with its query, GET-able.
    pub return_to: String,
    /// The request id, shown on error pages.
    pub request_id: String,
    /// Footer links.
    pub links: SiteLinks,
}

impl Chrome {
    /// The words for `key`.
    pub fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// The words for `key` with one variable of text.
    pub fn tv(&self, key: &str, name: &'static str, value: impl fmt::Display) -> String {
        self.lang
            .text_with(key, &[(name, FluentValue::from(value.to_string()))])
    }

    /// The words for `key` with one number, which also chooses the plural form.
    pub fn tn(&self, key: &str, name: &'static str, number: i64) -> String {
        self.lang
            .text_with(key, &[(name, FluentValue::from(number))])
    }

    /// The words before and after the variable `name`, so that a template can put markup around
    /// the value without the translation holding any.
    pub fn around(&self, key: &str, name: &'static str) -> (String, String) {
        const GAP: char = '\u{FFFC}';
        let whole = self.tv(key, name, GAP);
        match whole.split_once(GAP) {
            Some((before, after)) => (before.to_owned(), after.to_owned()),
            None => (whole, String::new()),
        }
    }

    /// The document title: `Error: Sign in · Doorward` (SI-9).
    pub fn title(&self, heading: impl fmt::Display, error: bool) -> String {
        let page = if error {
            self.tv("title-error", "title", heading)
        } else {
            heading.to_string()
        };
        format!("{page} · {}", self.site_name)
    }

    /// The languages of the footer's menu.
    pub const fn languages(&self) -> &'static [Lang] {
        Lang::ALL
    }

    /// The themes of the footer's menu.
    pub const fn themes(&self) -> &'static [Theme] {
        Theme::ALL
    }

    /// The value of `data-theme`; none where the device decides.
    pub fn forced_theme(&self) -> Option<&'static str> {
        (self.theme != Theme::Auto).then(|| self.theme.as_str())
    }

    /// The name of a theme.
    pub fn theme_name(&self, theme: &Theme) -> String {
        self.t(theme.key())
    }

    /// A moment in Unix seconds, for `<time>`. Impossible years show as the raw number.
    pub fn moment(&self, at: &i64) -> Moment {
        let known = OffsetDateTime::from_unix_timestamp(*at).ok();
        let format = |items| known.and_then(|moment| moment.format(items).ok());
        Moment {
            iso: format(ISO).unwrap_or_default(),
            utc: format(UTC).unwrap_or_else(|| at.to_string()),
            day: known.map_or_else(|| at.to_string(), |moment| day(self.lang, moment)),
        }
    }

    /// How long ago `at` was, in words; both in Unix seconds.
    pub fn ago(&self, at: &i64, now: &i64) -> String {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        const DAYS: i64 = 24 * HOUR;
        match now.saturating_sub(*at) {
            seconds if seconds < MINUTE => self.t("ago-now"),
            seconds if seconds < HOUR => self.tn("ago-minutes", "count", seconds / MINUTE),
            seconds if seconds < DAYS => self.tn("ago-hours", "count", seconds / HOUR),
            seconds => self.tn("ago-days", "count", seconds / DAYS),
        }
    }

    /// The address of the style sheet.
    pub fn css_url(&self) -> &'static str {
        assets::css_url()
    }

    /// The address of the script.
    pub fn js_url(&self) -> &'static str {
        assets::js_url()
    }

    /// The address of the icon.
    pub fn icon_url(&self) -> &'static str {
        assets::icon_url()
    }

    /// Sample data for tests and the gallery.
    pub fn sample(lang: Lang) -> Self {
        Self {
            lang,
            theme: Theme::Auto,
            site_name: "Doorward".to_owned(),
            csrf: "c2FtcGxlLWNzcmYtdG9rZW4tb2YtNDMtY2hhcmFjdGVycy0".to_owned(),
            return_to: "/login?flow=Zk3s9QyV0cX1bT7m".to_owned(),
            request_id: "01K9ZQ4T7V8W9X0Y1Z2A3B4C5D".to_owned(),
            links: SiteLinks::default(),
        }
    }
}

/// `09:04 UTC on 20 November 2026`, for mails; an impossible year shows as the raw number.
pub fn utc(lang: Lang, at: i64) -> String {
    let known = OffsetDateTime::from_unix_timestamp(at).ok();
    let words = known.and_then(|moment| {
        let time = moment.format(TIME).ok()?;
        let variables = [("date", day(lang, moment).into()), ("time", time.into())];
        Some(lang.text_with("date-time", &variables))
    });
    words.unwrap_or_else(|| at.to_string())
}

/// `20 November 2026`. The names of the months are words like any others.
fn day(lang: Lang, moment: OffsetDateTime) -> String {
    lang.text_with(
        "date",
        &[
            ("day", moment.day().into()),
            ("month", u8::from(moment.month()).into()),
            ("year", moment.year().into()),
        ],
    )
}

#[cfg(test)]
mod tests;
