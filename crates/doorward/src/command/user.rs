mod bulk;
mod export;
mod offboard;
mod update;

use std::collections::BTreeSet;

use doorward_admin::{
    passwords, staff, user_links,
    users::{self, NewUser},
};
use doorward_domain::model::{Profile, UsernameMode};
use doorward_domain::random::Random;
use doorward_domain::secret::Secret;
use doorward_rules::list_filter::{UserFilter, UserState};
use doorward_services::access_end::EndedAccess;

use crate::command::prelude::*;
use crate::command::role::assignments;
use crate::command::values::{self, ReasonArg, one_of};
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
pub struct UserSelector {
    /// User: user name, e-mail address or ID
    #[arg(value_name = "USER")]
    user: String,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct ChangeArgs {
    #[command(flatten)]
    selector: UserSelector,
    #[command(flatten)]
    reason: ReasonArg,
}

/// A named user and the context of a change, with its reason.
struct UserChange<'a> {
    installation: &'a Installation,
    operator: AdminContext<'a>,
    user: User,
    out: Output,
}

impl ChangeArgs {
    async fn open(self, installation: &Installation) -> Result<UserChange<'_>> {
        let operator = installation.operator().with_reason(self.reason.reason);
        let user = users::get(&operator, &self.selector.user).await?;
        Ok(UserChange {
            installation,
            operator,
            user,
            out: self.selector.out,
        })
    }
}

impl UserChange<'_> {
    /// Returns true if the running server sends e-mail messages.
    fn can_mail(&self) -> bool {
        let outbox = self.operator.outbox;
        outbox.is_some_and(|outbox| outbox.can_go())
    }

    async fn print(&self, change: &str) -> Result {
        print_change(self.installation, self.out, change, &self.user).await
    }

    /// Prints the changed user and what ended, and whether the running server sends an e-mail
    /// notification.
    async fn print_ended(&self, change: &str, ended: &EndedAccess) -> Result {
        if self.out.json {
            let user = users::get(&self.operator, &self.user.id.to_string()).await?;
            let mut document = full_document(&self.operator, &user).await?;
            document["ended"] = json!(ended);
            output::json(&document)?;
        } else {
            self.print(change).await?;
            output::print_status(&values::ended(ended));
        }
        output::print_status(if self.can_mail() {
            "An e-mail notification goes to the user."
        } else {
            "No e-mail notification: mail or secret_key is not configured here."
        });
        Ok(())
    }
}

#[derive(Debug, Args)]
pub struct FilterArgs {
    /// Prefix of the user name, e-mail address or full name, or a user ID
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// State: `active`, `disabled`, `pending_deletion` or `unverified` (e-mail address)
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<UserState>,
    /// Organization of which the users are members
    #[arg(long)]
    org: Option<String>,
    /// Role that the users have, directly or by a group
    #[arg(long)]
    role: Option<String>,
    /// Only users without a second factor
    #[arg(long)]
    no_second_factor: bool,
    /// Minimum number of days without a sign-in
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    unused_days: Option<u32>,
    /// Only users that are locked out after failed sign-ins
    #[arg(long)]
    locked: bool,
}

impl FilterArgs {
    fn into_filter(self) -> UserFilter {
        UserFilter {
            text: self.search.unwrap_or_default(),
            state: self.state,
            org: self.org,
            role: self.role,
            no_factor: self.no_second_factor,
            unused_days: self.unused_days,
            locked: self.locked,
        }
    }
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    out: Output,
}

fn state(text: &str) -> Result<UserState, String> {
    let words = UserState::ALL.map(UserState::as_str);
    one_of(UserState::parse(text), "states", words)
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

async fn show(installation: &Installation, user: &User, out: Output) -> Result {
    let operator = installation.operator();
    let mut shown = full_document(&operator, user).await?;
    let (held, now) = (
        assignments::of_user(&operator, user.id).await?,
        operator.now(),
    );
    if out.json {
        let documents = held.iter().map(|held| assignments::document(held, now));
        shown["effective_roles"] = documents.collect();
        return out.object(&shown);
    }
    if shown["roles"] == json!([]) {
        shown["roles"] = Value::Null;
    }
    out.object(&shown)?;
    if held.is_empty() {
        return Ok(());
    }
    output::line("")?;
    assignments::print(&held, now)
}

/// Returns a user as JSON, with roles and staff mark.
async fn full_document(operator: &AdminContext<'_>, user: &User) -> Result<Value> {
    let one = std::slice::from_ref(user);
    let roles = users::roles(operator, one).await?.remove(&user.id);
    let staff = staff::among(operator, one).await?;
    let roles = roles.unwrap_or_default();
    Ok(document(user, &roles, staff.contains(&user.id)))
}

fn document(user: &User, roles: &BTreeSet<String>, is_staff: bool) -> Value {
    json!({
        "id": user.id.to_string(),
        "username": user.named(),
        "email": user.email,
        "email_verified": user.email_verified,
        "name": user.display_name(),
        "roles": roles,
        "is_staff": is_staff,
        "has_password": user.password_hash.is_some(),
        "password_change_required": user.password_change_required,
        "disabled_at": user.disabled_at.map(output::time),
        "last_login": user.last_login.0.map(output::time),
        "date_joined": output::time(user.created_at),
        "created_at": output::time(user.created_at),
        "updated_at": output::time(user.updated_at),
    })
}

fn role_list(roles: &BTreeSet<String>) -> String {
    let names: Vec<_> = roles.iter().map(String::as_str).collect();
    if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(" ")
    }
}

async fn print_change(
    installation: &Installation,
    out: Output,
    change: &str,
    user: &User,
) -> Result {
    if out.json {
        let now = users::get(&installation.operator(), &user.id.to_string()).await?;
        return show(installation, &now, out).await;
    }
    output::print_status(&format!("{} {change}.", user.login_identifier()));
    Ok(())
}
