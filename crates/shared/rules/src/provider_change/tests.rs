use std::collections::BTreeSet;

use super::*;
use crate::provider::Preset;
use doorward_domain::model::{ProviderClientAuth, ProviderId, ProviderSettings};

type ProviderEdit = fn(&mut Provider);

fn provider(settings: ProviderSettings) -> Provider {
    Provider {
        id: ProviderId::parse("acme").unwrap(),
        name: "Acme".to_owned(),
        issuer: "https://login.acme.example".to_owned(),
        client_id: "doorward".to_owned(),
        secret_sealed: Some(vec![1]),
        settings,
        operator_urls: Vec::new(),
        disabled_at: None,
        created_at: 0,
        updated_at: 0,
    }
}

/// Returns the members that differ after a change, with their effects.
fn changed(before: &Provider, change: fn(&mut Provider)) -> Vec<(&'static str, Effect)> {
    let mut after = before.clone();
    change(&mut after);
    let changes = changes(before, &after);
    let changes = changes.iter();
    changes
        .map(|change| (change.setting.member, change.effect))
        .collect()
}

/// Returns the paths of the values in the settings of a provider.
fn paths(prefix: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if !matches!(prefix, "authorization_parameters" | "roles") => {
            for (name, value) in members {
                let path = if prefix.is_empty() {
                    name.clone()
                } else {
                    format!("{prefix}.{name}")
                };
                paths(&path, value, found);
            }
        }
        _ => {
            found.insert(prefix.to_owned());
        }
    }
}

/// Checks that each member of the stored settings is in the table, so that a new one is not forgotten.
#[test]
fn table_has_each_stored_setting() {
    let signer = SecretSigner {
        team_id: "TEAM".to_owned(),
        key_id: "KEY".to_owned(),
    };
    let mut full = provider(Preset::Github.settings());
    full.settings.secret_signer = Some(signer);
    full.settings.roles = [("staff".to_owned(), "helper".to_owned())].into();
    full.settings.authorization_parameters = [("prompt".to_owned(), "login".to_owned())].into();
    full.settings.audiences = vec!["project".to_owned()];
    full.settings.client_auth = ProviderClientAuth::PrivateKeyJwt;
    full.settings.pushed_requests = true;
    full.settings.dpop = true;
    full.settings.signals = true;
    let mut expected = BTreeSet::new();
    let stored = serde_json::to_value(&full.settings).unwrap();
    paths("", &stored, &mut expected);
    expected.extend(["name", "issuer", "client_id"].map(str::to_owned));
    let members: BTreeSet<String> = SETTINGS.iter().map(|it| it.member.to_owned()).collect();
    assert_eq!(members, expected);
    assert_eq!(members.len(), SETTINGS.len());
    let shown: BTreeSet<String> = values(&full).into_iter().map(|(name, _)| name).collect();
    // Those of ID tokens and of metadata.
    for member in [
        "trusts_mfa",
        "audiences",
        "nonce",
        "client_auth",
        "pushed_requests",
        "dpop",
        "signals",
    ] {
        assert!(expected.remove(member));
    }
    assert_eq!(shown, expected);
}

#[test]
fn settings_of_other_kinds_are_left_out() {
    let shown = values(&provider(ProviderSettings::default()));
    for member in ["endpoints.token", "secret_signer.key_id", "claims.subject"] {
        assert!(!shown.contains_key(member), "{member}");
    }
    assert_eq!(shown["trusts_mfa"], json!(false));
    assert_eq!(shown["scopes"], json!(["openid", "email", "profile"]));
}

#[test]
fn more_trust_is_weaker() {
    let plain = provider(ProviderSettings::default());
    let mut trusting = plain.clone();
    trusting.settings.trusts_email = true;
    trusting.settings.links_by_email = true;
    trusting.settings.trusts_mfa = true;
    trusting.settings.registers = false;
    trusting.settings.audiences = vec!["project".to_owned()];
    trusting.settings.nonce = false;
    let (weaker, stronger) = (Effect::Weaker, Effect::Stronger);
    let found = changes(&plain, &trusting);
    let found: Vec<_> = found
        .iter()
        .map(|change| (change.setting.member, change.effect))
        .collect();
    let expected = [
        ("trusts_email", weaker),
        ("links_by_email", weaker),
        ("registers", stronger),
        ("trusts_mfa", weaker),
        ("audiences", weaker),
        ("nonce", weaker),
    ];
    assert_eq!(found, expected);
    for change in changes(&trusting, &plain) {
        let member = change.setting.member;
        let expected = if member == "registers" {
            weaker
        } else {
            stronger
        };
        assert_eq!(change.effect, expected, "{member}");
    }
}

#[test]
fn fewer_safeguards_are_weaker() {
    let plain = provider(ProviderSettings::default());
    let guard: ProviderEdit = |provider| {
        provider.settings.client_auth = ProviderClientAuth::PrivateKeyJwt;
        provider.settings.pushed_requests = true;
        provider.settings.dpop = true;
    };
    let mut guarded = plain.clone();
    guard(&mut guarded);
    let members = ["client_auth", "pushed_requests", "dpop"];
    assert_eq!(
        changed(&plain, guard),
        members.map(|name| (name, Effect::Stronger))
    );
    let open: ProviderEdit = |provider| provider.settings = ProviderSettings::default();
    assert_eq!(
        changed(&guarded, open),
        members.map(|name| (name, Effect::Weaker))
    );
    assert!(!needs_secret(&plain, &guarded), "no secret is sent");
}

#[test]
fn added_role_is_weaker_and_removed_role_is_stronger() {
    let mut before = provider(ProviderSettings::default());
    before.settings.roles = [("staff".to_owned(), "helper".to_owned())].into();
    let more = changed(&before, |provider| {
        let entry = ("boss".to_owned(), "admin".to_owned());
        provider.settings.roles.extend([entry]);
    });
    assert_eq!(more, [("roles", Effect::Weaker)]);
    let other = changed(&before, |provider| {
        provider.settings.roles = [("staff".to_owned(), "admin".to_owned())].into();
    });
    assert_eq!(other, [("roles", Effect::Weaker)]);
    let fewer = changed(&before, |provider| provider.settings.roles.clear());
    assert_eq!(fewer, [("roles", Effect::Stronger)]);
}

#[test]
fn only_change_of_name_needs_no_review() {
    let before = provider(ProviderSettings::default());
    let cases: [(ProviderEdit, bool); 5] = [
        (|_| {}, false),
        (|provider| provider.name.push('!'), false),
        (|provider| provider.issuer.push_str("/v2"), true),
        (|provider| provider.settings.scopes.clear(), true),
        (|provider| provider.settings.claims.email.push('2'), true),
    ];
    for (change, expected) in cases {
        let mut after = before.clone();
        change(&mut after);
        let changes = changes(&before, &after);
        assert_eq!(needs_review(&changes), expected, "{changes:?}");
    }
}

#[test]
fn secret_is_kept_for_same_client_and_endpoints_only() {
    let before = provider(Preset::Github.settings());
    let cases: [(ProviderEdit, bool); 6] = [
        (|provider| provider.name.push('!'), false),
        (|provider| provider.settings.scopes.clear(), false),
        (|provider| provider.issuer.push_str("/v2"), true),
        (|provider| provider.client_id.push('2'), true),
        (|provider| provider.settings.endpoints = None, true),
        (
            |provider| {
                provider.settings.secret_signer = Some(SecretSigner {
                    team_id: "TEAM".to_owned(),
                    key_id: "KEY".to_owned(),
                });
            },
            true,
        ),
    ];
    for (change, expected) in cases {
        let mut after = before.clone();
        change(&mut after);
        assert_eq!(needs_secret(&before, &after), expected, "{after:?}");
        let public = Provider {
            secret_sealed: None,
            ..before.clone()
        };
        assert!(!needs_secret(&public, &after));
    }
}
