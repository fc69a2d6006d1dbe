//! `doorward user update`: changes of the account and the profile of a user.

use doorward_admin::user_change::UserChange;
use doorward_domain::model::FieldInput;

use super::change::ChangeArgs;
use super::shown::document;
use crate::command::prelude::*;
use crate::command::values::{NotifyArgs, assignment};

#[derive(Debug, Args)]
#[command(
    after_help = "A new e-mail address counts as verified only with --verified. It is reported by a mail to \
                  the former address, which --no-notify leaves out; other changes send no mail. Sessions and \
                  tokens remain, links that were mailed to the former address end."
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct UpdateArgs {
    #[command(flatten)]
    change: ChangeArgs,
    /// New user name; empty removes it if `accounts.username` is `optional` or `none`
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// New e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Mark the e-mail address as verified
    #[arg(long, conflicts_with = "unverified")]
    verified: bool,
    /// Mark the e-mail address as not verified
    #[arg(long)]
    unverified: bool,
    /// Given names; empty removes them
    #[arg(long, value_name = "NAME")]
    given_name: Option<String>,
    /// Family names; empty removes them
    #[arg(long, value_name = "NAME")]
    family_name: Option<String>,
    /// URL of the external profile page; empty removes it
    #[arg(long, value_name = "URL")]
    profile_url: Option<String>,
    /// Language, such as de or pt-BR; empty removes it
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    /// Time zone, such as Europe/Berlin; empty removes it
    #[arg(long, value_name = "NAME")]
    time_zone: Option<String>,
    /// Mark the user as staff of the operator
    #[arg(long, conflicts_with = "no_staff")]
    staff: bool,
    /// Remove the mark as staff of the operator
    #[arg(long)]
    no_staff: bool,
    /// Value of a custom profile field; empty removes it (repeatable)
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = assignment)]
    fields: Vec<(String, String)>,
    #[command(flatten)]
    mails: NotifyArgs,
}

pub(super) async fn run(installation: &Installation, args: UpdateArgs) -> Result {
    let input = |(name, value)| (name, FieldInput::Text(value));
    let change = UserChange {
        username: args.username,
        email: args.email,
        email_verified: (args.verified || args.unverified).then_some(args.verified),
        given_name: args.given_name,
        family_name: args.family_name,
        profile_url: args.profile_url,
        locale: args.locale,
        zoneinfo: args.time_zone,
        is_staff: (args.staff || args.no_staff).then_some(args.staff),
        fields: args.fields.into_iter().map(input).collect(),
        ..UserChange::default()
    };
    CliError::reject_unchanged(&change, "user update")?;
    let is_notified = args.mails.is_on();
    let change = UserChange {
        notify: (!is_notified).then_some(false),
        ..change
    };
    let named = args.change.open(installation).await?;
    let before = &named.user;
    let user = users::update(&named.operator, &before.id.to_string(), change).await?;
    let is_mailed = is_notified && before.email != user.email && named.can_mail();
    if named.out.json {
        let mut document = document(&named.operator, &user).await?;
        document["notified"] = json!(is_mailed);
        return output::json(&document);
    }
    output::print_status(&format!("{} is changed.", user.login_identifier()));
    if before.email != user.email {
        let (former, state) = (&before.email, verified(&user));
        let mail = if is_mailed {
            format!("A mail to {former} reports it.")
        } else {
            "No mail reports it.".to_owned()
        };
        let text = format!("The e-mail address {} is {state}. {mail}", user.email);
        output::print_status(&text);
    }
    Ok(())
}

const fn verified(user: &User) -> &'static str {
    if user.email_verified {
        "verified"
    } else {
        "not verified"
    }
}
