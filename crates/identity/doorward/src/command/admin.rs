use doorward_admin::{recover, setup};
use doorward_config::{duration_text, seconds};

use crate::command::prelude::*;

/// The shortest and the longest lifetime of a link, in seconds.
const LIFETIMES: (i64, i64) = (60, 24 * 60 * 60);

#[derive(Debug, Subcommand)]
pub enum Verb {
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
        #[command(flatten)]
        out: Output,
    },
}

fn lifetime(text: &str) -> Result<i64, String> {
    let (min, max) = LIFETIMES;
    let found = seconds(text).filter(|seconds| (min..=max).contains(seconds));
    found.ok_or_else(|| {
        let (min, max) = (duration_text(min), duration_text(max));
        format!("write a duration such as 15m, from {min} to {max}")
    })
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let (operator, issuer) = (installation.operator(), installation.issuer()?);
    let Verb::Open {
        user,
        lifetime,
        out,
    } = verb;
    let (url, expires_at, effect) = match (user, setup::is_needed(&operator).await?) {
        (Some(user), false) => {
            let user = users::get(&operator, &user).await?;
            let link = recover::sign_in_link(&operator, &user, lifetime).await?;
            let url = format!("{issuer}/login/operator?token={}", link.token.expose());
            let effect = format!("It signs {} in.", user.login_identifier());
            (url, link.expires_at, effect)
        }
        (None, true) => {
            let expires_at = installation.now() + lifetime;
            let token = setup::issue_token(&operator, lifetime).await?;
            let url = format!("{issuer}/setup?token={}", token.expose());
            let effect = "The page creates the first administrator.".to_owned();
            (url, expires_at, effect)
        }
        (None, false) => {
            let problem = "there is an administrator; name the account with --user";
            return Err(CliError::usage(problem));
        }
        (Some(_), true) => {
            let problem = "there is no administrator yet; leave out --user to create the first one";
            return Err(CliError::usage(problem));
        }
    };
    out.link(&url, expires_at, |end| {
        format!("{effect} Open the link before {end}; it works once.")
    })
}
