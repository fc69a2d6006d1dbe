//! Connecting a device that has no browser of its own (`/device`): its code, the question, the answer.

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::{AccountChip, Chrome, ErrorSummaryItem};
use super::consent::{Lifetime, RequestedItems};
use super::field_error::minutes;
use super::scope::{ScopeIcon, ScopeRow};
use super::view::View;

/// Why a code was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserCodeError {
    /// Nothing was typed.
    Missing,
    /// There is no such code, or no longer.
    Wrong,
    /// Too many wrong ones.
    TooManyTries {
        /// Seconds until the next one counts.
        retry_after: i64,
    },
}

/// `GET|POST /device`. Fields: `csrf`, `user_code`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/connect_device.html")]
pub struct ConnectDevice {
    /// What every page needs.
    pub chrome: Chrome,
    /// Who is signed in: whose account the device will use.
    pub account: AccountChip,
    /// The code of the address, or what was typed.
    pub user_code: String,
    /// What was wrong with it.
    pub problem: Option<UserCodeError>,
}

impl ConnectDevice {
    fn hint(&self) -> String {
        let compare = !self.user_code.is_empty() && self.problem.is_none();
        self.chrome.t(if compare {
            "device-compare-filled"
        } else {
            "device-code-hint"
        })
    }

    fn error(&self) -> Option<String> {
        let chrome = &self.chrome;
        self.problem.map(|problem| match problem {
            UserCodeError::Missing => chrome.t("device-missing"),
            UserCodeError::Wrong => chrome.t("device-wrong"),
            UserCodeError::TooManyTries { retry_after } => {
                chrome.tn("too-many-tries", "minutes", minutes(retry_after))
            }
        })
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let problem = self.error().map(|message| ErrorSummaryItem {
            field: "user_code",
            message,
        });
        problem.into_iter().collect()
    }
}

/// When and where the device asked.
#[derive(Clone, Debug)]
pub struct Started {
    /// When.
    pub at: i64,
    /// From which address; empty where it is unknown.
    pub ip: String,
    /// Where that is, roughly.
    pub place: Option<String>,
}

/// What the other device shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The code that was typed here.
    Code(String),
    /// The words of a client that named the person (CIBA Core §7.1), where it has some.
    Message(Option<String>),
}

/// `GET|POST /device/confirm`. Fields: `csrf`, `request`, `decision=allow|deny`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/confirm_device.html")]
pub struct ConfirmDevice {
    /// What every page needs.
    pub chrome: Chrome,
    /// Names the request.
    pub request: String,
    /// What is to be compared.
    pub shown: Shown,
    /// The app that asks.
    pub app_name: String,
    /// Where its logo is, if it is to be shown.
    pub logo: Option<String>,
    /// Whose account.
    pub account: AccountChip,
    /// What is asked for, and for how long.
    pub asked: RequestedItems,
    /// Whether an administrator registered it; others show a warning (CO-2).
    pub verified: bool,
    /// When and where it was begun.
    pub started: Started,
    /// The time.
    pub now: i64,
}

impl ConfirmDevice {
    fn initial(&self) -> String {
        AccountChip {
            name: self.app_name.clone(),
            login: String::new(),
        }
        .initial()
    }

    /// Where the device is: the place with the address, or what of it is known.
    fn place(&self) -> Option<String> {
        let Started { ip, place, .. } = &self.started;
        match (place, ip.as_str()) {
            (place, "") => place.clone(),
            (Some(place), ip) => Some(format!("{place} ({ip})")),
            (None, ip) => Some(ip.to_owned()),
        }
    }
}

/// `GET /device/confirm` after the answer.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/device_answered.html")]
pub struct DeviceAnswered {
    /// What every page needs.
    pub chrome: Chrome,
    /// The app that asked.
    pub app_name: String,
    /// Whether the device may.
    pub allowed: bool,
    /// Whether the client named the person: then there is no device of theirs.
    pub is_named: bool,
}

impl DeviceAnswered {
    fn title(&self) -> String {
        self.chrome.t(match (self.allowed, self.is_named) {
            (true, false) => "device-allowed",
            (false, false) => "device-refused",
            (true, true) => "approve-allowed",
            (false, true) => "approve-refused",
        })
    }

    fn text(&self) -> String {
        let key = match (self.allowed, self.is_named) {
            (true, false) => "device-allowed-text",
            (true, true) => "approve-allowed-text",
            (false, _) => "device-refused-text",
        };
        self.chrome.tv(key, "app", &self.app_name)
    }
}

fn sample_account() -> AccountChip {
    AccountChip {
        name: "Alice Archer".to_owned(),
        login: "alice@example.com".to_owned(),
    }
}

impl View for ConnectDevice {
    const PAGE: &'static str = "connect-device";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let with = |user_code: &str, problem| Self {
            chrome: Chrome::sample(lang),
            account: sample_account(),
            user_code: user_code.to_owned(),
            problem,
        };
        let too_many = UserCodeError::TooManyTries { retry_after: 1800 };
        vec![
            ("normal", with("", None)),
            ("filled", with("WDJB-MJHT", None)),
            ("missing", with("", Some(UserCodeError::Missing))),
            ("wrong", with("a \"<b>", Some(UserCodeError::Wrong))),
            ("too-many", with("WDJB-MJHT", Some(too_many))),
        ]
    }
}

impl View for ConfirmDevice {
    const PAGE: &'static str = "confirm-device";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let names = "openid profile offline_access tasks:read tasks:write";
        let scopes = names.split(' ').map(|name| ScopeRow::new(name, None));
        let near = Self {
            chrome: Chrome::sample(lang),
            request: "Zk3s9QyV0cX1bT7mZk3s9Q".to_owned(),
            shown: Shown::Code("WDJB-MJHT".to_owned()),
            app_name: "Living-room TV".to_owned(),
            logo: None,
            account: sample_account(),
            asked: RequestedItems::sample(scopes.collect()),
            verified: true,
            started: Started {
                at: 1_795_000_000,
                ip: "192.0.2.7".to_owned(),
                place: Some("near Berlin, Germany".to_owned()),
            },
            now: 1_795_000_130,
        };
        let started = |ip: &str| Started {
            at: 1_795_000_125,
            ip: ip.to_owned(),
            place: None,
        };
        vec![
            ("normal", near.clone()),
            (
                "address",
                Self {
                    started: started("2001:db8::8a2e:370:7334"),
                    app_name: "Album <b>Sync</b>".to_owned(),
                    verified: false,
                    ..near.clone()
                },
            ),
            (
                "named",
                Self {
                    shown: Shown::Message(Some("Desk 4, W4SCT".to_owned())),
                    started: started(""),
                    ..near.clone()
                },
            ),
            (
                "named-without-words",
                Self {
                    shown: Shown::Message(None),
                    started: started(""),
                    ..near.clone()
                },
            ),
            (
                "nowhere",
                Self {
                    started: started(""),
                    ..near
                },
            ),
        ]
    }
}

impl View for DeviceAnswered {
    const PAGE: &'static str = "device-answered";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let with = |allowed, is_named| Self {
            chrome: Chrome::sample(lang),
            app_name: "Living-room TV".to_owned(),
            allowed,
            is_named,
        };
        vec![
            ("allowed", with(true, false)),
            ("refused", with(false, false)),
            ("approved", with(true, true)),
            ("not-approved", with(false, true)),
        ]
    }
}
