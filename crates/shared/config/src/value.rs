//! Converts written values to the type of their key.

use std::net::SocketAddr;

use config::ValueKind;
use doorward_protocol::setting_url::{self, SettingUrlError};
use doorward_rules::color::Color;
use ipnet::IpNet;

use super::address::{ENCODE, check_server_url, has_credentials};
use super::key::{DAY, HOUR, Kind, MINUTE};
use super::listen::Listen;

/// A value as written in the file. The environment only has text.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    List(Vec<RawValue>),
    Table(Vec<(String, RawValue)>),
    /// Any other type, by its TOML name.
    Other(&'static str),
}

impl RawValue {
    /// Describes the value for a message. Text is not repeated, because it may be a secret.
    fn describe(&self) -> String {
        match self {
            Self::Text(_) => "text".to_owned(),
            Self::Integer(n) => format!("the number {n}"),
            Self::Float(n) => format!("the number {n}"),
            Self::Flag(b) => format!("`{b}`"),
            Self::List(_) => "a list".to_owned(),
            Self::Table(_) => "a TOML table".to_owned(),
            Self::Other(name) => format!("a TOML {name}"),
        }
    }
}

/// Error of a value that does not fit its key: a description of the value found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit(pub String);

impl Misfit {
    /// Repeats the text, unless it may be an address with a password that was written at the wrong
    /// key.
    fn text(text: &str) -> Self {
        if text.contains('@') || text.contains("://") {
            Self("text".to_owned())
        } else {
            Self(format!("{text:?}"))
        }
    }
}

impl Kind {
    /// Returns the expected input with an example.
    pub fn expected(&self) -> String {
        match self {
            Self::Text | Self::Secret => "text in quotes".to_owned(),
            Self::Path => "a path in quotes".to_owned(),
            Self::SecretUrl(schemes) => {
                let list: Vec<_> = schemes.iter().map(|s| format!("`{s}://…`")).collect();
                format!("an address such as {}; {ENCODE}", list.join(" or "))
            }
            Self::Url | Self::Endpoint => "an address such as \"https://id.example.org\"".to_owned(),
            Self::Color => "a color such as \"#1f4fd1\"".to_owned(),
            Self::Socket => "an IP address and a port, such as \"127.0.0.1:8400\"".to_owned(),
            Self::Listen => "an IP address and a port, such as \"127.0.0.1:8400\", or a socket such as \"unix:/run/doorward/doorward.sock\"".to_owned(),
            Self::Networks => "a list of networks, such as [\"10.0.0.0/8\"]".to_owned(),
            Self::StringList => "a list of words, such as [\"openid\", \"email\"]".to_owned(),
            Self::Counts => "a table of numbers from 1, such as { admin = 5000 }".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::Number(min, max) => format!("a whole number from {min} to {max}"),
            Self::Ratio(min, max) => format!("a number from {min} to {max}"),
            Self::Duration(min, max) => format!(
                "seconds or text such as \"5m\", \"12h\", \"30d\", from {} to {}",
                duration_text(*min),
                duration_text(*max)
            ),
            Self::OneOf(values) => {
                let list: Vec<_> = values.iter().map(|w| format!("\"{w}\"")).collect();
                format!("one of {}", list.join(", "))
            }
            Self::OneOrMoreOf(values) => format!("a list of some of {values:?}"),
        }
    }

    /// Converts a value from the environment, a secret file or the defaults.
    pub fn from_text(&self, text: &str) -> Result<ValueKind, Misfit> {
        match self {
            Self::Boolean => match text {
                "true" => Ok(true.into()),
                "false" => Ok(false.into()),
                _ => Err(Misfit::text(text)),
            },
            Self::Number(..) => {
                let number = text.parse().map_err(|_| Misfit::text(text))?;
                self.from_toml(&RawValue::Integer(number))
            }
            Self::Ratio(..) => {
                let number = text.parse().map_err(|_| Misfit::text(text))?;
                self.from_toml(&RawValue::Float(number))
            }
            Self::StringList if has_credentials(text) => Err(credentials()),
            Self::Networks | Self::StringList | Self::Counts | Self::OneOrMoreOf(_) => {
                let items = text
                    .split([',', ' '])
                    .filter(|item| !item.is_empty())
                    .map(|item| RawValue::Text(item.to_owned()))
                    .collect();
                self.from_toml(&RawValue::List(items))
            }
            _ => self.from_toml(&RawValue::Text(text.to_owned())),
        }
    }

    /// Converts a value from the file.
    pub fn from_toml(&self, raw: &RawValue) -> Result<ValueKind, Misfit> {
        match (self, raw) {
            // Such values are shown as they are.
            (Self::Text | Self::Path | Self::Url | Self::Endpoint, RawValue::Text(text))
                if has_credentials(text) =>
            {
                Err(credentials())
            }
            (Self::Url | Self::Endpoint, RawValue::Text(text)) => url(text),
            (Self::Text | Self::Path | Self::Secret, RawValue::Text(text)) => {
                Ok(text.as_str().into())
            }
            (Self::SecretUrl(schemes), RawValue::Text(text)) => {
                let known = text
                    .split_once(':')
                    .is_some_and(|(s, _)| schemes.contains(&s));
                if !known {
                    return Err(Misfit("another address".into()));
                }
                match check_server_url(text) {
                    Ok(()) => Ok(text.as_str().into()),
                    Err(problem) => Err(Misfit(problem.to_owned())),
                }
            }
            (Self::Color, RawValue::Text(text)) => {
                Color::parse(text).map_err(|_| Misfit::text(text))?;
                Ok(text.as_str().into())
            }
            (Self::Socket, RawValue::Text(text)) => {
                text.parse::<SocketAddr>().map_err(|_| Misfit::text(text))?;
                Ok(text.as_str().into())
            }
            (Self::Listen, RawValue::Text(text)) => {
                text.parse::<Listen>().map_err(|_| Misfit::text(text))?;
                Ok(text.as_str().into())
            }
            (Self::Networks, RawValue::List(items)) => {
                list(items, |text| text.parse::<IpNet>().is_ok())
            }
            (Self::StringList, RawValue::List(items)) => {
                list(items, |text| !text.is_empty() && !has_credentials(text))
            }
            (Self::OneOrMoreOf(values), RawValue::List(items)) => {
                let is_twice = |at: usize| items[..at].contains(&items[at]);
                if items.is_empty() || (0..items.len()).any(is_twice) {
                    return Err(Misfit("an empty list, or a word twice".to_owned()));
                }
                list(items, |text| values.contains(&text))
            }
            (Self::Counts, RawValue::List(items)) => list(items, is_count),
            (Self::Counts, RawValue::Table(entries)) => {
                let text = |(name, raw): &(String, RawValue)| match raw {
                    RawValue::Integer(number) => RawValue::Text(format!("{name}={number}")),
                    other => other.clone(),
                };
                let items: Vec<RawValue> = entries.iter().map(text).collect();
                list(&items, is_count)
            }
            (Self::Boolean, RawValue::Flag(flag)) => Ok((*flag).into()),
            (Self::Number(min, max) | Self::Duration(min, max), RawValue::Integer(n))
                if (min..=max).contains(&n) =>
            {
                Ok((*n).into())
            }
            (Self::Ratio(min, max), RawValue::Float(n)) if (min..=max).contains(&n) => {
                Ok((*n).into())
            }
            #[expect(clippy::cast_precision_loss, reason = "limits are small numbers")]
            (Self::Ratio(..), RawValue::Integer(n)) => self.from_toml(&RawValue::Float(*n as f64)),
            (Self::Duration(..), RawValue::Text(text)) => match seconds(text) {
                Some(seconds) => self
                    .from_toml(&RawValue::Integer(seconds))
                    .map_err(|_| Misfit(duration_text(seconds))),
                None => Err(Misfit::text(text)),
            },
            (Self::OneOf(values), RawValue::Text(text)) if values.contains(&text.as_str()) => {
                Ok(text.as_str().into())
            }
            (Self::OneOf(_), RawValue::Text(text)) => Err(Misfit::text(text)),
            (_, raw) => Err(Misfit(raw.describe())),
        }
    }
}

/// Checks that a URL is stored in the form that is read. The checks of its key suggest a form for one that is not
/// absolute.
fn url(text: &str) -> Result<ValueKind, Misfit> {
    match setting_url::parse(text) {
        Err(SettingUrlError::Characters) => {
            let found = "an address with characters that a URL must not have";
            Err(Misfit(found.to_owned()))
        }
        Err(SettingUrlError::UserInfo) => Err(credentials()),
        Ok(_) | Err(SettingUrlError::NotAbsolute) => Ok(text.into()),
    }
}

fn credentials() -> Misfit {
    Misfit("an address with a user or password".to_owned())
}

fn list(items: &[RawValue], fits: impl Fn(&str) -> bool) -> Result<ValueKind, Misfit> {
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        match item {
            RawValue::Text(text) if fits(text) => {
                values.push(config::Value::new(None, text.as_str()));
            }
            RawValue::Text(text) => return Err(Misfit::text(text)),
            other => return Err(Misfit(other.describe())),
        }
    }
    Ok(ValueKind::Array(values))
}

/// Returns true for `name=number` with a number of at least one.
fn is_count(text: &str) -> bool {
    text.split_once('=').is_some_and(|(word, number)| {
        let digits = number.bytes().all(|b| b.is_ascii_digit());
        !word.is_empty() && digits && number.parse::<u32>().is_ok_and(|number| number > 0)
    })
}

/// Parses `"90"`, `"90s"`, `"5m"`, `"12h"` or `"30d"` as seconds.
pub fn seconds(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => DAY,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(unit)
}

/// Formats seconds in the largest unit that divides them: `"90s"`, `"5m"`, `"30d"`.
pub fn duration_text(seconds: i64) -> String {
    for (unit, suffix) in [(DAY, "d"), (HOUR, "h"), (MINUTE, "m")] {
        if seconds != 0 && seconds % unit == 0 {
            return format!("{}{suffix}", seconds / unit);
        }
    }
    format!("{seconds}s")
}
