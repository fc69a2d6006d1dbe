//! `doorward user merge`: two accounts of the same user become one.

use doorward_admin::merging::{self, Merge, MergedKind, MergedPart, Merging};
use doorward_admin::offboarding::Obstacle;
use doorward_domain::derived_keys::TotpKey;

use super::offboard::Report;
use crate::command::prelude::*;
use crate::command::values::{NotifyArgs, ReasonArg};

/// Move what belongs to a user to another account of the same user
#[derive(Debug, Args)]
#[command(
    long_about = "Move what belongs to a user to another account of the same user, and disable the first. \
                  Linked accounts, passkeys, memberships, roles, ownerships, consents and grants with \
                  offline_access move; the authenticator app moves if the other account has none, without \
                  recovery codes. Clients that knew the first account go on receiving its subject. Sessions \
                  and other grants of the first account end.",
    after_help = "What cannot move is listed with the command that mends it. The exit code is 1 if a step \
                  failed; a second run continues."
)]
pub struct MergeArgs {
    /// User who is merged and disabled: user name, e-mail address or ID
    #[arg(value_name = "FROM")]
    from: String,
    /// User who remains: user name, e-mail address or ID
    #[arg(value_name = "INTO")]
    into: String,
    /// Change nothing, and print what would be done
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    mails: NotifyArgs,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

pub(super) async fn run(installation: &Installation, args: MergeArgs) -> Result {
    let operator = installation.operator().with_reason(args.reason.reason);
    let totp_key = TotpKey::derive(&installation.master_key()?);
    let from = users::get(&operator, &args.from).await?;
    let into = users::get(&operator, &args.into).await?;
    let merging = Merging {
        from: &from,
        into: &into,
        totp_key: &totp_key,
        notify: args.mails.is_on(),
        is_dry: args.dry_run,
    };
    let done = Box::pin(merging::run(&operator, merging)).await?;
    print(&done, merging, args.out)?;
    match failures(&done) {
        0 => Ok(()),
        count => Err(CliError::failure(format!(
            "not moved: {count}; repeat the command afterwards"
        ))),
    }
}

/// Returns the number of parts that a second run may move.
fn failures(done: &Merge) -> usize {
    let parts = done.parts.iter().filter(|part| {
        let may_move = matches!(part.kind, MergedKind::Organization | MergedKind::Group);
        may_move && part.problem.is_some()
    });
    let left = done.departure.left.iter();
    let left =
        left.filter(|(_, obstacle)| matches!(obstacle, Obstacle::NoMember | Obstacle::Failed(_)));
    parts.count() + left.count()
}

fn print(done: &Merge, merging: Merging<'_>, out: Output) -> Result {
    let departure = Report {
        user: merging.from,
        successor: Some(merging.into),
        is_dry_run: merging.is_dry,
        done: &done.departure,
    };
    if out.json {
        let parts = done.parts.iter().map(|part| document(part, merging));
        return output::json(&json!({
            "from": merging.from.id.to_string(),
            "into": merging.into.id.to_string(),
            "dry_run": merging.is_dry,
            "parts": parts.collect::<Vec<_>>(),
            "departure": departure.document(),
        }));
    }
    let mut rows: Vec<Vec<String>> = done.parts.iter().map(|part| row(part, merging)).collect();
    rows.extend(departure.rows());
    departure.print_rows(&rows)
}

fn row(part: &MergedPart, merging: Merging<'_>) -> Vec<String> {
    let into = merging.into.login_identifier();
    let result = match &part.problem {
        Some(problem) => format!("not moved: {problem}"),
        None if merging.is_dry => format!("moves to {into}"),
        None => format!("moved to {into}"),
    };
    let name = match &part.org {
        Some(org) => format!("{} ({org})", part.name),
        None => part.name.clone(),
    };
    let to_do = to_do(part, merging).unwrap_or_else(|| "-".to_owned());
    vec![part.kind.as_str().to_owned(), name, result, to_do]
}

fn document(part: &MergedPart, merging: Merging<'_>) -> Value {
    json!({
        "kind": part.kind.as_str(),
        "name": part.name,
        "organization": part.org,
        "moved": part.problem.is_none(),
        "problem": part.problem,
        "to_do": to_do(part, merging),
    })
}

/// Returns what the operator does about a part that did not move.
fn to_do(part: &MergedPart, merging: Merging<'_>) -> Option<String> {
    part.problem.as_ref()?;
    let (from, into) = (
        merging.from.login_identifier(),
        merging.into.login_identifier(),
    );
    let name = &part.name;
    Some(match part.kind {
        MergedKind::Organization => format!("doorward org add-member --user {into} {name}"),
        MergedKind::Group => {
            let org = part.org.as_ref();
            let org = org.map_or_else(String::new, |org| format!(" --org {org}"));
            format!("doorward group add-member --user {into}{org} {name}")
        }
        MergedKind::Address => format!(
            "doorward user delete {from}, then doorward user update {into} --email {name} --verified"
        ),
        MergedKind::Client => "merge the two accounts in the client".to_owned(),
        MergedKind::App => format!("doorward user reset-mfa {into}, then repeat"),
        MergedKind::LinkedAccounts | MergedKind::Passkeys | MergedKind::Role => return None,
    })
}
