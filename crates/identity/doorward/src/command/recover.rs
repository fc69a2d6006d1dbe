use doorward_admin::recover;

use crate::command::prelude::*;

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
    target: ActingTarget,
    /// Administrator: user name, e-mail address or ID
    #[arg(value_name = "USER")]
    user: String,
    #[command(flatten)]
    out: Output,
}

/// Prints the link.
pub async fn run(args: RecoverArgs) -> Result {
    let installation = args.target.open().await?;
    let (operator, issuer) = (installation.operator(), installation.issuer()?);
    let user = users::get(&operator, &args.user).await?;
    let recovery = recover::administrator(&operator, &user).await?;
    let url = format!("{issuer}/reset-password?token={}", recovery.token.expose());
    let name = user.login_identifier();
    args.out.link(&url, recovery.expires_at, |end| {
        format!(
            "{name} has neither password nor second factor now. Open the link before {end}; it works once."
        )
    })
}
