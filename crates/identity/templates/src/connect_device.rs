//! Connection of a device without a browser (`/device`): its code, the prompt and the result.

use super::consent::{Lifetime, RequestedItems};
use super::field_error::minutes;
use super::prelude::*;
use super::scope::{ScopeIcon, ScopeRow};

/// A reason why a user code was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserCodeError {
    Missing,
    /// The code is unknown or expired.
    Wrong,
    TooManyTries {
        retry_after: i64,
    },
}

/// `GET|POST /device`. Fields: `csrf`, `user_code`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/connect_device.html")]
pub struct ConnectDevice {
    pub layout: Layout,
    /// Signed-in user, whose account the device will use.
    pub account: AccountChip,
    pub user_code: String,
    pub problem: Option<UserCodeError>,
}

impl ConnectDevice {
    fn hint(&self) -> String {
        let compare = !self.user_code.is_empty() && self.problem.is_none();
        self.layout.t(if compare {
            "device-compare-filled"
        } else {
            "device-code-hint"
        })
    }

    fn error(&self) -> Option<String> {
        let layout = &self.layout;
        self.problem.map(|problem| match problem {
            UserCodeError::Missing => layout.t("device-missing"),
            UserCodeError::Wrong => layout.t("device-wrong"),
            UserCodeError::TooManyTries { retry_after } => {
                layout.t_plural("too-many-tries", "minutes", minutes(retry_after))
            }
        })
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        summarize([("user_code", self.error())])
    }
}

/// Time and origin of the device's request.
#[derive(Clone, Debug)]
pub struct Started {
    pub at: i64,
    /// IP address; empty if unknown.
    pub ip: String,
    pub place: Option<String>,
}

/// Text that the other device shows, for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComparisonText {
    Code(String),
    /// Binding message of a client that named the user (CIBA Core §7.1), if any.
    Message(Option<String>),
}

/// `GET|POST /device/confirm`. Fields: `csrf`, `request`, `decision=allow|deny`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/confirm_device.html")]
pub struct ConfirmDevice {
    pub layout: Layout,
    pub request: String,
    pub shown: ComparisonText,
    pub app_name: String,
    pub logo: Option<String>,
    pub account: AccountChip,
    pub asked: RequestedItems,
    /// True if an administrator registered the client; other clients show a warning.
    pub verified: bool,
    pub started: Started,
    pub now: i64,
}

impl ConfirmDevice {
    fn initial(&self) -> String {
        initial(&self.app_name)
    }

    /// Returns the location with the IP address, or the one that is known.
    fn location(&self) -> Option<String> {
        let Started { ip, place, .. } = &self.started;
        match (place, ip.as_str()) {
            (place, "") => place.clone(),
            (Some(place), ip) => Some(format!("{place} ({ip})")),
            (None, ip) => Some(ip.to_owned()),
        }
    }
}

/// `GET /device/confirm` after the response.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/device_answered.html")]
pub struct DeviceDecided {
    pub layout: Layout,
    pub app_name: String,
    pub allowed: bool,
    /// True if the client named the user; then the user has no device to connect.
    pub is_named: bool,
}

impl DeviceDecided {
    /// Returns the catalog keys of title and text.
    const fn keys(&self) -> (&'static str, &'static str) {
        match (self.allowed, self.is_named) {
            (true, false) => ("device-allowed", "device-allowed-text"),
            (false, false) => ("device-refused", "device-refused-text"),
            (true, true) => ("approve-allowed", "approve-allowed-text"),
            (false, true) => ("approve-refused", "device-refused-text"),
        }
    }

    fn title(&self) -> String {
        self.layout.t(self.keys().0)
    }

    fn text(&self) -> String {
        self.layout.t_with(self.keys().1, "app", &self.app_name)
    }
}
