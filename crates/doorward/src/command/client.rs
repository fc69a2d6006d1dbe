//! `doorward client create|apps|config|list|show|update|secrets|rotate-secret|end-secret|logo|registration-token|delete`.

use clap::{Args, Subcommand};
use doorward_admin::{applications, clients};
use doorward_domain::model::{ClientChange, ClientKind};
use doorward_oauth::clients::input::NewClient;

mod additions;
mod algorithms;
mod application;
mod assertion;
mod certificate;
mod consent;
#[cfg(test)]
mod equivalent_tests;
pub mod guide;
mod keys;
mod list;
mod logo;
mod parse;
pub mod reference;
mod registration_token;
mod secret;
mod settings;
mod view;

use self::additions::AdditionArgs;
use self::application::{ApplicationArgs, ConfigArgs};
use self::list::{ListArgs, list, show_secret};
use self::parse::client_id;
use self::settings::SettingArgs;
use self::view::{document, show};
use crate::{
    command::timestamp::parse_time,
    error::CliError,
    former_option::FORMER,
    output,
    target::{Installation, TargetArgs},
};

/// Manage clients.
#[derive(Debug, Args)]
pub struct ClientArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Register a client; its secret is shown once
    Create(CreateArgs),
    /// List the applications that `client create --app` knows
    Apps {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the configuration of a client's application again, without the secret
    Config(ConfigArgs),
    /// List clients; without a filter, all of them
    List(ListArgs),
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
    /// List the secrets of a client that are accepted, with their last use
    Secrets {
        /// Client ID
        #[arg(value_name = "CLIENT_ID")]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Replace the secret of a client; the new one is shown once, the old one is accepted for 7 more
    /// days
    RotateSecret {
        /// Client ID
        #[arg(value_name = "CLIENT_ID")]
        id: String,
        /// Accept the old secret until then: a date, or a time in RFC 3339, within 90 days
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        keep_old_until: Option<i64>,
        /// End every old secret: it stops working within a second, on every replica
        #[arg(long, conflicts_with = "keep_old_until")]
        end_former: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End the old secret that `rotate-secret` kept
    EndSecret {
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
struct CreateArgs {
    /// Name shown to users [default: that of `--app`]
    #[arg(required_unless_present_any = ["former_name", "app"], conflicts_with = "former_name")]
    name: Option<String>,
    /// Name shown to users
    #[arg(long = "name", value_name = FORMER, hide = true)]
    former_name: Option<String>,
    #[command(flatten)]
    application: ApplicationArgs,
    /// Client ID [default: a random one]
    #[arg(long, value_name = "CLIENT_ID")]
    id: Option<String>,
    /// Register a public client, which cannot keep a secret: an app on a device or in a browser
    #[arg(long)]
    public: bool,
    #[command(flatten)]
    settings: SettingArgs,
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
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    add: AdditionArgs,
    /// Remove every origin
    #[arg(long, conflicts_with = "origin")]
    no_origins: bool,
    /// Remove every resource that the client can exchange tokens for
    #[arg(long, conflicts_with = "exchange_audience")]
    no_exchange: bool,
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
    if let Verb::Apps { json } = args.verb {
        return application::list(json);
    }
    let installation = args.target.open().await?;
    match args.verb {
        Verb::Create(args) => create(&installation, args).await,
        Verb::Apps { json } => application::list(json),
        Verb::Config(args) => application::config(&installation, args).await,
        Verb::List(args) => list(&installation, args).await,
        Verb::Show { id, json } => show(
            &clients::get(&installation.operator(), &client_id(&id)?).await?,
            json,
        ),
        Verb::Update(args) => update(&installation, args).await,
        Verb::Secrets { id, json } => secret::list(&installation, &id, json).await,
        Verb::RotateSecret {
            id,
            keep_old_until,
            end_former,
            json,
        } => secret::rotate(&installation, &id, (keep_old_until, end_former), json).await,
        Verb::EndSecret { id, json } => secret::end(&installation, &id, json).await,
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
    let chosen = args.application.choose()?;
    let mut new = NewClient {
        id: args.id.as_deref().map(client_id).transpose()?,
        name: args.name.or(args.former_name).unwrap_or_default(),
        kind: if args.public {
            ClientKind::Public
        } else {
            ClientKind::Confidential
        },
        settings: args.settings.read()?,
    };
    if let Some(chosen) = &chosen {
        chosen.complete(&mut new)?;
    }
    // An empty text means none, also in place of the application's own.
    let removable = [
        &mut new.settings.backchannel_logout_uri,
        &mut new.settings.frontchannel_logout_uri,
        &mut new.settings.sector_identifier,
    ];
    for text in removable {
        text.take_if(|text| text.is_empty());
    }
    let operator = installation.operator();
    let Some(chosen) = chosen else {
        let (client, secret) = clients::create(&operator, new).await?;
        return show_secret(&client.id, secret.as_ref(), args.json);
    };
    // Checked first, so that no client is left without its configuration.
    installation.issuer()?;
    let (client, secret) = applications::create(&operator, &chosen, new).await?;
    application::show(installation, &chosen, &client, secret.as_ref(), args.json)
}

async fn update(installation: &Installation, args: UpdateArgs) -> Result<(), CliError> {
    let mut change = ClientChange {
        name: args.name,
        disabled: (args.disable || args.enable).then_some(args.disable),
        ..args.settings.read()?
    };
    if let Some(types) = &mut change.authorization_details_types {
        types.retain(|name| !name.is_empty());
    }
    if args.no_origins {
        change.allowed_origins = Some(Vec::new());
    }
    if args.no_exchange {
        change.exchange_audiences = Some(Vec::new());
        change.exchange_impersonation.get_or_insert(false);
    }
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
