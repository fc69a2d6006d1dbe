//! Commands of clients that are no operations, or that are more than one.

use clap::{ArgMatches, FromArgMatches};
use doorward_admin::applications;
use doorward_admin::clients::NewClientBody;
use doorward_admin::clients::operations::{CREATE, SHOWN_ONCE};
use doorward_domain::secret::OpaqueToken;

use crate::command::prelude::*;
use crate::operation;

mod application;
mod credentials;
pub mod guide;
pub mod reference;
mod secret;

use self::application::ConfigArgs;
use self::credentials::show_credentials;
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
    /// Manage initial access tokens for dynamic client registration (RFC 7591)
    #[command(subcommand_required = true, arg_required_else_help = true)]
    RegistrationToken,
}

#[derive(Debug, Args)]
pub struct CreateArgs {
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
        Verb::RegistrationToken => Err(CliError::usage("name a command")),
    }
}

async fn create(installation: &Installation, args: CreateArgs) -> Result {
    let members = operation::body(&CREATE, &args.members.0)?;
    let operator = installation.operator();
    let body = NewClientBody::new(members.clone());
    let Some(chosen) = body.application().map_err(CliError::usage)? else {
        return show_credentials(&CREATE, &members.into(), &operator, args.out).await;
    };
    let new = body.read_for(&chosen)?;
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
