//! `doorward user offboard`: a user leaves, and a successor takes over.

use doorward_admin::affected::ended_text;
use doorward_admin::offboarding::{self, Obstacle, Offboarding, Responsibility};

use super::change::ChangeArgs;
use crate::command::prelude::*;
use crate::command::values::NotifyArgs;

/// Disable a user who leaves, and let a successor take over
#[derive(Debug, Args)]
#[command(
    long_about = "Disable a user who leaves, and let a successor take over. Sessions, grants, API keys and \
                  trusted devices of the user end. The successor becomes an owner of the organizations that the \
                  user owns, and the manager of the groups that the user manages; the user stays a plain \
                  member. Roles, profile fields of other users that refer to the user, open invitations, access \
                  reviews without another reviewer, and initial access tokens are listed with the commands that replace them. Without a successor, the command lists the \
                  organizations and groups that have no owner or manager afterwards. A second run continues \
                  after an interruption.",
    after_help = "The user gets a mail that the account is disabled, unless it was before or --no-notify is \
                  given. The exit code is 1 if something could not be moved to the successor."
)]
pub struct OffboardArgs {
    #[command(flatten)]
    change: ChangeArgs,
    /// User who takes over: user name, e-mail address or ID
    #[arg(long, value_name = "USER")]
    successor: Option<String>,
    /// Change nothing, and print what would be done
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    mails: NotifyArgs,
}

pub(super) async fn run(installation: &Installation, args: OffboardArgs) -> Result {
    let notify = args.mails.is_on();
    let named = args.change.open(installation).await?;
    let (operator, user) = (&named.operator, &named.user);
    let successor = match &args.successor {
        Some(name) => Some(users::get(operator, name).await?),
        None => None,
    };
    let successor = successor.as_ref();
    let done = if args.dry_run {
        offboarding::plan(operator, user, successor).await?
    } else {
        Box::pin(offboarding::run(operator, user, successor, notify)).await?
    };
    let report = Report {
        user,
        successor,
        is_dry_run: args.dry_run,
        done: &done,
    };
    report.print(named.out)?;
    let failed = done.left.iter();
    let failed =
        failed.filter(|(_, obstacle)| matches!(obstacle, Obstacle::NoMember | Obstacle::Failed(_)));
    match failed.count() {
        0 => Ok(()),
        count => Err(CliError::failure(format!(
            "not moved to the successor: {count}; repeat the command afterwards"
        ))),
    }
}

pub(super) struct Report<'a> {
    pub(super) user: &'a User,
    pub(super) successor: Option<&'a User>,
    pub(super) is_dry_run: bool,
    pub(super) done: &'a Offboarding,
}

impl Report<'_> {
    fn print(&self, out: Output) -> Result {
        if out.json {
            return output::json(&self.document());
        }
        self.print_rows(&self.rows())
    }

    pub(super) fn rows(&self) -> Vec<Vec<String>> {
        let moved = self.done.moved.iter().map(|item| (item, None));
        let left = self.done.left.iter();
        let left = left.map(|(item, obstacle)| (item, Some(obstacle)));
        moved.chain(left).map(|row| self.row(row)).collect()
    }

    /// Prints the rows and the state of the user.
    pub(super) fn print_rows(&self, rows: &[Vec<String>]) -> Result {
        if !rows.is_empty() {
            output::table(&["KIND", "NAME", "RESULT", "TO DO"], rows)?;
        }
        let name = self.user.login_identifier();
        let state = match (self.is_dry_run, self.done.was_active) {
            (true, true) => "would be disabled",
            (false, true) => "is disabled",
            (_, false) => "was disabled before",
        };
        let ended = ended_text(&self.done.ended);
        output::print_status(&format!("{name} {state}. {ended}"));
        Ok(())
    }

    fn row(&self, (item, obstacle): (&Responsibility, Option<&Obstacle>)) -> Vec<String> {
        let result = match obstacle {
            None if self.is_dry_run => format!("moves to {}", self.successor_name()),
            None => format!("moved to {}", self.successor_name()),
            Some(obstacle) => reason(obstacle),
        };
        let to_do = obstacle.map_or_else(|| "-".to_owned(), |obstacle| self.to_do(item, obstacle));
        vec![item.kind().to_owned(), name(item), result, to_do]
    }

    pub(super) fn document(&self) -> Value {
        let moved = self.done.moved.iter().map(document);
        let left = self.done.left.iter().map(|(item, obstacle)| {
            let mut document = document(item);
            document["reason"] = json!(obstacle.code());
            document["to_do"] = json!(self.to_do(item, obstacle));
            if let Obstacle::Failed(problem) = obstacle {
                document["problem"] = json!(problem);
            }
            document
        });
        json!({
            "id": self.user.id.to_string(),
            "username": self.user.named(),
            "successor": self.successor.map(|successor| successor.id.to_string()),
            "dry_run": self.is_dry_run,
            "was_active": self.done.was_active,
            "ended": self.done.ended,
            "moved": moved.collect::<Vec<_>>(),
            "left": left.collect::<Vec<_>>(),
        })
    }

    fn successor_name(&self) -> &str {
        self.successor.map_or("USER", User::login_identifier)
    }

    /// Returns the command by which the operator gives the responsibility to the successor.
    fn to_do(&self, item: &Responsibility, obstacle: &Obstacle) -> String {
        let to = self.successor_name();
        let in_org = |org: &Option<String>| match org {
            Some(org) => format!(" --org {org}"),
            None => String::new(),
        };
        match (item, obstacle) {
            (Responsibility::Group { org: Some(org), .. }, Obstacle::NoMember) => {
                format!("doorward org add-member --user {to} {org}, then repeat")
            }
            (Responsibility::Organization(slug), _) => {
                format!("doorward org add-member --owner --user {to} {slug}")
            }
            (Responsibility::Group { id, .. }, _) => {
                format!("doorward group update --manager {to} {id}")
            }
            (Responsibility::Role { role, org }, _) => {
                format!(
                    "doorward role assign --user {to} --role {role}{}",
                    in_org(org)
                )
            }
            (Responsibility::ProfileField { user, field }, _) => {
                format!("doorward profile-field set {user} {field}={to}")
            }
            (Responsibility::Invitation { org, email }, _) => {
                format!("doorward org invite --email {email} {org}")
            }
            (Responsibility::Feature { kind, id, .. }, _) => {
                kind.command.replace("{id}", id).replace("{to}", to)
            }
            (Responsibility::RegistrationToken { .. }, _) => {
                "doorward client registration-token create, and use it instead".to_owned()
            }
        }
    }
}

fn name(item: &Responsibility) -> String {
    match item {
        Responsibility::Organization(name) | Responsibility::Feature { name, .. } => name.clone(),
        Responsibility::Group { path, org, .. } | Responsibility::Role { role: path, org } => {
            match org {
                Some(org) => format!("{path} ({org})"),
                None => path.clone(),
            }
        }
        Responsibility::ProfileField { user, field } => format!("{field} of {user}"),
        Responsibility::Invitation { org, email } => format!("{email} ({org})"),
        Responsibility::RegistrationToken { note, .. } => note.clone(),
    }
}

fn document(item: &Responsibility) -> Value {
    let kind = item.kind();
    match item {
        Responsibility::Organization(slug) => json!({ "kind": kind, "organization": slug }),
        Responsibility::Group { id, path, org } => json!({
            "kind": kind, "id": id.to_string(), "path": path, "organization": org,
        }),
        Responsibility::Role { role, org } => json!({
            "kind": kind, "role": role, "organization": org,
        }),
        Responsibility::ProfileField { user, field } => json!({
            "kind": kind, "user": user.to_string(), "field": field,
        }),
        Responsibility::Invitation { org, email } => json!({
            "kind": kind, "organization": org, "email": email,
        }),
        Responsibility::Feature { id, name, .. } => json!({ "kind": kind, "id": id, "name": name }),
        Responsibility::RegistrationToken { id, note } => json!({
            "kind": kind, "id": id.to_string(), "note": note,
        }),
    }
}

fn reason(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::NoSuccessor => "has no owner or manager".to_owned(),
        Obstacle::NoMember => "the successor is no member".to_owned(),
        Obstacle::Manual => "not moved".to_owned(),
        Obstacle::Failed(problem) => format!("failed: {problem}"),
    }
}
