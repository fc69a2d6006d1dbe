use doorward_rules::api_key::ApiKeyRequestError;

use super::{NOW, Sampled};
use crate::api_keys::{
    ApiKeyCreated, ApiKeys, ApiKeysNotice, KeyRow, NewApiKey, NewKeyProblem, RevokeApiKey,
    ScopeChoice,
};
use crate::layout::Layout;
use crate::scope::ScopeRow;

const DAY: i64 = 86_400;

fn sample_rows() -> Vec<KeyRow> {
    let scopes = |names: &str| {
        names
            .split(' ')
            .map(|name| ScopeRow::new(name, None))
            .collect()
    };
    vec![
        KeyRow {
            id: "4fG7hJ9kLmNp".to_owned(),
            name: "Backup script".to_owned(),
            org: Some("acme".to_owned()),
            shown: "dw_4fG7hJ9kLmNp".to_owned(),
            scopes: scopes("tasks:read"),
            networks: "198.51.100.0/24 2001:db8::/32".to_owned(),
            created_at: NOW - 30 * DAY,
            expires_at: NOW + 60 * DAY,
            last_used_at: Some(NOW - 7_200),
            last_used_from: Some("198.51.100.7".to_owned()),
        },
        KeyRow {
            id: "Qr5tVw8xYz2A".to_owned(),
            name: "Build server".to_owned(),
            org: None,
            shown: "dw_Qr5tVw8xYz2A".to_owned(),
            scopes: scopes("tasks:read tasks:write tasks:delete"),
            networks: String::new(),
            created_at: NOW - DAY,
            expires_at: NOW + 364 * DAY,
            last_used_at: None,
            last_used_from: None,
        },
    ]
}

impl Sampled for ApiKeys {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let full = Self {
            layout: layout.with_return_to("/account/api-keys"),
            keys: sample_rows(),
            notice: None,
            now: NOW,
        };
        let none = Self {
            keys: Vec::new(),
            notice: Some(ApiKeysNotice::Revoked),
            ..full.clone()
        };
        let removed = full.vary(|page| page.notice = Some(ApiKeysNotice::Gone));
        vec![("normal", full), ("none", none), ("gone", removed)]
    }
}

impl Sampled for NewApiKey {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let choice = |name: &str| ScopeChoice {
            row: ScopeRow::new(name, None),
            ticked: false,
        };
        let scopes = "tasks:read tasks:write tasks:delete tasks:read_all";
        let normal = Self {
            layout: layout.with_return_to("/account/api-keys/new"),
            scopes: scopes.split(' ').map(choice).collect(),
            expires: "2027-02-18".to_owned(),
            example: "2027-02-18".to_owned(),
            ..Self::default()
        };
        normal.in_states([
            ("normal", |_| ()),
            ("wrong", |page| {
                let network = "10.0.0.0/99".to_owned();
                "tomorrow".clone_into(&mut page.expires);
                page.networks.clone_from(&network);
                page.problems = vec![
                    NewKeyProblem::Wish(ApiKeyRequestError::NameMissing),
                    NewKeyProblem::Wish(ApiKeyRequestError::ScopesMissing),
                    NewKeyProblem::ExpiryUnreadable,
                    NewKeyProblem::Wish(ApiKeyRequestError::NetworkInvalid(network)),
                ];
            }),
            ("too-many", |page| {
                "One more".clone_into(&mut page.name);
                page.problems = vec![NewKeyProblem::TooMany];
            }),
            ("nothing", |page| page.scopes.clear()),
        ])
    }
}

impl Sampled for ApiKeyCreated {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let created = Self {
            layout: layout.with_return_to("/account/api-keys"),
            name: "Backup script".to_owned(),
            shown: "dw_4fG7hJ9kLmNp".to_owned(),
            key: "dw_4fG7hJ9kLmNpSampleSampleSampleSampleSampl0AbCdEf".to_owned(),
        };
        vec![("normal", created)]
    }
}

impl Sampled for RevokeApiKey {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let view = Self {
            layout: layout.with_return_to("/account/api-keys"),
            key: sample_rows().remove(0),
        };
        vec![("normal", view)]
    }
}
