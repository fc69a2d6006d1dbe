//! Settings of identity providers: their validation, and presets for well-known providers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use doorward_domain::model::{
    ClaimNames, OauthEndpoints, Provider, ProviderClientAuth, ProviderSettings,
};

use crate::displayed_name;

doorward_protocol::words! {
    /// A preset for a well-known identity provider, or one of the two generic kinds.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Preset {
        /// Any provider with OpenID Connect.
        #[default]
        Oidc = "oidc",
        /// Any provider with OAuth 2.0 and a userinfo URL.
        Oauth2 = "oauth2",
        Google = "google",
        Github = "github",
        /// Microsoft Entra ID; the issuer is that of a Microsoft tenant.
        Microsoft = "microsoft",
        Apple = "apple",
        /// GitLab, hosted or self-managed.
        Gitlab = "gitlab",
        Facebook = "facebook",
    }
}

impl Preset {
    /// Returns the text of its sign-in button; `None` for the generic kinds.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Oidc | Self::Oauth2 => None,
            Self::Google => Some("Google"),
            Self::Github => Some("GitHub"),
            Self::Microsoft => Some("Microsoft"),
            Self::Apple => Some("Apple"),
            Self::Gitlab => Some("GitLab"),
            Self::Facebook => Some("Facebook"),
        }
    }

    /// Returns its issuer; `None` if the operator must name one.
    pub const fn issuer(self) -> Option<&'static str> {
        match self {
            // The issuer of Microsoft's tokens contains the tenant; a token of another tenant has
            // another issuer.
            Self::Oidc | Self::Oauth2 | Self::Microsoft => None,
            Self::Google => Some("https://accounts.google.com"),
            Self::Github => Some("https://github.com"),
            Self::Apple => Some("https://appleid.apple.com"),
            Self::Gitlab => Some("https://gitlab.com"),
            Self::Facebook => Some("https://www.facebook.com"),
        }
    }

    /// Returns the well-known provider that a provider is: by its issuer, or by its ID if it has an
    /// issuer of the operator, as a self-managed GitLab has.
    pub fn of(provider: &Provider) -> Option<Self> {
        if provider
            .issuer
            .starts_with("https://login.microsoftonline.com/")
        {
            return Some(Self::Microsoft);
        }
        let issuer = Some(provider.issuer.as_str());
        let known = Self::ALL
            .into_iter()
            .find(|preset| preset.issuer() == issuer);
        let known = known.or_else(|| Self::parse(provider.id.as_str()));
        known.filter(|preset| preset.name().is_some())
    }

    /// Returns the preset settings. None of them trusts claims of the provider: the operator
    /// decides that.
    pub fn settings(self) -> ProviderSettings {
        let plain = ProviderSettings::default();
        let values = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let claims = ClaimNames::default();
        match self {
            Self::Oidc | Self::Google | Self::Gitlab => plain,
            Self::Oauth2 => ProviderSettings {
                scopes: Vec::new(),
                ..plain
            },
            Self::Microsoft => ProviderSettings {
                claims: ClaimNames {
                    // "Email domain owner verified", an optional claim that must be enabled at
                    // Microsoft.
                    email_verified: "xms_edov".to_owned(),
                    ..claims
                },
                ..plain
            },
            Self::Apple => ProviderSettings {
                scopes: values(&["openid", "name", "email"]),
                form_post: true,
                ..plain
            },
            Self::Github => ProviderSettings {
                scopes: values(&["read:user", "user:email"]),
                endpoints: Some(OauthEndpoints {
                    authorization: "https://github.com/login/oauth/authorize".to_owned(),
                    token: "https://github.com/login/oauth/access_token".to_owned(),
                    userinfo: "https://api.github.com/user".to_owned(),
                    emails: Some("https://api.github.com/user/emails".to_owned()),
                }),
                claims: ClaimNames {
                    subject: "id".to_owned(),
                    username: "login".to_owned(),
                    ..claims
                },
                ..plain
            },
            Self::Facebook => ProviderSettings {
                scopes: values(&["email", "public_profile"]),
                endpoints: Some(OauthEndpoints {
                    authorization: "https://www.facebook.com/dialog/oauth".to_owned(),
                    token: "https://graph.facebook.com/oauth/access_token".to_owned(),
                    userinfo:
                        "https://graph.facebook.com/me?fields=id,name,email,first_name,last_name"
                            .to_owned(),
                    emails: None,
                }),
                claims: ClaimNames {
                    subject: "id".to_owned(),
                    given_name: "first_name".to_owned(),
                    family_name: "last_name".to_owned(),
                    ..claims
                },
                ..plain
            },
        }
    }
}

const MAX_PARAMETERS: usize = 10;

/// The authorization parameters that this server sets itself, or that would change the response or
/// the binding of the code.
const RESERVED_PARAMETERS: [&str; 17] = [
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "id_token_hint",
    "max_age",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

/// Returns an instruction if a further authorization parameter is not allowed.
fn invalid_parameters(parameters: &BTreeMap<String, String>) -> Option<&'static str> {
    // RFC 6749 Appendix A: param-name = 1*name-char.
    let is_name = |name: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
        (1..=64).contains(&name.len()) && name.bytes().all(plain)
    };
    let is_value = |value: &str| {
        (1..=200).contains(&value.chars().count())
            && displayed_name::check_text(value, false).is_ok()
    };
    // Compared without case, because some providers read names so.
    let is_reserved = |name: &String| {
        let mut reserved = RESERVED_PARAMETERS.iter();
        reserved.any(|reserved| reserved.eq_ignore_ascii_case(name))
    };
    if parameters.len() > MAX_PARAMETERS {
        Some("at most 10 parameters")
    } else if !parameters.keys().all(|name| is_name(name)) {
        Some("write names of 1 to 64 letters, digits, -, . and _")
    } else if parameters.keys().any(is_reserved) {
        Some(
            "client_assertion, client_assertion_type, client_id, client_secret, code_challenge, \
             code_challenge_method, dpop_jkt, id_token_hint, max_age, nonce, redirect_uri, request, \
             request_uri, response_mode, response_type, scope and state are not allowed: Doorward \
             sets what the request needs of them",
        )
    } else if !parameters.values().all(|value| is_value(value)) {
        Some("write values of 1 to 200 characters")
    } else {
        None
    }
}

/// Returns a setting that a provider without metadata cannot have.
fn first_oidc_setting(settings: &ProviderSettings) -> Option<&'static str> {
    settings.endpoints.as_ref()?;
    let is_key = settings.client_auth == ProviderClientAuth::PrivateKeyJwt;
    let used = [
        ("client_auth", is_key),
        ("pushed_requests", settings.pushed_requests),
        ("dpop", settings.dpop),
        ("signals", settings.signals),
    ];
    let mut used = used.into_iter().filter(|(_, is_used)| *is_used);
    used.next().map(|(field, _)| field)
}

/// Returns the first invalid setting: the field and an instruction. `None` if all are valid.
pub fn first_invalid_setting(settings: &ProviderSettings) -> Option<(&'static str, &'static str)> {
    let is_token = |text: &String| {
        !text.is_empty() && text.len() <= 100 && text.bytes().all(|b| b.is_ascii_graphic())
    };
    let claims = &settings.claims;
    let names = [
        &claims.subject,
        &claims.email,
        &claims.email_verified,
        &claims.username,
        &claims.name,
        &claims.given_name,
        &claims.family_name,
        &claims.roles,
    ];
    if settings.scopes.len() > 50 || !settings.scopes.iter().all(is_token) {
        Some(("scopes", "write scope names (RFC 6749 §3.3)"))
    } else if let Some(problem) = invalid_parameters(&settings.authorization_parameters) {
        Some(("authorization_parameters", problem))
    } else if !names.into_iter().all(is_token) {
        Some(("claims", "write names of claims"))
    } else if settings.links_by_email && !settings.trusts_email {
        Some((
            "links_by_email",
            "requires trusts_email: only trusted addresses can link accounts",
        ))
    } else if settings.trusts_mfa && settings.endpoints.is_some() {
        Some((
            "trusts_mfa",
            "requires OpenID Connect: only ID tokens contain amr",
        ))
    } else if !settings.audiences.is_empty() && settings.endpoints.is_some() {
        Some((
            "audiences",
            "requires OpenID Connect: only ID tokens have audiences",
        ))
    } else if settings.audiences.len() > 20
        || !settings
            .audiences
            .iter()
            .all(|name| name.len() <= 255 && !name.is_empty())
    {
        Some(("audiences", "write at most 20 audiences of its ID tokens"))
    } else if settings.client_auth == ProviderClientAuth::PrivateKeyJwt
        && settings.secret_signer.is_some()
    {
        Some((
            "client_auth",
            "is client_secret with secret_signer: its key signs the secret",
        ))
    } else if let Some(field) = first_oidc_setting(settings) {
        Some((
            field,
            "requires OpenID Connect: the metadata of the provider name what it supports",
        ))
    } else if let Some(signer) = &settings.secret_signer
        && !(is_token(&signer.team_id) && is_token(&signer.key_id))
    {
        Some(("secret_signer", "write the ids of the team and of its key"))
    } else if settings.roles.len() > 200 {
        Some(("roles", "at most 200 entries"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use doorward_domain::model::{ProviderId, SecretSigner};

    use super::*;

    #[test]
    fn presets_are_valid_and_untrusted() {
        for preset in Preset::ALL {
            assert_eq!(Preset::parse(preset.as_str()), Some(preset));
            let settings = preset.settings();
            assert_eq!(first_invalid_setting(&settings), None, "{preset:?}");
            let believed = settings.trusts_email || settings.links_by_email || settings.trusts_mfa;
            assert!(!believed, "{preset:?}");
            let is_general = preset.name().is_none();
            assert_eq!(is_general, matches!(preset, Preset::Oidc | Preset::Oauth2));
        }
        assert_eq!(Preset::parse("myspace"), None);
    }

    #[test]
    fn invalid_setting_is_named_by_field() {
        let of = |change: fn(&mut ProviderSettings)| {
            let mut settings = ProviderSettings::default();
            change(&mut settings);
            first_invalid_setting(&settings).map(|(field, _)| field)
        };
        assert_eq!(of(|_| {}), None);
        assert_eq!(of(|s| s.scopes.push("a b".to_owned())), Some("scopes"));
        assert_eq!(of(|s| s.claims.email.clear()), Some("claims"));
        assert_eq!(of(|s| s.links_by_email = true), Some("links_by_email"));
        let both = of(|s| {
            s.links_by_email = true;
            s.trusts_email = true;
        });
        assert_eq!(both, None);
        let blind = of(|s| {
            s.endpoints = Preset::Github.settings().endpoints;
            s.trusts_mfa = true;
        });
        assert_eq!(blind, Some("trusts_mfa"));
        let plain = of(|s| {
            s.endpoints = Preset::Github.settings().endpoints;
            s.audiences = vec!["project".to_owned()];
        });
        assert_eq!(plain, Some("audiences"));
        let many = of(|s| s.audiences = vec!["project".to_owned(); 21]);
        assert_eq!(many, Some("audiences"));
        assert_eq!(of(|s| s.audiences.push(String::new())), Some("audiences"));
        assert_eq!(of(|s| s.audiences.push("project".to_owned())), None);
    }

    #[test]
    fn settings_of_metadata_require_openid_connect() {
        type Edit = fn(&mut ProviderSettings);
        let edits: [(&str, Edit); 4] = [
            ("client_auth", |s| {
                s.client_auth = ProviderClientAuth::PrivateKeyJwt;
            }),
            ("pushed_requests", |s| s.pushed_requests = true),
            ("dpop", |s| s.dpop = true),
            ("signals", |s| s.signals = true),
        ];
        for (field, edit) in edits {
            for (preset, expected) in [(Preset::Oidc, None), (Preset::Github, Some(field))] {
                let mut settings = preset.settings();
                edit(&mut settings);
                let found = first_invalid_setting(&settings).map(|(field, _)| field);
                assert_eq!(found, expected, "{field} {preset:?}");
            }
        }
        let both = ProviderSettings {
            client_auth: ProviderClientAuth::PrivateKeyJwt,
            secret_signer: Some(SecretSigner {
                team_id: "TEAM".to_owned(),
                key_id: "KEY".to_owned(),
            }),
            ..ProviderSettings::default()
        };
        let found = first_invalid_setting(&both).map(|(field, _)| field);
        assert_eq!(found, Some("client_auth"));
    }

    #[test]
    fn authorization_parameters_are_bounded_and_not_reserved() {
        let of = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let settings = ProviderSettings {
                authorization_parameters: pairs.collect(),
                ..ProviderSettings::default()
            };
            first_invalid_setting(&settings).map(|(field, _)| field)
        };
        let field = Some("authorization_parameters");
        for allowed in [
            &[("access_type", "offline"), ("prompt", "select_account")][..],
            &[("auth_type", "rerequest")],
            &[("hd", "acme.example"), ("x.y-z", "Größe")],
            &[],
        ] {
            assert_eq!(of(allowed), None, "{allowed:?}");
        }
        for name in RESERVED_PARAMETERS {
            assert_eq!(of(&[(name, "x")]), field, "{name}");
            assert_eq!(of(&[(&name.to_uppercase(), "x")]), field, "{name}");
        }
        let long = "x".repeat(201);
        for rejected in [
            ("", "x"),
            ("a b", "x"),
            ("a&b", "x"),
            ("ä", "x"),
            ("a=b", "x"),
        ] {
            assert_eq!(of(&[rejected]), field, "{rejected:?}");
        }
        for rejected in ["", "x\r\n", &long] {
            assert_eq!(of(&[("prompt", rejected)]), field, "{rejected:?}");
        }
        let names: Vec<String> = (0..11).map(|number| format!("p{number}")).collect();
        let pairs: Vec<_> = names.iter().map(|name| (name.as_str(), "x")).collect();
        assert_eq!(of(&pairs[..10]), None);
        assert_eq!(of(&pairs), field);
    }

    #[test]
    fn provider_is_known_by_issuer_or_id() {
        for (id, issuer, expected) in [
            ("work", "https://accounts.google.com", Some(Preset::Google)),
            ("hub", "https://github.com", Some(Preset::Github)),
            (
                "entra",
                "https://login.microsoftonline.com/4711/v2.0",
                Some(Preset::Microsoft),
            ),
            ("gitlab", "https://git.acme.example", Some(Preset::Gitlab)),
            ("oidc", "https://login.acme.example", None),
            ("acme", "https://accounts.google.com.acme.example", None),
        ] {
            let provider = Provider {
                id: ProviderId::parse(id).unwrap(),
                name: "Acme".to_owned(),
                issuer: issuer.to_owned(),
                client_id: "doorward".to_owned(),
                secret_sealed: None,
                settings: ProviderSettings::default(),
                operator_urls: Vec::new(),
                disabled_at: None,
                created_at: 0,
                updated_at: 0,
            };
            assert_eq!(Preset::of(&provider), expected, "{id} at {issuer}");
        }
    }
}
