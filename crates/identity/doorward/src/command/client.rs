use doorward_admin::affected::{self, count_text};
use doorward_admin::applications;
use doorward_domain::model::{BrandOwner, ClientChange, ClientKind};
use doorward_domain::secret::OpaqueToken;
use doorward_oauth::clients::input::NewClient;
use doorward_store::repo::affected::{Object, RecordKind};

use crate::command::prelude::*;

mod additions;
mod algorithms;
mod application;
mod certificate;
mod consent;
#[cfg(test)]
mod equivalent_tests;
pub mod guide;
mod list;
mod logo;
mod parse;
pub mod reference;
mod secret;
mod settings;
mod view;

use self::additions::AdditionArgs;
use self::application::{ApplicationArgs, ConfigArgs};
use self::list::{ListArgs, SHOWN_ONCE, list, show_secret};
use self::parse::client_id;
use self::settings::SettingArgs;
use self::view::{document, show};
use super::branding::{self, BrandLogoArgs};
use crate::{
    error::CliError,
    former_option::FORMER,
    output::{self, Output},
    target::{Administered, Installation},
};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Register a client; its secret is shown once
    Create(CreateArgs),
    /// List the applications that `client create --app` knows
    Apps(Output),
    /// Print the configuration of a client's application again, without the secret
    Config(ConfigArgs),
    /// List clients; without a filter, all of them
    List(ListArgs),
    /// Show a client
    Show(ClientSelector),
    /// Change a client; a given list replaces the stored one
    Update(UpdateArgs),
    /// List the secrets of a client that are accepted, with their last use
    Secrets(ClientSelector),
    /// Replace the secret of a client; the new one is shown once, the old one is accepted for 7 more
    /// days
    RotateSecret(secret::RotateArgs),
    /// End the old secret that `rotate-secret` kept
    EndSecret(ClientSelector),
    /// Set or remove the logo of a client, a square; without one, pages show the first character of its
    /// name
    Logo(logo::LogoArgs),
    /// Set or remove a logo of a client's brand, scaled to at most 480 × 88 pixels, or its icon
    BrandingLogo(ClientBrandLogo),
    /// Manage initial access tokens for dynamic client registration (RFC 7591)
    #[command(subcommand_required = true, arg_required_else_help = true)]
    RegistrationToken,
    /// Delete a client and all its grants
    Delete(ClientSelector),
}

#[derive(Debug, Args)]
pub struct ClientSelector {
    /// Client ID
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct ClientBrandLogo {
    /// Client ID
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    #[command(flatten)]
    args: BrandLogoArgs,
}

#[derive(Debug, Args)]
pub struct CreateArgs {
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
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct UpdateArgs {
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
    #[command(flatten)]
    out: Output,
}

pub async fn run(args: Administered<Verb>) -> Result {
    if let Verb::Apps(out) = args.verb {
        return application::list(out);
    }
    let (installation, verb) = args.open().await?;
    let (installation, operator) = (&installation, installation.operator());
    match verb {
        Verb::Create(args) => create(installation, args).await,
        Verb::Apps(out) => application::list(out),
        Verb::Config(args) => application::config(installation, args).await,
        Verb::List(args) => list(&operator, args).await,
        Verb::Show(ClientSelector { id, out }) => {
            show(&clients::get(&operator, &client_id(&id)?).await?, out.json)
        }
        Verb::Update(args) => update(&operator, args).await,
        Verb::Secrets(ClientSelector { id, out }) => secret::list(&operator, &id, out).await,
        Verb::RotateSecret(args) => secret::rotate(&operator, args).await,
        Verb::EndSecret(ClientSelector { id, out }) => secret::end(&operator, &id, out).await,
        Verb::Logo(args) => logo::run(&operator, args).await,
        Verb::BrandingLogo(ClientBrandLogo { id, args }) => {
            let owner = BrandOwner::Client(client_id(&id)?);
            branding::run_logo(&operator, &owner, args).await
        }
        Verb::RegistrationToken => Err(CliError::usage("name a command")),
        Verb::Delete(ClientSelector { id, out }) => {
            let id = client_id(&id)?;
            let mut before = document(&clients::get(&operator, &id).await?);
            let ended = clients::delete(&operator, &id).await?;
            before["ended"] = json!(ended);
            let grants = count_text(ended.grants);
            let sentence = format!("The client {id} is deleted. Ended grants: {grants}.");
            out.deleted(before, &sentence)
        }
    }
}

async fn create(installation: &Installation, args: CreateArgs) -> Result {
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
        return show_secret(&client.id, secret.as_ref(), args.out);
    };
    // Checked first, so that no client is left without its configuration.
    installation.issuer()?;
    let (client, secret) = applications::create(&operator, &chosen, new).await?;
    let shown = secret.as_ref().map(OpaqueToken::expose);
    application::print(installation, &chosen, &client, shown, args.out)?;
    if secret.is_some() && !args.out.json {
        output::print_status(SHOWN_ONCE);
    }
    Ok(())
}

async fn update(operator: &AdminContext<'_>, args: UpdateArgs) -> Result {
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
    let change = args.add.complete(operator, &id, change).await?;
    CliError::reject_unchanged(&change, "client update")?;
    let client = clients::update(operator, &id, change).await?;
    if !args.disable {
        return show(&client, args.out.json);
    }
    let found = affected::count(operator, Object::Client(&id)).await?;
    let grants = found.into_iter();
    let grants: u64 = grants
        .filter(|(kind, _)| *kind == RecordKind::Grants)
        .map(|(_, count)| count)
        .sum();
    if args.out.json {
        let mut document = document(&client);
        document["suspended_grants"] = json!(grants);
        return output::json(&document);
    }
    show(&client, false)?;
    output::print_status(&format!(
        "Grants that give nothing until the client is enabled: {}.",
        count_text(grants)
    ));
    Ok(())
}
