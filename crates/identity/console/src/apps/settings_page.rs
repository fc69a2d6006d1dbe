//! The pages of a client's settings: the fields of each, with label, help text and condition.

use doorward_domain::model::{Client, ClientKind};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::token::GrantType;

doorward_protocol::words! {
    /// A page with settings of a client, by the end of its path.
    pub(crate) enum SettingsPage {
        SignIn = "sign-in",
        Scopes = "scopes",
        Tokens = "tokens",
        Credentials = "credentials",
        Consent = "consent",
        SignOut = "sign-out",
        Advanced = "advanced",
    }
}

impl SettingsPage {
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            Self::SignIn => "console-settings-redirects",
            Self::Scopes => "console-settings-scopes",
            Self::Tokens => "console-settings-lifetimes",
            Self::Credentials => "console-settings-keys",
            Self::Consent => "console-settings-consent",
            Self::SignOut => "console-settings-sign-out",
            Self::Advanced => "console-settings-advanced",
        }
    }
}

/// A condition on the clients that can use a setting.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Need {
    Nothing,
    /// Sign-in in a browser, by authorization code.
    Browser,
    /// Access for users, by any grant.
    Users,
    /// Authentication of the client.
    Secret,
    /// Authentication by a signed assertion.
    Assertion,
    /// Authentication by a certificate of an authority.
    Certificate,
    Exchange,
    /// Requests for a user on another device.
    Ciba,
}

impl Need {
    pub(crate) fn is_met_by(self, client: &Client) -> bool {
        let is_for_itself = |grant| {
            matches!(
                grant,
                &GrantType::ClientCredentials | &GrantType::TokenExchange
            )
        };
        match self {
            Self::Nothing => true,
            Self::Browser => client.allows_grant(&GrantType::AuthorizationCode),
            Self::Users => !client.grant_types.iter().all(is_for_itself),
            Self::Secret => client.kind == ClientKind::Confidential,
            Self::Assertion => client.auth_method == ClientAuthMethod::PrivateKeyJwt,
            Self::Certificate => client.auth_method == ClientAuthMethod::TlsClientAuth,
            Self::Exchange => client.allows_grant(&GrantType::TokenExchange),
            Self::Ciba => client.allows_grant(&GrantType::Ciba),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Row {
    /// The command line option, which names the setting in errors.
    pub(crate) option: &'static str,
    pub(crate) page: SettingsPage,
    pub(crate) need: Need,
    pub(crate) label: &'static str,
    pub(crate) help: &'static str,
}

/// Defines the rows: page, need, option, label and help text.
macro_rules! rows {
    ($($page:ident $need:ident $option:literal $label:literal $help:literal;)*) => {
        /// The settings in the order of their pages.
        pub(crate) const ROWS: &[Row] = &[$(Row {
            option: $option,
            page: SettingsPage::$page,
            need: Need::$need,
            label: $label,
            help: $help,
        }),*];
    };
}

rows! {
    SignIn Nothing "grant" "console-grants" "console-help-grants";
    SignIn Browser "redirect-uri" "console-redirect-uris" "console-help-redirect";
    SignIn Browser "pkce" "console-setting-pkce" "console-help-pkce";
    SignIn Users "require-mfa" "console-require-mfa" "console-help-mfa";
    SignIn Browser "origin" "console-setting-origins" "console-help-origins";
    Scopes Nothing "scope" "console-scopes" "console-help-scopes";
    Scopes Users "claims-in-id-token" "console-setting-claims" "console-help-claims";
    Scopes Users "sector-identifier" "console-setting-sector" "console-help-sector";
    Scopes Nothing "details-type" "console-setting-details" "console-help-details";
    Scopes Secret "serves" "console-setting-serves" "console-help-serves";
    Tokens Nothing "access-token-format" "console-setting-format" "console-help-format";
    Tokens Nothing "access-token-ttl" "console-setting-access-ttl" "console-help-access-ttl";
    Tokens Users "id-token-ttl" "console-setting-id-ttl" "console-help-id-ttl";
    Tokens Users "id-token-signed-response-alg" "console-setting-id-alg" "console-help-id-alg";
    Tokens Users "userinfo-signed-response-alg"
        "console-setting-userinfo-alg" "console-help-userinfo-alg";
    Tokens Browser "authorization-signed-response-alg"
        "console-setting-answer-alg" "console-help-answer-alg";
    Tokens Secret "introspection-signed-response-alg"
        "console-setting-lookup-alg" "console-help-lookup-alg";
    Credentials Secret "auth-method" "console-app-auth" "console-help-auth";
    Credentials Assertion "assertion-audience"
        "console-setting-audience" "console-help-audience";
    Credentials Secret "jwks" "console-setting-keys" "console-help-keys";
    Credentials Secret "jwks-uri" "console-setting-keys-url" "console-help-keys-url";
    Credentials Certificate "tls-subject-dn" "console-setting-subject" "console-help-subject";
    Credentials Certificate "tls-san-dns" "console-setting-dns" "console-help-subject";
    Credentials Certificate "tls-san-uri" "console-setting-uri" "console-help-subject";
    Credentials Certificate "tls-san-ip" "console-setting-ip" "console-help-subject";
    Credentials Certificate "tls-san-email" "console-setting-email" "console-help-subject";
    Consent Nothing "name" "console-name" "console-help-name";
    Consent Users "publisher" "console-setting-publisher" "console-help-publisher";
    Consent Users "policy-uri" "consent-policy" "console-help-page";
    Consent Users "tos-uri" "consent-terms" "console-help-page";
    Consent Users "first-party" "console-first-party" "console-help-first-party";
    Consent Users "optional-scope" "console-setting-optional" "console-help-optional";
    Consent Users "consent-lifetime" "console-setting-consent" "console-help-consent";
    SignOut Browser "post-logout-redirect-uri" "console-logout-uris" "console-help-logout";
    SignOut Users "backchannel-logout-uri"
        "console-setting-backchannel" "console-help-backchannel";
    SignOut Users "backchannel-logout-session-required"
        "console-setting-backchannel-session" "console-help-session";
    SignOut Browser "frontchannel-logout-uri"
        "console-setting-frontchannel" "console-help-frontchannel";
    SignOut Browser "frontchannel-logout-session-required"
        "console-setting-frontchannel-session" "console-help-session";
    Advanced Secret "profile" "console-setting-profile" "console-help-profile";
    Advanced Browser "require-par" "console-setting-par" "console-help-par";
    Advanced Browser "require-request-object" "console-setting-signed" "console-help-signed";
    Advanced Browser "request-uri" "console-setting-requests" "console-help-requests";
    Advanced Nothing "require-dpop" "console-setting-dpop" "console-help-dpop";
    Advanced Nothing "bind-to-certificate" "console-setting-bound" "console-help-bound";
    Advanced Ciba "backchannel-client-notification-endpoint"
        "console-setting-ping" "console-help-ping";
    Advanced Exchange "exchange-audience" "console-setting-exchange" "console-help-exchange";
    Advanced Exchange "exchange-impersonation"
        "console-setting-impersonation" "console-help-impersonation";
}
