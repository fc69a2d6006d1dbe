mod bulk;
mod change;
mod export;
mod filter;
mod merge;
mod offboard;
mod shown;
mod update;

use doorward_admin::users::{self, NewUser};
use doorward_admin::{passwords, user_links};
use doorward_domain::model::{Profile, UsernameMode};
use doorward_domain::random::Random;
use doorward_domain::secret::Secret;

use self::change::ChangeArgs;
use self::shown::{document, print_change};
use crate::command::prelude::*;
use crate::{former_option::FORMER, secret_input::PasswordInput};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a user; without a password, a link to choose one is mailed, or printed if there is no
    /// mail server
    Create(CreateArgs),
    /// Change the names, the e-mail address or the profile of a user
    Update(update::UpdateArgs),
    /// Set a new password; ends the user's sessions and tokens
    SetPassword {
        #[command(flatten)]
        change: ChangeArgs,
        #[command(flatten)]
        password: PasswordInput,
    },
    /// Disable a user; ends the user's sessions and tokens
    Disable(ChangeArgs),
    /// Enable a user
    Enable(ChangeArgs),
    // Without a comment for the help, which would replace the long text of the command.
    Offboard(offboard::OffboardArgs),
    // As above.
    Merge(merge::MergeArgs),
    /// Mark the user's e-mail address as verified
    VerifyEmail(ChangeArgs),
    /// Change the users that a filter selects, or several named users
    Bulk(bulk::BulkArgs),
    /// Write all users to a file, for another identity provider
    Export(export::ExportArgs),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// User name; required unless `accounts.username` is `optional` or `none`
    #[arg(conflicts_with = "former_username")]
    username: Option<String>,
    /// User name
    #[arg(long = "username", value_name = FORMER, hide = true)]
    former_username: Option<String>,
    /// E-mail address
    #[arg(long)]
    email: String,
    /// Mark the e-mail address as verified
    #[arg(long)]
    verified: bool,
    /// Role to assign (repeatable)
    #[arg(long, value_name = "ROLE")]
    role: Vec<String>,
    /// Given name
    #[arg(long, value_name = "NAME")]
    given_name: Option<String>,
    /// Family name
    #[arg(long, value_name = "NAME")]
    family_name: Option<String>,
    #[command(flatten)]
    password: PasswordInput,
    #[command(flatten)]
    out: Output,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    match verb {
        Verb::Create(args) => create(installation, args).await,
        Verb::Update(args) => update::run(installation, args).await,
        Verb::SetPassword { change, password } => {
            let change = change.open(installation).await?;
            let Some(password) = password.read()? else {
                return Err(CliError::usage(
                    "give --password-stdin or --password-file FILE",
                ));
            };
            let user = &change.user;
            let names = (user.username.as_str(), user.email.as_str());
            let hash = hash(installation, &password, names, &user.profile)?;
            let ended = users::set_password(&change.operator, user.id, hash).await?;
            let text = "has a new password; all its sessions have ended";
            change.print_ended(text, &ended).await
        }
        Verb::Disable(change) => {
            let change = change.open(installation).await?;
            let ended = users::disable(&change.operator, change.user.id).await?;
            let text = "is disabled; all its sessions have ended";
            change.print_ended(text, &ended).await
        }
        Verb::Enable(change) => {
            let change = change.open(installation).await?;
            users::enable(&change.operator, change.user.id).await?;
            change.print("is enabled").await
        }
        Verb::VerifyEmail(change) => {
            let change = change.open(installation).await?;
            users::verify_email(&change.operator, change.user.id).await?;
            change.print("has a verified e-mail address").await
        }
        Verb::Offboard(args) => offboard::run(installation, args).await,
        Verb::Merge(args) => merge::run(installation, args).await,
        Verb::Bulk(args) => Box::pin(bulk::run(installation.operator(), args)).await,
        Verb::Export(args) => Box::pin(export::run(installation, args)).await,
    }
}

async fn create(installation: &Installation, args: CreateArgs) -> Result {
    let profile = Profile {
        given_name: args.given_name,
        family_name: args.family_name,
        ..Profile::default()
    };
    let mode = installation.config.accounts.username;
    let username = args.username.or(args.former_username);
    if username.is_none() && mode == UsernameMode::Required {
        return Err(CliError::usage(
            "the user name is missing; write `doorward user create USERNAME --email EMAIL`",
        ));
    }
    let username = username.unwrap_or_default();
    let password = args.password.read()?;
    let names = (username.as_str(), args.email.as_str());
    let hash = |password: Secret<String>| hash(installation, &password, names, &profile);
    let password_hash = password.map(hash).transpose()?;
    let new = NewUser {
        username,
        email: args.email,
        email_verified: args.verified,
        password_hash,
        profile,
        is_staff: false,
        roles: args.role,
    };
    let operator = installation.operator();
    if new.password_hash.is_some() {
        let user = users::create(&operator, new).await?;
        if !args.out.json {
            output::line(&user.id.to_string())?;
        }
        return print_change(installation, args.out, "is created", &user).await;
    }
    // Checked first, so that no user is left without a link.
    let issuer = installation.issuer()?;
    let (user, link) = user_links::create_with_link(&operator, new).await?;
    let link = link.map(|link| {
        let url = format!("{issuer}/reset-password?token={}", link.token.expose());
        (url, output::time(link.expires_at))
    });
    print_first_password(&operator, args.out, &user, link).await
}

/// Prints a user without a password, and the link to choose one with its end unless it was mailed.
async fn print_first_password(
    operator: &AdminContext<'_>,
    out: Output,
    user: &User,
    link: Option<(String, String)>,
) -> Result {
    if out.json {
        let mut document = document(operator, user).await?;
        document["link_mailed"] = json!(link.is_none());
        if let Some((url, expires_at)) = link {
            document["password_link"] = json!({ "url": url, "expires_at": expires_at });
        }
        return output::json(&document);
    }
    output::line(&user.id.to_string())?;
    let name = user.login_identifier();
    output::print_status(&match link {
        None => format!(
            "{name} is created. A link to choose a password is mailed to {}.",
            user.email
        ),
        Some((url, end)) => format!(
            "{name} is created, without a password. This link sets one until {end}, and works once:\n{url}"
        ),
    });
    Ok(())
}

fn hash(
    installation: &Installation,
    password: &Secret<String>,
    (username, email): (&str, &str),
    profile: &Profile,
) -> Result<String> {
    let config = &installation.config;
    let context = passwords::OwnedPasswordContext {
        username,
        email,
        profile,
        site: &config.branding.name,
    };
    let random = Random::default();
    let hash = passwords::check_and_hash(&config.passwords, password, &context, &random);
    Ok(hash?)
}
