//! A plan is made by running its operations in one transaction, which only an apply commits. So a plan has the
//! checks and the rights of the operations, and the effect of an apply is what was planned.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use doorward_admin::held_events::HeldEvents;
use doorward_admin::kinds::{self, Kind, SECRET};
use doorward_admin::prelude::*;
use doorward_domain::model::{ApprovalId, AuditId};
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_store::db::{EnclosingTx, Parts};
use doorward_store::repo::audit::AuditFilter;

use crate::approval::{self, Asked, Verdict};
use crate::done::Done;
use crate::impact::{Facts, Impact, Questions};
use crate::ownership::{self, Files};
use crate::plan::{APPLIES, Action, Change, Plan, SOURCE, problem_text};
use crate::state::{Objects, State, named_kinds};
use crate::text;

/// The commit of an apply.
#[derive(Clone, Debug, Default)]
pub struct Apply {
    /// Hash of the state for which the plan was made; any if absent.
    pub state: Option<String>,
    /// Commit of the files, for the audit log.
    pub commit: Option<String>,
    /// True if the caller stores the secrets of new clients.
    pub takes_secrets: bool,
    /// Files of the objects; without them nothing is noted about files.
    pub files: Files,
}

/// Plans what makes the deployment as the objects describe it, and makes it with `apply`. Nothing is changed
/// if there is a problem.
#[boxed(?Send)]
pub async fn run(
    context: &AdminContext<'_>,
    objects: &Objects,
    apply: Option<&Apply>,
) -> Result<Done> {
    let kinds = named_kinds(objects.keys().map(String::as_str))?;
    let newest = newest_change(context).await?;
    let mut state = State::read(context, kinds.clone()).await?;
    let plan = Plan::make(context, objects, kinds.clone(), &state).await?;
    let seen = apply.and_then(|apply| apply.state.as_ref());
    if seen.is_some_and(|seen| *seen != plan.state) {
        return Err(AdminError::Changed);
    }
    let mut done = Done {
        plan,
        ..Done::default()
    };
    if done.plan.changes.is_empty() {
        if let (Some(apply), true) = (apply, done.plan.problems.is_empty()) {
            note_files(context, kinds, &state, apply).await?;
        }
        return Ok(done);
    }
    let (verdict, marks) = approval::of_plan(context, &done.plan, &state).await?;
    done.marks = marks;
    let must_wait = matches!(verdict, Verdict::Needed | Verdict::Waiting(_));
    let (wanted, apply) = (apply, apply.filter(|_| !must_wait));
    let asked = match apply {
        None => {
            let questions = Questions::of(context, &done.plan, &state).await?;
            let before = questions.answer(context).await?;
            Some((questions, before))
        }
        Some(_) => None,
    };
    if let (Some(_), Some(print), Some(line)) = (apply, context.print, text::waiting(&done)) {
        print(&line);
    }
    // One that fails takes all others back, and is rare: then each is tried on its own, to name all problems.
    let joined = done.plan.problems.is_empty().then_some(Parts::Joined);
    let mut ended = None;
    for parts in joined.into_iter().chain([Parts::Savepoints]) {
        let tx = context
            .db
            .begin_enclosing(ADMINISTRATION_LOCK, parts)
            .await?;
        let run = Run {
            context,
            objects,
            kinds: kinds.clone(),
            newest,
            apply,
            asked: asked.as_ref(),
            verdict,
        };
        // Boxed, because its future is large.
        ended = Box::pin(run.within(&tx, parts, (&mut done, &mut state))).await?;
        if ended.is_some() {
            let may_commit = apply.is_some_and(|it| it.takes_secrets || done.secrets.is_empty());
            done.is_applied = may_commit && done.plan.problems.is_empty();
        }
        end(context, tx, done.is_applied).await?;
        if ended.is_some() {
            break;
        }
    }
    if let Some(impact) = &mut done.impact {
        impact.add_ended(context, ended.unwrap_or_default()).await?;
    }
    if let (Some(apply), true) = (wanted, done.plan.problems.is_empty()) {
        done.waiting = request_of(context, &done, apply, verdict).await?;
    }
    Ok(done)
}

/// The work in a transaction.
struct Run<'a, 'b, K> {
    context: &'a AdminContext<'b>,
    objects: &'a Objects,
    kinds: K,
    /// Newest change before the state was read.
    newest: Option<AuditId>,
    apply: Option<&'a Apply>,
    /// Questions with their answers before the changes.
    asked: Option<&'a (Questions, Facts)>,
    verdict: Verdict,
}

impl<K: Iterator<Item = &'static Kind> + Clone> Run<'_, '_, K> {
    /// Makes the changes. Returns the clients that end, or `None` if a change failed that has taken the others back.
    async fn within(
        &self,
        tx: &EnclosingTx,
        parts: Parts,
        (done, state): (&mut Done, &mut State),
    ) -> Result<Option<Vec<ClientId>>> {
        let (context, apply) = (self.context, self.apply);
        let events = HeldEvents::default();
        let source = source(&done.plan, apply);
        let inner = context.within(tx.db()).with_source(&source);
        let inner = inner.holding(&events);
        // Every change has an event, whose read is short. Other writes wait meanwhile.
        if newest_change(&inner).await? != self.newest
            && State::read(&inner, self.kinds.clone()).await?.hash() != done.plan.state
        {
            return Err(AdminError::Changed);
        }
        // The check compares secrets, which needs the rights that the changes gave.
        let inner = match Box::pin(make(&inner, done, parts)).await? {
            Some(inner) if !tx.has_lost_part() => inner,
            _ => {
                done.secrets.clear();
                return Ok(None);
            }
        };
        if done.plan.problems.is_empty() {
            let found = (&mut done.plan, state);
            let state = check(&inner, self.objects, self.kinds.clone(), found).await?;
            if let (Some(apply), true) = (apply, done.plan.problems.is_empty()) {
                note_files(&inner, self.kinds.clone(), state, apply).await?;
                events.store(inner.db).await?;
                note_apply(context, &inner, &done.plan, apply).await?;
            }
            if let (Some(_), Verdict::Approved(id)) = (apply, self.verdict) {
                approval::use_up(&inner, id).await?;
            }
        }
        let (Some((questions, before)), true) = (self.asked, done.plan.problems.is_empty()) else {
            return Ok(Some(Vec::new()));
        };
        let after = questions.answer(&inner).await?;
        done.impact = Some(Impact::of(&done.plan, before, &after));
        Ok(Some(before.ended(&after)))
    }
}

/// Commits the changes, or takes them back.
async fn end(context: &AdminContext<'_>, tx: EnclosingTx, commits: bool) -> Result<()> {
    if !commits {
        return Ok(tx.rollback().await?);
    }
    tx.commit().await?;
    if let Some(outbox) = &context.outbox {
        outbox.wake();
    }
    Ok(())
}

/// Returns the request for approval for which an apply waits.
async fn request_of(
    context: &AdminContext<'_>,
    done: &Done,
    apply: &Apply,
    verdict: Verdict,
) -> Result<Option<ApprovalId>> {
    Ok(match verdict {
        Verdict::Needed => Some(ask(context, done, apply).await?),
        Verdict::Waiting(id) => Some(id),
        Verdict::Free | Verdict::Approved(_) => None,
    })
}

/// Asks for the approval of a plan, with its impact.
async fn ask(context: &AdminContext<'_>, done: &Done, apply: &Apply) -> Result<ApprovalId> {
    let asked = Asked {
        name: done.plan.name(),
        is_plan: true,
        marks: done.marks.clone(),
        text: text::asked(done),
        source: apply.commit.clone(),
    };
    approval::request(context, asked).await
}

/// Stores the files of the objects in this state.
async fn note_files(
    context: &AdminContext<'_>,
    kinds: impl Iterator<Item = &'static Kind>,
    state: &State,
    apply: &Apply,
) -> Result<()> {
    if apply.files.is_empty() {
        return Ok(());
    }
    ownership::store(context, kinds, state, &apply.files, apply.commit.as_deref()).await
}

/// Writes the event of an apply, of which the console shows a history.
async fn note_apply(
    context: &AdminContext<'_>,
    inner: &AdminContext<'_>,
    plan: &Plan,
    apply: &Apply,
) -> Result<()> {
    let mut event = context.event(AuditKind::SystemChanged, APPLIES, "configuration applied");
    event = event
        .with("plan", plan.name())
        .with("commit", apply.commit.clone());
    for action in Action::ALL {
        let count = plan
            .changes
            .iter()
            .filter(|change| change.action == action)
            .count();
        event = event.with(action.as_str(), count);
    }
    let tx = inner.db.begin_write().await?;
    repo::audit::insert(&tx, &event).await?;
    Ok(tx.commit().await?)
}

/// Returns the newest event about an object of any kind.
async fn newest_change(context: &AdminContext<'_>) -> Result<Option<AuditId>> {
    let mut kinds: Vec<AuditKind> = kinds::all().map(|kind| kind.audit).collect();
    kinds.dedup();
    let filter = AuditFilter {
        kinds,
        ..AuditFilter::default()
    };
    let events = repo::audit::newest(context.db.read(), &filter, None, 1).await?;
    Ok(events.first().map(|event| event.id))
}

/// Returns the source of the changes for the audit log.
fn source(plan: &Plan, apply: Option<&Apply>) -> String {
    let commit = apply.and_then(|apply| apply.commit.as_deref());
    let commit = commit.map(|commit| format!(" {commit}"));
    format!("{SOURCE}{}{}", plan.name(), commit.unwrap_or_default())
}

/// Checks the name of a commit: a hash, a tag or a branch.
pub fn commit_name(text: &str) -> Result<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    if (1..=100).contains(&text.len()) && text.bytes().all(is_plain) {
        return Ok(text.to_owned());
    }
    let problem = "write 1 to 100 of A-Z, a-z, 0-9, -, _, . and /";
    Err(AdminError::invalid("commit", problem))
}

/// Kind whose new objects are rights of administrators, who may then give them to a role.
const PERMISSIONS: &str = "permissions";

/// Runs the operations of all changes. Among savepoints one that fails changes nothing, and the others are still
/// tried; among joined parts it is the last: `None`. Returns the context with the rights that the caller has then.
async fn make<'a>(
    context: &AdminContext<'a>,
    done: &mut Done,
    parts: Parts,
) -> Result<Option<AdminContext<'a>>> {
    let mut context = context.clone();
    let mut problems = Vec::new();
    for change in &done.plan.changes {
        if let Err(error) = make_one(&context, change, &mut done.secrets).await {
            if parts == Parts::Joined {
                return Ok(None);
            }
            problems.push((change.kind, change.key.clone(), problem_text(error)?));
        }
        if change.kind.name == PERMISSIONS && change.action == Action::Create {
            context = context.with_present_rights().await?;
        }
    }
    for (kind, key, text) in problems {
        done.plan.add_problem(kind, &key, text);
    }
    Ok(Some(context))
}

async fn make_one(
    context: &AdminContext<'_>,
    change: &Change,
    secrets: &mut BTreeMap<String, String>,
) -> Result<()> {
    let name = format!("{}/{}", change.kind.name, change.key);
    for step in &change.steps {
        let outcome = (step.entry.run)(Value::Object(step.body.clone()), context).await?;
        let secret = outcome.document.get(SECRET).and_then(Value::as_str);
        if let Some(secret) = secret {
            secrets.insert(name.clone(), secret.to_owned());
        } else if step.body.contains_key(SECRET) {
            // The secret of the file has replaced a new one.
            secrets.remove(&name);
        }
    }
    Ok(())
}

/// Checks that the operations have made what the objects describe, and returns the state brought up to date. Only a
/// deletion changes objects of other kinds.
async fn check<'a>(
    context: &AdminContext<'_>,
    objects: &Objects,
    kinds: impl Iterator<Item = &'static Kind>,
    (plan, state): (&mut Plan, &'a mut State),
) -> Result<&'a State> {
    let changes = &plan.changes;
    let deletes = changes.iter().any(|change| change.action == Action::Delete);
    let mut rest = Plan::default();
    for kind in kinds {
        let changed: BTreeSet<&str> = plan.of(kind.name).map(|change| &*change.key).collect();
        let among = match (deletes, changed.is_empty()) {
            (true, _) => None,
            (false, true) => continue,
            (false, false) => state.read_changed(context, kind, &changed).await?,
        };
        if let Some(among) = among {
            let described = objects.get(kind.name).into_iter().flatten();
            let described = described.filter(|object| changed.contains(&*kind.key_of(object)));
            let described = [(kind.name.to_owned(), described.cloned().collect())];
            rest.add(Plan::make(context, &described.into(), iter::once(kind), &among).await?);
            state.update(among);
        } else {
            let found = State::read(context, [kind]).await?;
            rest.add(Plan::make(context, objects, iter::once(kind), &found).await?);
            state.replace(found);
        }
    }
    plan.problems.extend(rest.problems);
    for change in rest.changes {
        let text = match change.action {
            Action::Create => "would not be created".to_owned(),
            Action::Delete => "would not be deleted".to_owned(),
            Action::Change => {
                let members = change.members.iter();
                let members = members.map(|(name, (stored, _))| {
                    format!("{name} would be {stored}: write that, or another value")
                });
                members.collect::<Vec<_>>().join("; ")
            }
        };
        plan.add_problem(change.kind, &change.key, text);
    }
    Ok(state)
}
