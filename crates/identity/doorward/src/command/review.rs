//! `doorward review`: decisions about the lines of access reviews.

use doorward_admin::reviews::decision::Decider;
use doorward_admin::reviews::operations::LineView;
use doorward_admin::reviews::read;
use doorward_domain::model::{ReviewDecision, ReviewLine, ReviewOutcome};
use doorward_store::repo::access_reviews::LineFilter;

use crate::command::prelude::*;
use crate::command::values::ReasonArg;

/// Number of lines read for each query.
const PAGE: u64 = 200;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Confirm a role of a user
    Confirm(DecideArgs),
    /// Revoke a role of a user. A role of a group is not removed: the line names the group, whose manager
    /// ends the membership
    Revoke(DecideArgs),
}

#[derive(Debug, Args)]
pub struct DecideArgs {
    /// Name or ID of the review
    name: String,
    /// User: user name, e-mail address or ID; or the ID of a client
    #[arg(value_name = "USER")]
    user: String,
    /// Role
    #[arg(value_name = "ROLE")]
    role: String,
    /// Only the assignment in this organization
    #[arg(long)]
    org: Option<String>,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    match verb {
        Verb::Confirm(args) => decide(operator, args, ReviewDecision::Confirmed).await,
        Verb::Revoke(args) => decide(operator, args, ReviewDecision::Revoked).await,
    }
}

async fn decide(operator: AdminContext<'_>, args: DecideArgs, decision: ReviewDecision) -> Result {
    let review = read::get(&operator, &args.name).await?;
    let holder = match users::get(&operator, &args.user).await {
        Ok(user) => user.id.to_string(),
        // A client, or a user who was deleted since.
        Err(AdminError::NotFound { .. }) => args.user.clone(),
        Err(error) => return Err(error.into()),
    };
    let filter = LineFilter {
        holder: Some(&holder),
        role: Some(&args.role),
        ..LineFilter::default()
    };
    let mut found = read::lines(&operator, &review, filter, None, PAGE).await?;
    found.retain(|line| args.org.is_none() || line.org == args.org);
    if found.is_empty() {
        let (name, role) = (&args.user, &args.role);
        return Err(CliError::failure(format!(
            "the access review {} has no line of {name} with the role {role}",
            review.name
        )));
    }
    let operator = operator.with_reason(args.reason.reason);
    let decider = Decider::administrator(&operator);
    let (mut documents, mut sentences) = (Vec::new(), Vec::new());
    for line in found {
        let decided = Box::pin(decider.decide(review.id, line.number, decision)).await?;
        let (name, role) = (&decided.holder_name, &decided.role);
        sentences.push(match decided.outcome {
            None => format!("{name} keeps the role {role}."),
            Some(outcome) => {
                let effect = effect(&decided, outcome);
                format!("The role {role} of {name}: {effect}.")
            }
        });
        documents.push(LineView::new(decided, None));
    }
    args.out.result(&documents, &sentences.join("\n"))
}

/// Returns the effect of a revocation, or what is left to do.
fn effect(line: &ReviewLine, outcome: ReviewOutcome) -> String {
    match outcome {
        ReviewOutcome::Removed => "removed".to_owned(),
        ReviewOutcome::Ended => "had ended before".to_owned(),
        ReviewOutcome::Membership => {
            let group = line.member_of.as_ref().or(line.group_path.as_ref());
            let group = group.map_or("-", String::as_str);
            format!("to do: end the membership in {group}")
        }
        ReviewOutcome::Denied => {
            "not removed, because the creator of the review may not revoke the role".to_owned()
        }
        ReviewOutcome::Needed => "not removed, because an administrator must remain".to_owned(),
    }
}
