use super::Sampled;
use crate::connect_device::{
    ComparisonText, ConfirmDevice, ConnectDevice, DeviceDecided, Started, UserCodeError,
};
use crate::consent::RequestedItems;
use crate::layout::{AccountChip, Layout};
use crate::scope::ScopeRow;

impl Sampled for ConnectDevice {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let with = |user_code: &str, problem| Self {
            layout: layout.clone(),
            account: AccountChip::sample(),
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

impl Sampled for ConfirmDevice {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        fn started(ip: &str) -> Started {
            Started {
                at: 1_795_000_125,
                ip: ip.to_owned(),
                place: None,
            }
        }
        let names = "openid profile offline_access tasks:read tasks:write";
        let scopes = names.split(' ').map(|name| ScopeRow::new(name, None));
        let near = Self {
            layout: layout.clone(),
            request: "Zk3s9QyV0cX1bT7mZk3s9Q".to_owned(),
            shown: ComparisonText::Code("WDJB-MJHT".to_owned()),
            app_name: "Living-room TV".to_owned(),
            logo: None,
            account: AccountChip::sample(),
            asked: RequestedItems::sample(scopes.collect()),
            verified: true,
            started: Started {
                at: 1_795_000_000,
                ip: "192.0.2.7".to_owned(),
                place: Some("near Berlin, Germany".to_owned()),
            },
            now: 1_795_000_130,
        };
        near.in_states([
            ("normal", |_| ()),
            ("address", |page| {
                page.started = started("2001:db8::8a2e:370:7334");
                "Album <b>Sync</b>".clone_into(&mut page.app_name);
                page.verified = false;
            }),
            ("named", |page| {
                page.shown = ComparisonText::Message(Some("Desk 4, W4SCT".to_owned()));
                page.started = started("");
            }),
            ("named-without-words", |page| {
                page.shown = ComparisonText::Message(None);
                page.started = started("");
            }),
            ("nowhere", |page| page.started = started("")),
        ])
    }
}

impl Sampled for DeviceDecided {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let with = |allowed, is_named| Self {
            layout: layout.clone(),
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
