//! `doorward recover`.

use clap::Args;
use doorward_admin::{recover, users};
use serde_json::json;

use crate::{error::CliError, output, target::TargetArgs};

/// Create a one-time link for an administrator who is locked out.
#[derive(Debug, Args)]
#[command(
    long_about = "Create a one-time link for an administrator who has lost the password, the second \
                  factor and access to mail. Removes the password and the second factor, enables \
                  the account, ends its sessions, tokens and links, and prints a \
                  link that sets a new password within 30 minutes. The audit log records it."
)]
pub struct RecoverArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Administrator: user name, e-mail address or ID
    #[arg(value_name = "USER")]
    user: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the link.
pub async fn run(args: RecoverArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let (operator, issuer) = (installation.operator(), installation.issuer()?);
    let user = users::get(&operator, &args.user).await?;
    let recovery = recover::administrator(&operator, &user).await?;
    let url = format!("{issuer}/reset-password?token={}", recovery.token.expose());
    if args.json {
        let expires_at = output::time(recovery.expires_at);
        return output::json(&json!({ "url": url, "expires_at": expires_at }));
    }
    output::line(&url)?;
    let (name, end) = (user.login_identifier(), output::time(recovery.expires_at));
    output::print_status(&format!(
        "{name} has neither password nor second factor now. Open the link before {end}; it works once."
    ));
    Ok(())
}
