//! `doorward client create|list|show|update|rotate-secret|logo|registration-token|delete`.

use clap::{Args, Subcommand};
use doorward_admin::clients;
use doorward_domain::model::{AccessTokenFormat, ClientKind};
use doorward_services::clients::input::{ClientChange, NewClient};

mod additions;
mod assertion;
mod certificate;
mod consent;
mod exchange;
mod keys;
mod list;
mod logo;
mod logout;
mod parse;
mod pkce;
mod registration_token;
mod view;

use self::additions::AdditionArgs;
use self::assertion::AssertionArgs;
use self::certificate::SubjectArgs;
use self::consent::ConsentArgs;
use self::exchange::{ExchangeArgs, ExchangeChange};
use self::keys::{FormArgs, FormChange, KeyArgs, ResponseArgs};
use self::list::{list, show_secret};
use self::logout::LogoutArgs;
use self::parse::{auth_method, client_id, grants, scopes, token_format};
use self::pkce::{PkceArgs, PkceChange};
use self::view::{document, show};
use crate::{
    error::CliError,
    output,
    target::{Installation, TargetArgs},
};

/// Manage clients.
#[derive(Debug, Args)]
pub struct ClientArgs {
    #[command(flatten)]
    place: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Register a client; its secret is shown once
    Create(CreateArgs),
    /// List all clients
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a client
    Show {
        /// Client ID
        #[arg(value_name = "CLIENT_ID")]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a client; a given list replaces the stored one
    Update(UpdateArgs),
    /// Replace the secret of a client; the new one is shown once, the old one stops working
    /// immediately
    RotateSecret {
        /// Client ID
        #[arg(value_name = "CLIENT_ID")]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Set or remove the logo of a client
    Logo(logo::LogoArgs),
    /// Manage initial access tokens for dynamic client registration (RFC 7591)
    #[command(subcommand)]
    RegistrationToken(registration_token::Verb),
    /// Delete a client and all its grants
    Delete {
        /// Client ID
        #[arg(value_name = "CLIENT_ID")]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
struct CreateArgs {
    /// Name shown to users
    #[arg(long)]
    name: String,
    /// Client ID [default: a random one]
    #[arg(long, value_name = "CLIENT_ID")]
    id: Option<String>,
    /// Redirect URI, compared byte by byte (repeatable)
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Redirect URI after sign-out (repeatable)
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Register a public client, which cannot keep a secret: an app on a device or in a browser
    #[arg(long)]
    public: bool,
    /// Grant type (repeatable) [default: `authorization_code` and `refresh_token`, or
    /// `client_credentials` without a redirect URI; `device_code`, `token_exchange` and
    /// `jwt_bearer` are short for `urn:ietf:params:oauth:grant-type:…`, `ciba` for
    /// `urn:openid:params:grant-type:ciba`]
    #[arg(long, value_name = "GRANT")]
    grant: Vec<String>,
    /// Scope that the client can request (repeatable) [default: `openid profile email
    /// offline_access` if users sign in to it]
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// Authentication method at the token endpoint [default: `client_secret`, which accepts HTTP
    /// Basic and the request body; or `none` for a public client]
    #[arg(long, value_name = "METHOD")]
    auth_method: Option<String>,
    #[command(flatten)]
    assertion: AssertionArgs,
    /// Register a first-party client, which needs no consent page
    #[arg(long)]
    first_party: bool,
    /// Resource whose tokens and API keys this client may introspect (repeatable)
    #[arg(long, value_name = "RESOURCE")]
    serves: Vec<String>,
    /// Access token format: `jwt`, or `opaque` for tokens that require introspection
    #[arg(long, value_name = "FORMAT", default_value = "jwt", value_parser = token_format)]
    access_token_format: AccessTokenFormat,
    /// Origin whose scripts may read responses to this client (repeatable) [default: the origins of
    /// a public client's redirect URIs]
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    /// Claims of the scopes `profile`, `email`, `groups` and `roles` in ID tokens: `true` to
    /// include them, `false` for userinfo only
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    claims_in_id_token: bool,
    /// Require a second factor for every token
    #[arg(long)]
    require_mfa: bool,
    #[command(flatten)]
    form: FormArgs,
    #[command(flatten)]
    certificate: SubjectArgs,
    #[command(flatten)]
    response: ResponseArgs,
    #[command(flatten)]
    keys: KeyArgs,
    #[command(flatten)]
    logout: LogoutArgs,
    /// Sector host for pairwise subject identifiers (OIDC Core §8.1); empty for public subject
    /// identifiers
    #[arg(long, value_name = "HOST")]
    sector_identifier: Option<String>,
    #[command(flatten)]
    exchange: ExchangeArgs,
    #[command(flatten)]
    consent: ConsentArgs,
    #[command(flatten)]
    pkce: PkceArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
struct UpdateArgs {
    /// Client ID
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    /// Name shown to users
    #[arg(long)]
    name: Option<String>,
    /// Redirect URI; replaces the whole list
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Redirect URI after sign-out; replaces the whole list
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Grant type; replaces the whole list
    #[arg(long, value_name = "GRANT")]
    grant: Vec<String>,
    /// Scope that the client can request; replaces the whole list
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    #[command(flatten)]
    add: AdditionArgs,
    /// Authentication method at the token endpoint; `client_secret` accepts HTTP Basic and the
    /// request body
    #[arg(long, value_name = "METHOD")]
    auth_method: Option<String>,
    #[command(flatten)]
    assertion: AssertionArgs,
    /// First-party status: `true` for a client that needs no consent page
    #[arg(long, value_name = "BOOL")]
    first_party: Option<bool>,
    /// Resource whose tokens and API keys this client may introspect; replaces the whole list
    #[arg(long, value_name = "RESOURCE")]
    serves: Vec<String>,
    /// Access token format: `jwt` or `opaque`
    #[arg(long, value_name = "FORMAT", value_parser = token_format)]
    access_token_format: Option<AccessTokenFormat>,
    /// Origin whose scripts may read responses to this client; replaces the whole list
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    /// Remove every origin
    #[arg(long, conflicts_with = "origin")]
    no_origins: bool,
    /// Claims of the scopes `profile`, `email`, `groups` and `roles` in ID tokens: `true` to
    /// include them, `false` for userinfo only
    #[arg(long, value_name = "BOOL")]
    claims_in_id_token: Option<bool>,
    /// Second factor requirement for every token
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    require_mfa: Option<bool>,
    #[command(flatten)]
    form: FormChange,
    #[command(flatten)]
    certificate: SubjectArgs,
    #[command(flatten)]
    response: ResponseArgs,
    #[command(flatten)]
    keys: KeyArgs,
    #[command(flatten)]
    logout: LogoutArgs,
    /// Sector host for pairwise subject identifiers (OIDC Core §8.1); empty for public subject
    /// identifiers
    #[arg(long, value_name = "HOST")]
    sector_identifier: Option<String>,
    #[command(flatten)]
    exchange: ExchangeChange,
    #[command(flatten)]
    consent: ConsentArgs,
    #[command(flatten)]
    pkce: PkceChange,
    /// Disable the client
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
    /// Enable the client
    #[arg(long)]
    enable: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
pub async fn run(args: ClientArgs) -> Result<(), CliError> {
    let installation = args.place.open().await?;
    match args.verb {
        Verb::Create(args) => create(&installation, args).await,
        Verb::List { json } => list(&installation, json).await,
        Verb::Show { id, json } => show(
            &clients::get(&installation.operator(), &client_id(&id)?).await?,
            json,
        ),
        Verb::Update(args) => update(&installation, args).await,
        Verb::RotateSecret { id, json } => {
            let id = client_id(&id)?;
            let secret = clients::rotate_secret(&installation.operator(), &id).await?;
            show_secret(&id, Some(&secret), json)
        }
        Verb::Logo(args) => logo::run(&installation, args).await,
        Verb::RegistrationToken(verb) => registration_token::run(&installation, verb).await,
        Verb::Delete { id, json } => {
            let (operator, id) = (installation.operator(), client_id(&id)?);
            let before = clients::get(&operator, &id).await?;
            clients::delete(&operator, &id).await?;
            let sentence = format!("The client {id} is deleted.");
            output::print_result(json, &output::deleted(document(&before)), &sentence)
        }
    }
}

async fn create(installation: &Installation, args: CreateArgs) -> Result<(), CliError> {
    let new = NewClient {
        id: args.id.as_deref().map(client_id).transpose()?,
        name: args.name,
        kind: if args.public {
            ClientKind::Public
        } else {
            ClientKind::Confidential
        },
        auth_method: args.auth_method.as_deref().map(auth_method).transpose()?,
        redirect_uris: args.redirect_uri,
        post_logout_redirect_uris: args.post_logout_redirect_uri,
        grant_types: grants(&args.grant),
        scopes: scopes(&args.scope)?,
        first_party: args.first_party,
        pkce: args.pkce.pkce,
        assertion_audience: args.assertion.audience().flatten(),
        serves: args.serves,
        access_token_format: args.access_token_format,
        allowed_origins: args.origin,
        claims_in_id_token: args.claims_in_id_token,
        require_mfa: args.require_mfa,
        require_pushed_authorization_requests: args.form.require_par,
        require_signed_request_object: args.form.require_request_object,
        dpop_bound_access_tokens: args.form.require_dpop,
        certificate_bound_access_tokens: args.form.bind_to_certificate,
        certificate_subject: args.certificate.subject(),
        authorization_signed_response_alg: args.response.authorization_signed_response_alg,
        jwks: args.keys.read()?,
        jwks_uri: args.keys.jwks_uri,
        logout: args.logout.addresses(),
        sector_identifier: args.sector_identifier.filter(|host| !host.is_empty()),
        exchange: args.exchange.rights(),
        consent: args.consent.change()?.terms(),
        authorization_details_types: args.form.details_types,
    };
    let (client, secret) = clients::create(&installation.operator(), new).await?;
    show_secret(&client.id, secret.as_ref(), args.json)
}

async fn update(installation: &Installation, args: UpdateArgs) -> Result<(), CliError> {
    let list = |items: Vec<String>| (!items.is_empty()).then_some(items);
    let change = ClientChange {
        name: args.name,
        auth_method: args.auth_method.as_deref().map(auth_method).transpose()?,
        redirect_uris: list(args.redirect_uri),
        post_logout_redirect_uris: list(args.post_logout_redirect_uri),
        grant_types: grants(&args.grant),
        scopes: scopes(&args.scope)?,
        first_party: args.first_party,
        pkce: args.pkce.pkce,
        assertion_audience: args.assertion.audience(),
        serves: list(args.serves),
        access_token_format: args.access_token_format,
        allowed_origins: if args.no_origins {
            Some(Vec::new())
        } else {
            list(args.origin)
        },
        claims_in_id_token: args.claims_in_id_token,
        require_mfa: args.require_mfa,
        require_pushed_authorization_requests: args.form.require_par,
        require_signed_request_object: args.form.require_request_object,
        dpop_bound_access_tokens: args.form.require_dpop,
        certificate_bound_access_tokens: args.form.bind_to_certificate,
        certificate_subject: args.certificate.subject(),
        authorization_signed_response_alg: args.response.authorization_signed_response_alg,
        jwks: args.keys.read()?,
        jwks_uri: args.keys.jwks_uri,
        backchannel_logout_uri: args.logout.backchannel_logout_uri,
        backchannel_logout_session_required: args.logout.backchannel_logout_session_required,
        sector_identifier: args.sector_identifier,
        frontchannel_logout_uri: args.logout.frontchannel_logout_uri,
        frontchannel_logout_session_required: args.logout.frontchannel_logout_session_required,
        exchange_audiences: args.exchange.audiences(),
        exchange_impersonation: args.exchange.impersonation(),
        consent: args.consent.change()?,
        authorization_details_types: args.form.details_types(),
        disabled: (args.disable || args.enable).then_some(args.disable),
    };
    let id = client_id(&args.id)?;
    let change = args.add.complete(installation, &id, change).await?;
    if change == ClientChange::default() {
        return Err(CliError::Usage(
            "nothing to change; see `doorward client update --help`".into(),
        ));
    }
    show(
        &clients::update(&installation.operator(), &id, change).await?,
        args.json,
    )
}
