//! Clients.

use doorward_domain::credentials::foreign_hash::ForeignHash;
use doorward_domain::model::{Client, ClientAuth, ClientId, LogoutUris, PkcePolicy};
use doorward_domain::secret::TokenHash;
use doorward_egress::outgoing::check_address;
use doorward_protocol::redirect_uri;
use doorward_protocol::scope::Scope;
use doorward_rules::{logout, origin, reserved_id};
use url::Url;

use super::catalog::Catalog;
use super::draft::{Draft, Planned};
use crate::item::{Kind, Note};
use crate::prelude::*;
use crate::record::{ClientRecord, ClientSecret};

/// The length of a secret that is certainly random: 128 bits in Base62.
const LONG_SECRET: usize = 22;
const NO_SECRET: &str =
    "the secret is not in the source; create one with `doorward client rotate-secret`";

/// A client to create, with the roles that it holds itself.
#[derive(Clone, Debug, PartialEq)]
pub struct NewClient {
    pub client: Client,
    /// Weak hash of its secret, which is stored once it is wrapped in argon2id.
    pub weak_secret: Option<ForeignHash>,
    pub roles: Vec<String>,
}

impl Catalog<'_> {
    pub fn client(&self, record: &ClientRecord, now: UnixSeconds) -> Planned<NewClient> {
        let old = record.id.as_str();
        let mut draft = Draft::new(Kind::Client, old, &record.name, record.notes.clone());
        let stock = self.stock();
        if let Some(id) = stock.known(Kind::Client, old) {
            return draft.unchanged(id);
        }
        let Some(id) = ClientId::parse(old) else {
            return draft.skip("client_id", "the id is not visible ASCII");
        };
        if doorward_oauth::clients::registration::check_id(&id).is_err() {
            return draft.skip("client_id", "an id of this form belongs to users");
        }
        if reserved_id::is_reserved(old) {
            return draft.skip("client_id", format!("the id {}", reserved_id::PROBLEM));
        }
        if stock.clients.contains(old) {
            return draft.skip("taken", "a client with this id exists here");
        }
        let mut client = Client::new(id, name(record), record.kind, now);
        addresses(&mut client, record, stock.allowed_redirects(), &mut draft);
        let weak_secret = match authentication(&mut client, record, &mut draft) {
            Ok(weak_secret) => weak_secret,
            Err(note) => return draft.skip(note.code, note.text),
        };
        rights(&mut client, record, &mut draft, now);
        if self.options().first_party.contains(old) {
            client.first_party = true;
        } else if record.skips_consent && client.allows_grant(&GrantType::RefreshToken) {
            let text = "users will be asked for consent; --first-party makes it the operator's";
            draft.note("consent", text);
        }
        let roles = self.roles_of(&record.roles, &mut draft.notes);
        let new = NewClient {
            client,
            weak_secret,
            roles: roles.into_iter().collect(),
        };
        draft.create(old, new)
    }
}

fn name(record: &ClientRecord) -> String {
    let shown = displayed_name::without_hidden(&record.name);
    let plain: String = shown.chars().take(100).collect();
    match plain.trim() {
        // Names of Keycloak may be keys of its translations.
        "" => record.id.chars().take(100).collect(),
        name if name.starts_with("${") => record.id.chars().take(100).collect(),
        name => name.to_owned(),
    }
}

/// Fills in the URIs; a note for each one that cannot be registered.
fn addresses(
    client: &mut Client,
    record: &ClientRecord,
    allowed: redirect_uri::Allowed<'_>,
    draft: &mut Draft<'_>,
) {
    let root = record.root_url.as_deref();
    let mut register =
        |list: &mut Vec<String>, value: String, checked: Result<(), Note>| match checked {
            Ok(()) if list.contains(&value) => {}
            Ok(()) => list.push(value),
            Err(note) => draft.notes.push(note),
        };
    for uri in &record.redirect_uris {
        let full = absolute(uri, root);
        let checked = redirect_uri::check_registration(&full, allowed);
        let checked = checked
            .map_err(|problem| Note::new("redirect_uri", format!("redirect URI {uri} {problem}")));
        register(&mut client.redirect_uris, full, checked);
    }
    for uri in &record.post_logout_redirect_uris {
        let whole = match uri.as_str() {
            "+" => client.redirect_uris.clone(),
            uri => vec![absolute(uri, root)],
        };
        for one in whole {
            let checked = redirect_uri::check_registration(&one, allowed).map_err(|problem| {
                let text = format!("post-logout redirect URI {uri} {problem}");
                Note::new("post_logout_redirect_uri", text)
            });
            register(&mut client.post_logout_redirect_uris, one, checked);
        }
    }
    for text in &record.origins {
        let found = match text.as_str() {
            // Also those of redirect URIs that end in a wildcard.
            "+" => {
                let uris = record.redirect_uris.iter();
                uris.filter_map(|uri| web_origin(&absolute(uri, root)))
                    .collect()
            }
            text => vec![text.trim_end_matches('/').to_owned()],
        };
        for one in found {
            let checked = origin::check_registration(&one);
            let checked =
                checked.map_err(|problem| Note::new("origin", format!("origin {text}: {problem}")));
            register(&mut client.allowed_origins, one, checked);
        }
    }
}

/// Resolves a URI without a scheme against the root URL.
fn absolute(uri: &str, root: Option<&str>) -> String {
    match root {
        Some(root) if uri.starts_with('/') => format!("{}{uri}", root.trim_end_matches('/')),
        _ => uri.to_owned(),
    }
}

fn web_origin(uri: &str) -> Option<String> {
    let origin = Url::parse(uri).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// Fills in the authentication method with its secret or keys. Returns a secret that is not stored
/// before it is wrapped.
fn authentication(
    client: &mut Client,
    record: &ClientRecord,
    draft: &mut Draft<'_>,
) -> Result<Option<ForeignHash>, Note> {
    if record.kind == ClientKind::Public {
        return Ok(None);
    }
    if let Some(method) = record.auth_method {
        client.auth_method = ClientAuth::Only(method);
    }
    if !client.auth_method.is_by_secret() {
        client.jwks.clone_from(&record.jwks);
        client.jwks_uri.clone_from(&record.jwks_uri);
        let has_keys = client.jwks.is_some() || client.jwks_uri.is_some();
        return if client.auth_method == ClientAuthMethod::PrivateKeyJwt && !has_keys {
            Err(Note::new("keys", "the public keys are not in the source"))
        } else {
            Ok(None)
        };
    }
    match &record.secret {
        Some(ClientSecret::Plain(secret)) => {
            let secret = secret.expose();
            if secret.is_empty() || secret.chars().all(|c| c == '*') || secret.starts_with("${") {
                draft.note("no_secret", NO_SECRET);
                return Ok(None);
            }
            client.secret_hash = Some(TokenHash::digest(secret));
            if secret.len() < LONG_SECRET {
                let text = "the secret is short; replace it with `doorward client rotate-secret`";
                draft.note("short_secret", text);
            }
        }
        Some(ClientSecret::Django(text)) => match ForeignHash::from_django(text.expose()) {
            Ok(hash) => {
                client.foreign_secret = hash.to_stored();
                return Ok(hash.is_weak().then_some(hash));
            }
            Err(error) => draft.note(
                "hashed_secret",
                format!("{error}: create a secret with `doorward client rotate-secret`"),
            ),
        },
        None => draft.note("no_secret", NO_SECRET),
    }
    Ok(None)
}

fn rights(client: &mut Client, record: &ClientRecord, draft: &mut Draft<'_>, now: UnixSeconds) {
    let mut grants = record.grant_types.clone();
    if record.kind == ClientKind::Public {
        let alone = [
            GrantType::ClientCredentials,
            GrantType::TokenExchange,
            GrantType::Ciba,
        ];
        grants.retain(|grant| !alone.contains(grant));
    }
    let signs_in = [
        GrantType::AuthorizationCode,
        GrantType::DeviceCode,
        GrantType::Ciba,
    ];
    if grants.iter().any(|grant| signs_in.contains(grant)) {
        grants.push(GrantType::RefreshToken);
        client.scopes = Scope::parse("openid profile email offline_access").unwrap_or_default();
    }
    let uses_code = grants.contains(&GrantType::AuthorizationCode);
    if !uses_code {
        client.redirect_uris.clear();
    }
    let mut disabled = !record.enabled;
    if uses_code && client.redirect_uris.is_empty() {
        disabled = true;
        let text = "disabled: no redirect URI is left; register whole URIs, then enable it";
        draft.note("disabled", text);
    }
    if grants.is_empty() {
        disabled = true;
        grants = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
        let text = "disabled: none of its grants can be carried";
        draft.note("disabled", text);
    }
    client.grant_types = grants;
    client.disabled_at = disabled.then_some(now);
    if uses_code && !record.requires_pkce {
        match record.kind {
            ClientKind::Public => draft.note(
                "pkce_required",
                "public clients must send a PKCE challenge; the source did not require one",
            ),
            ClientKind::Confidential | ClientKind::Saml => {
                draft.note(
                    "pkce_auto",
                    "may send no PKCE challenge: the policy is auto",
                );
            }
        }
    }
    client.pkce = match (record.kind, record.requires_pkce) {
        (ClientKind::Confidential, false) => PkcePolicy::Auto,
        _ => PkcePolicy::Required,
    };
    client.logout = logout_uris(client, record, draft);
    client.dpop_bound_access_tokens = record.requires_dpop;
    client.require_pushed_authorization_requests = record.requires_par;
}

/// Returns the logout URIs that this server can call; a note for each other one.
fn logout_uris(client: &Client, record: &ClientRecord, draft: &mut Draft<'_>) -> LogoutUris {
    let mut usable = |what: &str, uri: &Option<String>, fits: &dyn Fn(&str) -> bool| {
        let uri = uri.as_ref().filter(|uri| !uri.is_empty())?;
        if check_address(uri).is_ok() && fits(uri) {
            return Some(uri.clone());
        }
        let text = format!("{what} logout URI {uri} cannot be registered");
        draft.note("logout_uri", text);
        None
    };
    let anywhere = |_: &str| true;
    let backchannel = usable("back-channel", &record.backchannel_logout_uri, &anywhere);
    let at_client = |uri: &str| logout::is_frame_of(client, uri);
    let frontchannel = usable("front-channel", &record.frontchannel_logout_uri, &at_client);
    LogoutUris {
        backchannel,
        frontchannel,
        ..LogoutUris::default()
    }
}
