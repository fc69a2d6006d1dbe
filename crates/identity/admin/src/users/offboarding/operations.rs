//! Operation of the departure of a user.

use doorward_services::access_end::EndedAccess;
use doorward_services::view;

use super::{Obstacle, Offboarding, Responsibility, plan, run};
use crate::affected::ended_text;
use crate::operation::{Operation, Shown};
use crate::prelude::*;
use crate::users::{find, named};

crate::entries! { OFFBOARD: Offboard }

/// A departure.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Departure)]
pub struct Offboard {
    /// User name, e-mail address or ID.
    id: String,
    /// User who takes over: user name, e-mail address or ID; without it, the response lists what has no owner
    /// or manager afterwards.
    successor: Option<String>,
    /// True: nothing changes, and the response has what would be done.
    #[serde(default)]
    dry_run: bool,
    /// False: the user gets no mail that the account is disabled.
    notify: Option<bool>,
}

view! {
    /// A responsibility of a user who leaves.
    #[schema(as = Responsibility)]
    pub ResponsibilityView(item: &Responsibility, obstacle: Option<&Obstacle>, departure: &Departure<'_>) {
        /// `organization`, `group`, `role`, `profile_field` (of another user, which refers to the user),
        /// `invitation`, `access_review` (in which only the user can decide) or `registration_token`.
        kind: &'static str = item.kind();
        /// ID of the group, the access review or the initial access token; of a profile field, that of its user.
        id?: String = id(item);
        /// Organization (slug) of the group, the role or the invitation.
        organization?: String = organization(item);
        /// Slug of the organization, path of the group, name of the role, the profile field or the access
        /// review, e-mail address of the invitation, or note of the token.
        name: String = name(item);
        /// `moved`, or `moves` in a dry run; or why the successor does not have it: `no_successor`,
        /// `no_member` (of the organization of the group), `manual` (you decide, because it gives rights or
        /// is a statement about others) or `failed`.
        result: &'static str = obstacle.map_or_else(|| moved(departure.is_dry_run), Obstacle::code);
        /// Description of a failure.
        problem?: String = match obstacle {
            Some(Obstacle::Failed(problem)) => Some(problem.clone()),
            _ => None,
        };
        /// Command by which the operator gives it to the successor.
        to_do?: String = obstacle.map(|obstacle| to_do(item, obstacle, departure.to()));
    }
}

view! {
    /// The result of a departure.
    #[schema(as = Offboarding)]
    pub OffboardingView(done: Offboarding, departure: &Departure<'_>) {
        /// ID of the user.
        id: String = departure.user.id.to_string();
        /// User name; `null` if the account has none.
        username: Option<String> = departure.user.named().map(str::to_owned);
        /// ID of the user who takes over.
        successor?: String = departure.successor.map(|successor| successor.id.to_string());
        /// True if nothing was changed.
        dry_run: bool = departure.is_dry_run;
        /// True if the account was active before.
        was_active: bool = done.was_active;
        /// Numbers of access that ended, and IDs of some; in a dry run, that would end, each at most 1,001.
        #[schema(value_type = Object)]
        ended: EndedAccess = done.ended;
        /// Ownership of organizations and management of groups that the successor has now.
        moved: Vec<ResponsibilityView> = {
            let moved = done.moved.iter();
            moved.map(|item| ResponsibilityView::new(item, None, departure)).collect()
        };
        /// Responsibilities that did not move, at most 100 of each kind except organizations and groups.
        left: Vec<ResponsibilityView> = {
            let left = done.left.iter();
            left.map(|(item, why)| ResponsibilityView::new(item, Some(why), departure)).collect()
        };
    }
}

/// The users of a departure.
#[derive(Clone, Copy, Debug)]
pub struct Departure<'a> {
    pub(crate) user: &'a User,
    pub(crate) successor: Option<&'a User>,
    pub(crate) is_dry_run: bool,
}

impl Departure<'_> {
    fn to(&self) -> &str {
        self.successor.map_or("USER", User::login_identifier)
    }

    /// Returns the sentence about the account and its access.
    pub(crate) fn sentence(&self, done: &Offboarding) -> String {
        let state = match (self.is_dry_run, done.was_active) {
            (true, true) => "would be disabled",
            (false, true) => "is disabled",
            (_, false) => "was disabled before",
        };
        let (name, ended) = (self.user.login_identifier(), ended_text(&done.ended));
        format!("{name} {state}. {ended}")
    }
}

impl Offboarding {
    /// Returns the number of responsibilities that a second run may move.
    pub(crate) fn failures(&self) -> usize {
        let left = self.left.iter();
        let failed =
            left.filter(|(_, why)| matches!(why, Obstacle::NoMember | Obstacle::Failed(_)));
        failed.count()
    }
}

/// Returns the result of a part that moved.
pub(crate) const fn moved(is_dry_run: bool) -> &'static str {
    if is_dry_run { "moves" } else { "moved" }
}

fn id(item: &Responsibility) -> Option<String> {
    match item {
        Responsibility::Group { id, .. } => Some(id.to_string()),
        Responsibility::ProfileField { user, .. } => Some(user.to_string()),
        Responsibility::Feature { id, .. } => Some(id.clone()),
        Responsibility::RegistrationToken { id, .. } => Some(id.to_string()),
        Responsibility::Organization(_)
        | Responsibility::Role { .. }
        | Responsibility::Invitation { .. } => None,
    }
}

fn organization(item: &Responsibility) -> Option<String> {
    match item {
        Responsibility::Group { org, .. } | Responsibility::Role { org, .. } => org.clone(),
        Responsibility::Invitation { org, .. } => Some(org.clone()),
        _ => None,
    }
}

fn name(item: &Responsibility) -> String {
    let name = match item {
        Responsibility::Organization(name) | Responsibility::Feature { name, .. } => name,
        Responsibility::Group { path, .. } => path,
        Responsibility::Role { role, .. } => role,
        Responsibility::ProfileField { field, .. } => field,
        Responsibility::Invitation { email, .. } => email,
        Responsibility::RegistrationToken { note, .. } => note,
    };
    name.clone()
}

/// Returns the command by which the operator gives the responsibility to this user.
fn to_do(item: &Responsibility, obstacle: &Obstacle, to: &str) -> String {
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
            let org = org.as_ref().map(|org| format!(" --org {org}"));
            let org = org.unwrap_or_default();
            format!("doorward role assign --user {to} --role {role}{org}")
        }
        (Responsibility::ProfileField { user, field }, _) => {
            format!("doorward user update --field {field}={to} {user}")
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

impl Operation for Offboard {
    const TITLE: &'static str = "Disable a user who leaves, and let a successor take over";
    const TEXT: &'static str = "Sessions, grants, API keys and trusted devices of the user end. The successor becomes \
         an owner of the organizations that the user owns, and the manager of the groups that the user manages; \
         the user stays a plain member. Roles, profile fields of other users that refer to the user, open \
         invitations, objects of features without another responsible user, and initial access tokens are listed with the \
         commands that replace them. Repeat the request to move what is left. Requires the role `admin`.";
    const CALL: &'static str = "POST users/{id}/offboard versioned reason";
    const COMMAND: &'static str = "user offboard USER=id --successor --dry-run --notify";
    const TABLE: &'static str = "kind name result to_do";
    type Done = Shown<OffboardingView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named(context, &self.id).await?;
        let successor = match &self.successor {
            Some(name) => {
                let unknown = || AdminError::invalid("successor", "Must be a user.");
                Some(find(context, name).await?.ok_or_else(unknown)?)
            }
            None => None,
        };
        let departure = Departure {
            user: &user,
            successor: successor.as_ref(),
            is_dry_run: self.dry_run,
        };
        let done = if self.dry_run {
            plan(context, &user, departure.successor).await?
        } else {
            let notify = self.notify.unwrap_or(true);
            Box::pin(run(context, &user, departure.successor, notify)).await?
        };
        let (note, failures) = (departure.sentence(&done), done.failures());
        let failure =
            || format!("not moved to the successor: {failures}; repeat the command afterwards");
        let shown = Shown::unversioned(OffboardingView::new(done, &departure));
        Ok(shown
            .with_note(Some(note))
            .with_failure((failures > 0).then(failure)))
    }
}
