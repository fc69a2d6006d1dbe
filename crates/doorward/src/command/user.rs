mod bulk;
mod change;
mod export;
mod filter;
mod merge;
mod offboard;
mod shown;
mod update;

use std::collections::BTreeSet;

use doorward_admin::{
    passwords, staff, user_links,
    users::{self, NewUser},
};
use doorward_domain::model::{Profile, UsernameMode};
use doorward_domain::random::Random;
use doorward_domain::secret::Secret;

use self::change::{ChangeArgs, UserSelector};
use self::filter::FilterArgs;
use self::shown::{document, full_document, print_change, role_list, show};
use crate::command::prelude::*;
use crate::command::values;
use crate::{former_option::FORMER, output::ListOutput, secret_input::PasswordInput};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a user; without a password, a link to choose one is mailed, or printed if there is no
    /// mail server
    Create(CreateArgs),
    /// List users; without a filter, all of them, in the order of registration
    List(ListArgs),
    /// Show a user, and why the user has which roles
    Show(UserSelector),
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
    /// Remove the second factor of a user who lost it; ends the user's sessions and tokens
    ResetMfa(ChangeArgs),
    /// Change the users that a filter selects, or several named users
    Bulk(bulk::BulkArgs),
    /// Delete a user and all data of the user
    Delete(ChangeArgs),
    /// Write all users to a file, for another identity provider
    Export(export::ExportArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    out: Output,
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
        Verb::List(args) => list(installation, args).await,
        Verb::Show(selector) => {
            let user = users::get(&installation.operator(), &selector.user).await?;
            show(installation, &user, selector.out).await
        }
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
        Verb::ResetMfa(change) => {
            let change = change.open(installation).await?;
            let ended = users::reset_mfa(&change.operator, &change.user).await?;
            let text = "has no second factor any more; all its sessions have ended";
            change.print_ended(text, &ended).await
        }
        Verb::Offboard(args) => offboard::run(installation, args).await,
        Verb::Merge(args) => merge::run(installation, args).await,
        Verb::Bulk(args) => Box::pin(bulk::run(installation.operator(), args)).await,
        Verb::Delete(change) => {
            let change = change.open(installation).await?;
            let mut before = full_document(&change.operator, &change.user).await?;
            let ended = users::delete(&change.operator, change.user.id).await?;
            before["ended"] = json!(ended);
            let (name, ended) = (change.user.login_identifier(), values::ended(&ended));
            let sentence = format!("{name} is deleted. {ended}");
            change.out.deleted(before, &sentence)
        }
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
        let mut document = full_document(operator, user).await?;
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

async fn list(installation: &Installation, args: ListArgs) -> Result {
    let (filter, operator) = (args.filter.into_filter(), installation.operator());
    let header = &["ID", "USERNAME", "EMAIL", "ROLES", "STATE"];
    let mut out = ListOutput::new(header, args.out.json);
    let mut after = None::<String>;
    loop {
        let page = users::list(&operator, &filter, after.as_deref()).await?;
        let is_read = if args.out.json {
            let all: Vec<_> = page.items.iter().map(|(user, _)| user.clone()).collect();
            let staff = staff::among(&operator, &all).await?;
            let users = page.items.iter();
            let documents: Vec<_> = users
                .map(|(user, roles)| document(user, roles, staff.contains(&user.id)))
                .collect();
            out.documents(&documents)?
        } else {
            out.rows(&page.items.iter().map(row).collect::<Vec<_>>())?
        };
        after = page.next.filter(|_| is_read);
        if after.is_none() {
            return out.end();
        }
    }
}

fn row((user, roles): &(User, BTreeSet<String>)) -> Vec<String> {
    vec![
        user.id.to_string(),
        user.named().unwrap_or("-").to_owned(),
        user.email.clone(),
        role_list(roles),
        output::state(user.is_active()),
    ]
}
