//! `doorward admin open`.

use clap::{Args, Subcommand};
use doorward_admin::{recover, setup, users};
use doorward_config::{duration_text, seconds};
use serde_json::json;

use crate::target::{Installation, TargetArgs};
use crate::{error::CliError, output};

/// The shortest and the longest lifetime of a link, in seconds.
const LIFETIMES: (i64, i64) = (60, 24 * 60 * 60);

/// Open the administration console.
#[derive(Debug, Args)]
pub struct AdminArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print a one-time link to the administration console
    #[command(
        long_about = "Print a one-time link to the administration console. Without an administrator, it \
                      leads to /setup, which creates the first one. Otherwise it signs in the administrator \
                      that --user names, instead of the password; the second factor is still asked for. A \
                      newer link replaces it. The audit log records its creation and its use."
    )]
    Open {
        /// Administrator: user name, e-mail address or ID; required if there is one
        #[arg(long, value_name = "USER")]
        user: Option<String>,
        /// Lifetime of the link, such as 15m or 1h, at most 1d
        #[arg(long = "for", value_name = "DURATION", default_value = "15m", value_parser = lifetime)]
        lifetime: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Parses a lifetime of a link.
fn lifetime(text: &str) -> Result<i64, String> {
    let (min, max) = LIFETIMES;
    let found = seconds(text).filter(|seconds| (min..=max).contains(seconds));
    found.ok_or_else(|| {
        let (min, max) = (duration_text(min), duration_text(max));
        format!("write a duration such as 15m, from {min} to {max}")
    })
}

pub async fn run(args: AdminArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let issuer = installation.issuer()?;
    let Verb::Open {
        user,
        lifetime,
        json,
    } = args.verb;
    let link = match (user, setup::is_needed(&installation.operator()).await?) {
        (Some(user), false) => sign_in(&installation, issuer, &user, lifetime).await?,
        (None, true) => first(&installation, issuer, lifetime).await?,
        (None, false) => {
            let problem = "there is an administrator; name the account with --user";
            return Err(CliError::Usage(problem.to_owned()));
        }
        (Some(_), true) => {
            let problem = "there is no administrator yet; leave out --user to create the first one";
            return Err(CliError::Usage(problem.to_owned()));
        }
    };
    if json {
        let expires_at = output::time(link.expires_at);
        return output::json(&json!({ "url": link.url, "expires_at": expires_at }));
    }
    output::line(&link.url)?;
    let (effect, end) = (link.effect, output::time(link.expires_at));
    output::print_status(&format!(
        "{effect} Open the link before {end}; it works once."
    ));
    Ok(())
}

struct OneTimeLink {
    url: String,
    expires_at: i64,
    effect: String,
}

/// Creates the link to `/setup`.
async fn first(
    installation: &Installation,
    issuer: &str,
    lifetime: i64,
) -> Result<OneTimeLink, CliError> {
    let expires_at = installation.now() + lifetime;
    let token = setup::issue_token(&installation.operator(), lifetime).await?;
    Ok(OneTimeLink {
        url: format!("{issuer}/setup?token={}", token.expose()),
        expires_at,
        effect: "The page creates the first administrator.".to_owned(),
    })
}

/// Creates a link that signs this administrator in.
async fn sign_in(
    installation: &Installation,
    issuer: &str,
    user: &str,
    lifetime: i64,
) -> Result<OneTimeLink, CliError> {
    let operator = installation.operator();
    let user = users::get(&operator, user).await?;
    let link = recover::sign_in_link(&operator, &user, lifetime).await?;
    Ok(OneTimeLink {
        url: format!("{issuer}/login/operator?token={}", link.token.expose()),
        expires_at: link.expires_at,
        effect: format!("It signs {} in.", user.login_identifier()),
    })
}
