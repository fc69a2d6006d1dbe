//! Options for the settings of a client.

use std::path::{Path, PathBuf};

use clap::Args;
use doorward_domain::model::{
    AccessTokenFormat, AssertionAudience, ClientChange, PkcePolicy, SecurityProfile,
    UnknownAudience,
};

use super::algorithms::{AlgorithmArgs, OptionalAlg};
use super::certificate::SubjectArgs;
use super::consent::ConsentArgs;
use super::parse::{auth_method, grants, scopes};
use crate::command::values::{parse_lifetime, word};
use crate::error::{CliError, Result};

/// The settings that `client create` and `client update` accept.
#[derive(Debug, Args)]
pub struct SettingArgs {
    /// Security profile: `none`, `fapi2` (FAPI 2.0 Security Profile) or `fapi2-message-signing`;
    /// sets and pins what the specification demands [default of a new client: `none`]
    #[arg(long, value_name = "PROFILE", value_parser = word(SecurityProfile::parse, PROFILES))]
    profile: Option<SecurityProfile>,
    /// Redirect URI, compared byte by byte (repeatable); replaces the whole list, empty for none
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Redirect URI after sign-out (repeatable); replaces the whole list, empty for none
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Grant type (repeatable); replaces the whole list [default of a new client:
    /// `authorization_code` and `refresh_token`, or `client_credentials` without a redirect URI;
    /// `device_code`, `token_exchange` and `jwt_bearer` are short for
    /// `urn:ietf:params:oauth:grant-type:…`, `ciba` for `urn:openid:params:grant-type:ciba`]
    #[arg(long, value_name = "GRANT")]
    grant: Vec<String>,
    /// Scope that the client can request (repeatable); replaces the whole list [default of a new
    /// client: `openid profile email offline_access` if users sign in to it]
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// Authentication method at the token endpoint [default of a new client: `client_secret`, which
    /// accepts HTTP Basic and the request body; or `none` for a public client]
    #[arg(long, value_name = "METHOD")]
    auth_method: Option<String>,
    /// `aud` of client assertions: `issuer_or_endpoint`, `issuer`, or `default` for the setting
    /// `clients.assertion_audience`
    #[arg(long, value_name = "AUDIENCE", value_parser = audience)]
    assertion_audience: Option<Audience>,
    /// First-party status: `true` for a client that needs no consent page
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    first_party: Option<bool>,
    /// Resource whose tokens and API keys this client may introspect (repeatable); replaces the
    /// whole list, empty for none
    #[arg(long, value_name = "RESOURCE")]
    serves: Vec<String>,
    /// Access token format: `jwt` (the default of a new client), or `opaque` for tokens that
    /// require introspection
    #[arg(long, value_name = "FORMAT", value_parser = word(AccessTokenFormat::parse, FORMATS))]
    access_token_format: Option<AccessTokenFormat>,
    /// Lifetime of access tokens, such as `30m`, within `tokens.access_ttl_max`; `0` for
    /// `tokens.access_ttl`
    #[arg(long, value_name = "DURATION", value_parser = parse_lifetime)]
    access_token_ttl: Option<i64>,
    /// Lifetime of ID tokens, such as `30m`, within `tokens.id_ttl_max`; `0` for `tokens.id_ttl`
    #[arg(long, value_name = "DURATION", value_parser = parse_lifetime)]
    id_token_ttl: Option<i64>,
    /// Origin whose scripts may read responses to this client (repeatable); replaces the whole list
    /// [default of a new client: the origins of a public client's redirect URIs]
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    /// Claims of the scopes `profile`, `email`, `groups` and `roles` in ID tokens: `true` (the
    /// default of a new client) to include them, `false` for userinfo only
    #[arg(long, value_name = "BOOL")]
    claims_in_id_token: Option<bool>,
    /// Second factor requirement for every token
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    require_mfa: Option<bool>,
    /// Requirement to push authorization requests (RFC 9126)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    require_par: Option<bool>,
    /// Requirement to sign authorization requests (RFC 9101)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    require_request_object: Option<bool>,
    /// URL of a signed request object that requests can refer to by `request_uri`, compared byte by
    /// byte (repeatable); replaces the whole list, empty for none
    #[arg(long, value_name = "URL")]
    request_uri: Vec<String>,
    /// Requirement that access tokens are bound to a DPoP key (RFC 9449)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    require_dpop: Option<bool>,
    /// Requirement that access tokens are bound to the client's certificate (RFC 8705)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    bind_to_certificate: Option<bool>,
    /// Type of `authorization_details` that the client can request (RFC 9396) (repeatable);
    /// replaces the whole list, empty for none
    #[arg(long = "details-type", value_name = "TYPE")]
    details_types: Vec<String>,
    #[command(flatten)]
    certificate: SubjectArgs,
    #[command(flatten)]
    algorithms: AlgorithmArgs,
    /// File with the client's public keys as a JWK Set
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// URL of the client's JWK Set
    #[arg(long, value_name = "URL")]
    jwks_uri: Option<String>,
    /// URL that receives logout tokens when a session ends (OIDC Back-Channel Logout); empty for
    /// none
    #[arg(long, value_name = "URL")]
    backchannel_logout_uri: Option<String>,
    /// Requirement of `sid` in logout tokens; they always contain it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    backchannel_logout_session_required: Option<bool>,
    /// URL that the browser loads in a frame at sign-out (OIDC Front-Channel Logout); empty for
    /// none
    #[arg(long, value_name = "URL")]
    frontchannel_logout_uri: Option<String>,
    /// Requirement of `iss` and `sid` in the front-channel request; it always contains them
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    frontchannel_logout_session_required: Option<bool>,
    /// Sector host for pairwise subject identifiers (OIDC Core §8.1); empty for public subject
    /// identifiers
    #[arg(long, value_name = "HOST")]
    sector_identifier: Option<String>,
    /// Resource that the client can exchange tokens for (RFC 8693) (repeatable); replaces the whole
    /// list
    #[arg(long, value_name = "RESOURCE")]
    exchange_audience: Vec<String>,
    /// Impersonation: `true` allows exchanged tokens without an `act` claim
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    exchange_impersonation: Option<bool>,
    #[command(flatten)]
    consent: ConsentArgs,
    /// PKCE policy: `required`, `optional`, or `auto`, which becomes `required` after ten sign-ins
    /// in a row with PKCE; a change restarts the count [default of a new client: `auto`, or
    /// `required` for a public client]
    #[arg(long, value_name = "POLICY", value_parser = word(PkcePolicy::parse, PKCE_POLICIES))]
    pkce: Option<PkcePolicy>,
}

/// An audience of client assertions, or `None` for the deployment's setting.
#[derive(Debug, Clone, Copy)]
struct Audience(Option<AssertionAudience>);

fn audience(text: &str) -> Result<Audience, UnknownAudience> {
    AssertionAudience::parse_setting(text).map(Audience)
}

fn read_keys(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
}

impl SettingArgs {
    pub fn read(self) -> Result<ClientChange> {
        let list = |items: Vec<String>| (!items.is_empty()).then_some(items);
        let given = |alg: Option<OptionalAlg>| alg.map(|OptionalAlg(alg)| alg);
        Ok(ClientChange {
            name: None,
            profile: self.profile,
            auth_method: self.auth_method.as_deref().map(auth_method).transpose()?,
            redirect_uris: list(self.redirect_uri).map(without_empty),
            post_logout_redirect_uris: list(self.post_logout_redirect_uri).map(without_empty),
            grant_types: grants(&self.grant),
            scopes: scopes(&self.scope)?,
            first_party: self.first_party,
            serves: list(self.serves).map(without_empty),
            access_token_format: self.access_token_format,
            access_token_ttl: self.access_token_ttl,
            id_token_ttl: self.id_token_ttl,
            assertion_audience: self.assertion_audience.map(|Audience(audience)| audience),
            claims_in_id_token: self.claims_in_id_token,
            pkce: self.pkce,
            allowed_origins: list(self.origin),
            require_mfa: self.require_mfa,
            dpop_bound_access_tokens: self.require_dpop,
            certificate_bound_access_tokens: self.bind_to_certificate,
            authorization_details_types: list(self.details_types),
            certificate_subject: self.certificate.subject(),
            require_pushed_authorization_requests: self.require_par,
            require_signed_request_object: self.require_request_object,
            request_uris: list(self.request_uri).map(without_empty),
            jwks: self.jwks.as_deref().map(read_keys).transpose()?,
            jwks_uri: self.jwks_uri,
            id_token_signed_response_alg: self.algorithms.id_token_signed_response_alg,
            userinfo_signed_response_alg: given(self.algorithms.userinfo_signed_response_alg),
            authorization_signed_response_alg: given(
                self.algorithms.authorization_signed_response_alg,
            ),
            introspection_signed_response_alg: given(
                self.algorithms.introspection_signed_response_alg,
            ),
            sector_identifier: self.sector_identifier,
            backchannel_logout_uri: self.backchannel_logout_uri,
            backchannel_logout_session_required: self.backchannel_logout_session_required,
            frontchannel_logout_uri: self.frontchannel_logout_uri,
            frontchannel_logout_session_required: self.frontchannel_logout_session_required,
            exchange_audiences: list(self.exchange_audience),
            exchange_impersonation: self.exchange_impersonation,
            consent: self.consent.change()?,
            disabled: None,
        })
    }
}

/// Removes empty texts: a list of them alone is an empty list.
fn without_empty(mut items: Vec<String>) -> Vec<String> {
    items.retain(|item| !item.is_empty());
    items
}

const PROFILES: &str = "write none, fapi2 or fapi2-message-signing";
const PKCE_POLICIES: &str = "write required, auto or optional";
const FORMATS: &str = "write jwt or opaque";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::Args as _;
    use doorward_domain::model::client_settings;

    use super::super::{CreateArgs, UpdateArgs};

    fn options(command: &clap::Command) -> BTreeSet<String> {
        let names = command.get_arguments().filter_map(clap::Arg::get_long);
        names.map(str::to_owned).collect()
    }

    /// Returns the options of the settings, except for some, and others.
    fn expected(left_out: &[&str], others: &[&str]) -> BTreeSet<String> {
        let names = client_settings::all().flat_map(|setting| setting.options);
        let names = names.filter(|name| !left_out.contains(name)).chain(others);
        names.map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn options_match_settings() {
        let create = CreateArgs::augment_args(clap::Command::new("create"));
        let changes_only = [
            "add-redirect-uri",
            "add-post-logout-redirect-uri",
            "add-grant",
            "add-scope",
            "no-origins",
            "no-exchange",
        ];
        assert_eq!(
            options(&create),
            expected(&changes_only, &["app", "id", "json", "url"])
        );
        let update = UpdateArgs::augment_args(clap::Command::new("update"));
        let others = ["disable", "enable", "json"];
        assert_eq!(options(&update), expected(&["public"], &others));
    }

    /// A setting with a member in the API has an option, and the reverse.
    #[test]
    fn api_settings_have_option() {
        for setting in client_settings::all() {
            let (options, members) = (setting.options, setting.members);
            assert_eq!(options.is_empty(), members.is_empty(), "{}", setting.field);
        }
    }
}
