//! Commands of clients that are no operations, or that are more than one.

use clap::{ArgMatches, FromArgMatches};
use doorward_admin::applications;
use doorward_admin::clients::NewClientBody;
use doorward_admin::clients::operations::{CREATE, SHOWN_ONCE};
use doorward_domain::model::BrandOwner;
use doorward_domain::secret::OpaqueToken;

use crate::command::prelude::*;
use crate::operation;

mod application;
mod credentials;
pub mod guide;
mod logo;
pub mod reference;
mod secret;

use self::application::{ApplicationArgs, ConfigArgs};
use self::credentials::{client_id, show_credentials};
use super::branding::{self, BrandLogoArgs};
use crate::target::Administered;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Register a client; its secret is shown once
    Create(CreateArgs),
    /// List the applications that `client create --app` knows
    Apps(Output),
    /// Print the configuration of a client's application again, without the secret
    Config(ConfigArgs),
    /// Replace the secret of a client; the new one is shown once, the old one is accepted for 7 more
    /// days
    RotateSecret(secret::RotateArgs),
    /// Set or remove the logo of a client, a square; without one, pages show the first character of its
    /// name
    Logo(logo::LogoArgs),
    /// Set or remove a logo of a client's brand, scaled to at most 480 × 88 pixels, or its icon
    BrandingLogo(ClientBrandLogo),
    /// Manage initial access tokens for dynamic client registration (RFC 7591)
    #[command(subcommand_required = true, arg_required_else_help = true)]
    RegistrationToken,
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
    #[command(flatten)]
    application: ApplicationArgs,
    #[command(flatten)]
    members: NewMembers,
    #[command(flatten)]
    out: Output,
}

/// The members of a new client. An application has a name.
#[derive(Debug)]
struct NewMembers(ArgMatches);

impl Args for NewMembers {
    fn augment_args(command: clap::Command) -> clap::Command {
        let arguments = operation::arguments(&CREATE);
        command.args(arguments.map(|argument| {
            match argument.get_id().as_str() {
                "name" => argument
                    .required(false)
                    .required_unless_present("app")
                    .help("Name shown to users [default: that of `--app`]"),
                _ => argument,
            }
        }))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for NewMembers {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(matches.clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0 = matches.clone();
        Ok(())
    }
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
        Verb::RotateSecret(args) => secret::rotate(&operator, args).await,
        Verb::Logo(args) => logo::run(&operator, args).await,
        Verb::BrandingLogo(ClientBrandLogo { id, args }) => {
            let owner = BrandOwner::Client(client_id(&id)?);
            branding::run_logo(&operator, &owner, args).await
        }
        Verb::RegistrationToken => Err(CliError::usage("name a command")),
    }
}

async fn create(installation: &Installation, args: CreateArgs) -> Result {
    let chosen = args.application.choose()?;
    let members = operation::body(&CREATE, &args.members.0)?;
    let operator = installation.operator();
    let Some(chosen) = chosen else {
        return show_credentials(&CREATE, &members.into(), &operator, args.out).await;
    };
    let mut new = NewClientBody::new(members).read()?;
    chosen.complete(&mut new)?;
    // An empty text means none, also in place of the application's own.
    let removable = [
        &mut new.settings.backchannel_logout_uri,
        &mut new.settings.frontchannel_logout_uri,
        &mut new.settings.sector_identifier,
    ];
    for text in removable {
        text.take_if(|text| text.is_empty());
    }
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
