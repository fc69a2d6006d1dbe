//! Operations of configuration as code.

use std::collections::BTreeMap;

use doorward_admin::json_member::{OneOf, optional_word};
use doorward_admin::kinds;
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_services::view;

use crate::approval_operations::{Approve, List, Reject, Release, Show};
use crate::documents::ObjectsByKind;
use crate::done::Done;
use crate::drift::{self, Drifted};
use crate::impact::{Impact, Loss, Reach, TokenChange};
use crate::only::{Keys, with_others};
use crate::ownership::{self, Files};
use crate::plan::{Action, Change, Problem};
use crate::run;
use crate::state::{Objects, State, named_kinds};
use crate::text::{self, TextForm};

doorward_admin::entries! {
    EXPORT: Export, PLAN: PlanObjects, APPLY: ApplyObjects, DRIFT: DriftObjects, LIST_APPROVALS: List,
    SHOW_APPROVAL: Show, APPROVE: Approve, REJECT: Reject, RELEASE: Release,
}

type Forms = OneOf<TextForm>;
type Actions = OneOf<Action>;

/// The kinds of objects to export.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// Kinds separated by spaces, such as `roles clients`; all if omitted.
    #[schema(format = "names")]
    kinds: Option<String>,
}

view! {
    /// Objects as their files describe them, by kind.
    pub ExportedObjects(state: &State) {
        /// Hash of the state.
        state: String = state.hash();
        /// The objects of each kind: `{"roles": [{"name": "auditor"}]}`.
        #[schema(value_type = ObjectsByKind)]
        objects: Value = json!(state.documents());
    }
}

/// Objects to compare with the deployment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanObjects {
    /// All objects of each kind to manage: `{"roles": [{"name": "auditor"}]}`. An object that is not listed is
    /// deleted; kinds without a list stay as they are.
    #[schema(value_type = Object, format = "json")]
    objects: Objects,
    /// Keys of the objects to compare, by kind: `{"roles": ["auditor"]}`. The others of these kinds stay as they are.
    #[serde(default)]
    #[schema(value_type = Object, format = "json")]
    only: Keys,
    /// Form of the text of the plan.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Forms>)]
    form: Option<TextForm>,
}

/// Objects to make the deployment as.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyObjects {
    /// All objects of each kind to manage, as in a plan.
    #[schema(value_type = Object, format = "json")]
    objects: Objects,
    /// Keys of the objects to compare, as in a plan.
    #[serde(default)]
    #[schema(value_type = Object, format = "json")]
    only: Keys,
    /// Hash of the state for which the plan was made. Another state is rejected.
    state: Option<String>,
    /// Commit of the files, for the audit log.
    commit: Option<String>,
    /// True to accept the new secrets of clients, which only the response contains.
    #[serde(default)]
    new_secrets: bool,
    /// Files of the objects, by kind and key: `{"roles auditor": "roles/auditor.toml:1"}`. The console shows them,
    /// and by default does not change these objects.
    #[serde(default)]
    #[schema(value_type = Object, format = "json")]
    files: Files,
    /// Form of the text of the plan.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Forms>)]
    form: Option<TextForm>,
}

/// Objects that the deployment should have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DriftObjects {
    /// All objects of each managed kind, as in a plan.
    #[schema(value_type = Object, format = "json")]
    objects: Objects,
}

view! {
    /// The change of a member.
    MemberChange(name: &str, before: &Value, after: &Value) {
        /// Path of the member: `consent.publisher`.
        name: String = name.to_owned();
        /// Present value; null for none.
        #[schema(value_type = Object)]
        before: Value = before.clone();
        /// Planned value; null for none.
        #[schema(value_type = Object)]
        after: Value = after.clone();
    }
}

view! {
    /// The change of an object.
    ObjectChange(change: &Change) {
        /// Change.
        #[schema(inline, value_type = Actions)]
        action: &'static str = change.action.as_str();
        /// Kind of the object: `clients`.
        kind: &'static str = change.kind.name;
        /// Key of the object in its kind.
        object: String = change.key.clone();
        /// Members that change.
        members: Vec<MemberChange> = members(change);
    }
}

view! {
    /// An object that cannot match its description.
    ObjectProblem(problem: Problem) {
        /// Kind of the object.
        kind: &'static str = problem.kind;
        /// Key of the object in its kind.
        object: String = problem.key;
        /// Reason.
        problem: String = problem.text;
    }
}

view! {
    /// Permissions that users lose.
    LostAccess(loss: &Loss) {
        /// Organization in which they are lost; absent: outside organizations.
        organization?: String = loss.organization.clone();
        /// Codenames of the permissions.
        permissions: Vec<String> = loss.permissions.clone();
        /// Number of users.
        users: u64 = loss.users;
    }
}

view! {
    /// A client that is deleted or disabled.
    EndedClient(reach: &Reach) {
        /// Client ID.
        client: String = reach.client.to_string();
        /// Number of users with a grant.
        users: u64 = reach.users;
        /// Number of their sessions.
        sessions: u64 = reach.sessions;
        /// True if there may be more than was counted.
        capped: bool = reach.is_capped;
    }
}

view! {
    /// A client whose next sign-in, or request of a token for itself, fails.
    FailingClient(client: &ClientId, reason: &str) {
        /// Client ID.
        client: String = client.to_string();
        /// Reason.
        reason: String = reason.to_owned();
    }
}

view! {
    /// Tokens with other content.
    ChangedToken(change: &TokenChange) {
        /// Client ID; absent: any client with all scopes.
        client?: String = change.client.as_ref().map(ToString::to_string);
        /// Number of users whose tokens change like this.
        users: u64 = change.users;
        /// Members that change: `access_token.roles`.
        members: Vec<MemberChange> = change
            .members
            .iter()
            .map(|(name, (before, after))| MemberChange::new(name, before, after))
            .collect();
    }
}

view! {
    /// A protection that weakens.
    WeakerProtection(object: &str, member: &str) {
        /// Object: `clients/ID`.
        object: String = object.to_owned();
        /// Member.
        member: String = member.to_owned();
    }
}

view! {
    /// Users, clients and tokens that a plan affects.
    PlanImpact(impact: &Impact) {
        /// Number of users who lose a permission.
        users: u64 = impact.users;
        /// Number of users who were not compared.
        uncounted: u64 = impact.uncounted;
        /// Permissions that users lose.
        losses: Vec<LostAccess> = impact.losses.iter().map(LostAccess::new).collect();
        /// Clients that are deleted or disabled.
        ended: Vec<EndedClient> = impact.ended.iter().map(EndedClient::new).collect();
        /// Clients whose next sign-in fails.
        failing: Vec<FailingClient> = impact
            .failing
            .iter()
            .map(|(client, reason)| FailingClient::new(client, reason))
            .collect();
        /// Tokens with other content.
        tokens: Vec<ChangedToken> = impact.tokens.iter().map(ChangedToken::new).collect();
        /// Protections that weaken.
        weaker: Vec<WeakerProtection> = impact
            .weaker
            .iter()
            .map(|(object, member)| WeakerProtection::new(object, member))
            .collect();
        /// Number of simulated sign-ins.
        simulated: u64 = impact.simulated as u64;
        /// Objects and members that were not examined: `sites`, `12 more sign-ins`.
        unknown: Vec<String> = impact.unknown.clone();
        /// Reason why users and tokens were not examined.
        unsimulated?: &'static str = impact.unsimulated;
    }
}

view! {
    /// A plan: what an apply changes.
    pub ChangePlan(done: Done, form: TextForm) {
        /// The plan as text.
        text: String = text::text(&done, form);
        /// Name of the plan in the audit log.
        plan: String = done.plan.name();
        /// Hash of the state for which it was made.
        state: String = done.plan.state.clone();
        /// True if the changes were made.
        applied: bool = done.is_applied;
        /// Reasons why a second administrator has to approve it: `roles`, `providers`, `deletions`.
        marks: Vec<&'static str> = done.marks.iter().map(|mark| mark.as_str()).collect();
        /// Request for approval, after which the same apply makes the changes.
        waiting?: String = done.waiting.map(|id| id.to_string());
        /// Changes in their order.
        changes: Vec<ObjectChange> = done.plan.changes.iter().map(ObjectChange::new).collect();
        /// Problems. With one of them nothing is changed.
        problems: Vec<ObjectProblem> = done.plan.problems.into_iter().map(ObjectProblem::new).collect();
        /// Impact of a plan without problems; absent for an apply.
        impact?: PlanImpact = done.impact.as_ref().map(PlanImpact::new);
        /// New secrets by `clients/ID`, which are shown only now; in a plan they are empty.
        new_secrets: BTreeMap<String, String> = done.secrets;
    }
}

view! {
    /// An object that is not as its file describes it.
    DriftedObject(drifted: Drifted) {
        /// Time of the last change that no apply has made (RFC 3339).
        changed_at?: Time = drifted.event.as_ref().map(|event| event.at);
        /// ID of the user or client that made it; absent: the command line.
        changed_by?: String = drifted.event.as_ref().and_then(|event| event.actor.clone());
        /// Name of the user; absent for callers without `users:read`.
        changed_by_name?: String = drifted.name.clone();
        /// ID of its audit event.
        event?: String = drifted.event.as_ref().map(|event| event.id.to_string());
        /// Commands that take the change back.
        commands: Vec<String> = drifted.commands();
        /// Difference: `create` if the object was deleted, `delete` if it was created.
        change: ObjectChange = ObjectChange::new(&drifted.change);
    }
}

view! {
    /// The objects that are not as their files describe them.
    pub Drift(found: Vec<Drifted>, problems: Vec<Problem>) {
        /// The differences as text.
        text: String = drift::text(&found, &problems);
        /// Objects that differ.
        objects: Vec<DriftedObject> = found.into_iter().map(DriftedObject::new).collect();
        /// Objects that cannot be as they are described.
        problems: Vec<ObjectProblem> = problems.into_iter().map(ObjectProblem::new).collect();
    }
}

fn members(change: &Change) -> Vec<MemberChange> {
    let members = change.members.iter();
    members
        .map(|(name, (before, after))| MemberChange::new(name, before, after))
        .collect()
}

impl Operation for Export {
    const TITLE: &'static str = "Export clients, roles and other objects into files";
    const TEXT: &'static str = "The documents are the bodies of the operations that create the objects. Users, \
        memberships, sessions, consents, keys and secrets are not among them.";
    const CALL: &'static str = "GET export";
    const COMMAND: &'static str = "export *";
    type Done = Shown<ExportedObjects>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let names = match &self.kinds {
            Some(names) => names.split_whitespace().collect(),
            None => kinds::all().map(|kind| kind.name).collect::<Vec<_>>(),
        };
        let state = State::read(context, named_kinds(names)?).await?;
        Ok(Shown::unversioned(ExportedObjects::new(&state)))
    }
}

impl Operation for PlanObjects {
    const TITLE: &'static str = "Show what an apply of these objects changes";
    const TEXT: &'static str =
        "Runs the operations of the changes with the rights of the caller, and takes them back.";
    const CALL: &'static str = "POST plan";
    const COMMAND: &'static str = "plan *";
    type Done = Shown<ChangePlan>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (objects, _) = with_others(context, self.objects, &self.only).await?;
        let mut done = run::run(context, &objects, None).await?;
        for secret in done.secrets.values_mut() {
            secret.clear();
        }
        Ok(Shown::unversioned(ChangePlan::new(done, form(self.form))))
    }
}

fn form(form: Option<TextForm>) -> TextForm {
    form.unwrap_or(TextForm::Text)
}

impl Operation for ApplyObjects {
    const TITLE: &'static str = "Make the deployment as these objects describe it";
    const TEXT: &'static str = "Runs the operations of the changes in one transaction, with the rights of the caller. \
        With a problem nothing is changed, and `applied` is false.";
    const CALL: &'static str = "POST apply";
    const COMMAND: &'static str = "apply *";
    type Done = Shown<ChangePlan>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (objects, seen) = with_others(context, self.objects, &self.only).await?;
        if let (Some(known), Some(seen)) = (&self.state, &seen)
            && known != seen
        {
            return Err(AdminError::Changed);
        }
        let apply = run::Apply {
            state: seen.or(self.state),
            commit: self.commit.as_deref().map(run::commit_name).transpose()?,
            takes_secrets: self.new_secrets,
            files: self.files,
        };
        ownership::check(&apply.files)?;
        let mut done = run::run(context, &objects, Some(&apply)).await?;
        if !done.is_applied {
            for secret in done.secrets.values_mut() {
                secret.clear();
            }
        }
        Ok(Shown::unversioned(ChangePlan::new(done, form(self.form))))
    }
}

impl Operation for DriftObjects {
    const TITLE: &'static str = "Show what differs from these objects, and who changed it";
    const CALL: &'static str = "POST drift";
    const COMMAND: &'static str = "drift *";
    type Done = Shown<Drift>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (found, problems) = drift::find(context, &self.objects).await?;
        Ok(Shown::unversioned(Drift::new(found, problems)))
    }
}
