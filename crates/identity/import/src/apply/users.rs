//! Writes users, in batches.

use std::collections::{BTreeSet, HashMap, HashSet};

use doorward_domain::boxed;
use doorward_domain::model::{
    AuditKind, LinkId, LinkedAccount, Member, SubjectKind, TotpFactor, UserId,
};
use doorward_rules::identifier;
use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo::imports::ImportedRecord;
use doorward_store::{StoreError, WriteTx, repo};

use super::changes::UserChange;
use super::import::{Import, ImportError};
use super::present;
use crate::hash::{self, Prepared};
use crate::item::{Decision, Item, Kind, Note};
use crate::plan::catalog::Catalog;
use crate::plan::compare::{self, PresentUser};
use crate::plan::draft::Planned;
use crate::plan::guard::Counts;
use crate::plan::matched::MatchedUser;
use crate::plan::user::{self, Known, NewUser, Taken};
use crate::record::UserRecord;
use crate::sync::AppliedState;

/// A user with its result, before it is written.
pub struct PlannedUser {
    pub item: Item,
    todo: Todo,
}

enum Todo {
    Nothing,
    Create {
        old_id: String,
        new: Box<NewUser>,
        password: Option<Prepared>,
    },
    /// Records a user who has an account here, and adds the groups.
    Match(String, MatchedUser),
    Change(UserChange),
    /// Stores what the file has given to a user that does not change otherwise.
    Remember(ImportedRecord),
}

impl PlannedUser {
    /// Returns true if nothing is written for this user.
    pub const fn is_settled(&self) -> bool {
        matches!(self.todo, Todo::Nothing)
    }

    pub fn count(&self, counts: &mut Counts) {
        match &self.todo {
            Todo::Create { .. } => counts.joined += 1,
            Todo::Change(change) => counts.add_change(&change.change, &self.item.changes),
            Todo::Nothing | Todo::Match(..) | Todo::Remember(_) => {}
        }
    }

    /// Returns the roles and the groups that the user gets.
    pub fn rights(&self) -> Option<(&BTreeSet<String>, &BTreeSet<String>)> {
        match &self.todo {
            Todo::Create { new, .. } => Some((&new.roles, &new.groups)),
            Todo::Match(_, matched) => Some((&matched.roles, &matched.groups)),
            Todo::Change(UserChange { change, .. }) => {
                Some((&change.roles.added, &change.groups.added))
            }
            Todo::Nothing | Todo::Remember(_) => None,
        }
    }
}

/// Plans a batch.
#[boxed(?Send)]
pub async fn plan(
    import: &Import<'_>,
    plan: &Catalog<'_>,
    taken: &mut Taken,
    batch: Vec<UserRecord>,
) -> Result<Vec<PlannedUser>, ImportError> {
    let stored = Stored::read(import, plan, &batch).await?;
    let each = batch
        .iter()
        .map(|record| planned(import, plan, taken, &stored, record));
    Ok(each.collect())
}

fn planned(
    import: &Import<'_>,
    plan: &Catalog<'_>,
    taken: &mut Taken,
    stored: &Stored,
    record: &UserRecord,
) -> PlannedUser {
    let now = import.operator.now();
    let old_id = record.old_id.as_str();
    if let (Some(comparison), Some(user)) = (import.comparison, stored.present.get(old_id)) {
        let (columns, known) = (&comparison.file.columns, &stored.known);
        let mut found = plan.compare(record, user, columns, (known, &mut *taken), now);
        let todo = if comparison.sync.is_some() {
            match (found.change, stored.record(old_id, &found.state)) {
                (Some(change), Some(record)) => Todo::Change(UserChange {
                    id: user.user.id,
                    change: import.with_mails(*change),
                    record,
                }),
                (None, Some(record)) if stored.is_new(&record) => Todo::Remember(record),
                _ => Todo::Nothing,
            }
        } else {
            if found.item.decision != Decision::Unchanged {
                found.item.decision = Decision::Differs;
            }
            Todo::Nothing
        };
        let item = found.item;
        return PlannedUser { item, todo };
    }
    if let Some(Planned { create, item }) = plan.matched(record, &stored.known, taken) {
        let matched = |matched| Todo::Match(old_id.to_owned(), matched);
        let todo = create.map_or(Todo::Nothing, matched);
        return PlannedUser { item, todo };
    }
    let id = UserId::generate(now, &mut import.operator.rng());
    let Planned { create, mut item } = plan.user(record, &stored.known, taken, id, now);
    let todo = match create {
        Some(new) => {
            let prepared = hash::prepare(record.password.as_ref());
            let password = prepared.map_err(|note| add(&mut item, note)).ok();
            if import.is_dry && record.sub.is_none() {
                // The real run generates another one.
                item.new_id = None;
            }
            Todo::Create {
                old_id: old_id.to_owned(),
                new: Box::new(new),
                password,
            }
        }
        None => Todo::Nothing,
    };
    PlannedUser { item, todo }
}

/// Writes planned users unless it is a dry run: new users in one transaction, and each changed user in
/// a separate one. `former` as in [`Import::change`].
pub async fn write(
    import: &Import<'_>,
    former: &mut Vec<UserId>,
    users: Vec<PlannedUser>,
) -> Result<Vec<Item>, ImportError> {
    let mut items = Vec::with_capacity(users.len());
    let (mut fresh, mut passwords) = (Vec::new(), Vec::new());
    let (mut changes, mut states) = (Vec::new(), Vec::new());
    let mut matched = Vec::new();
    for PlannedUser { item, todo } in users {
        match todo {
            Todo::Nothing => {}
            Todo::Create {
                old_id,
                new,
                password,
            } => {
                fresh.push((old_id, *new));
                passwords.push(password);
            }
            Todo::Match(old_id, user) => matched.push((old_id, user)),
            Todo::Change(change) => changes.push((items.len(), change)),
            Todo::Remember(record) => states.push(record),
        }
        items.push(item);
    }
    if !import.is_dry && !fresh.is_empty() {
        let hashes = hash::finish(passwords, &import.hashing, &import.operator.random);
        let inserted = insert(import, fresh, hashes).await;
        inserted.map_err(|error| match error {
            error if error.is_conflict() => ImportError::Overtaken,
            error => error.into(),
        })?;
    }
    if !import.is_dry && !matched.is_empty() {
        let attached = attach(import, matched).await;
        attached.map_err(|error| match error {
            error if error.is_conflict() => ImportError::Overtaken,
            error => error.into(),
        })?;
    }
    for (at, change) in changes {
        import.change(&mut items[at], &change, former).await?;
    }
    if !import.is_dry {
        import.remember(&states).await?;
    }
    Ok(items)
}

fn add(item: &mut Item, note: Note) {
    item.notes.push(note);
    item.decision = Decision::Change;
}

/// The contents of the store for a batch.
struct Stored {
    /// Records of the users that an earlier run has imported, by the id in the source.
    records: HashMap<String, ImportedRecord>,
    /// These users, if they are compared.
    present: HashMap<String, PresentUser>,
    known: Known,
}

impl Stored {
    async fn read(
        import: &Import<'_>,
        plan: &Catalog<'_>,
        batch: &[UserRecord],
    ) -> Result<Self, StoreError> {
        let conn = import.operator.db.read();
        let old_ids = batch.iter().map(|record| record.old_id.as_str());
        let source = import.options.source.as_str();
        let records = repo::imports::find(conn, source, Kind::User.as_str(), old_ids).await?;
        let present = if import.comparison.is_some() {
            present::read(conn, &records).await?
        } else {
            HashMap::new()
        };
        let mut wanted = repo::imports::UserKeys::default();
        let mut links = Vec::new();
        for record in batch {
            let keys = match present.get(&record.old_id) {
                Some(present) => compare::new_keys(record, &present.user, source),
                None if records.contains_key(&record.old_id) => continue,
                None => user::keys(record, plan),
            };
            wanted.skeletons.extend(
                keys.names
                    .iter()
                    .map(|name| identifier::username_skeleton(name)),
            );
            wanted.names.extend(keys.names);
            wanted.emails.extend(keys.emails);
            wanted.ids.extend(record.sub);
            links.extend(keys.links);
        }
        let found = repo::imports::users_with(conn, &wanted).await?;
        let imported = records.values();
        let imported = imported.map(|record| (record.old_id.clone(), record.new_id.clone()));
        Ok(Self {
            known: Known {
                imported: imported.collect(),
                names: found.names,
                skeletons: found.skeletons,
                emails: found.emails,
                ids: found.ids,
                links: repo::imports::links_with(conn, &links).await?,
                verified: found.verified,
            },
            records,
            present,
        })
    }

    /// Returns the record of a user with this state.
    fn record(&self, old_id: &str, state: &AppliedState) -> Option<ImportedRecord> {
        let record = self.records.get(old_id)?;
        Some(ImportedRecord {
            applied: Some(state.to_stored()),
            ..record.clone()
        })
    }

    /// Returns true if the state of a record is not stored.
    fn is_new(&self, record: &ImportedRecord) -> bool {
        self.records.get(&record.old_id) != Some(record)
    }
}

/// Adds users to the organization of the option. A member stays as is.
async fn join(
    import: &Import<'_>,
    tx: &WriteTx,
    users: impl Iterator<Item = UserId>,
) -> Result<(), StoreError> {
    let Some(org) = &import.options.org else {
        return Ok(());
    };
    for user_id in users {
        if repo::organizations::member(tx, org, user_id)
            .await?
            .is_some()
        {
            continue;
        }
        let member = Member {
            user_id,
            is_owner: false,
            created_at: import.operator.now(),
            expires_at: None,
        };
        repo::organizations::put_member(tx, org, &member).await?;
    }
    Ok(())
}

/// Records users of the source who have an account here, and adds them to their groups.
async fn attach(
    import: &Import<'_>,
    matched: Vec<(String, MatchedUser)>,
) -> Result<(), StoreError> {
    let op = &import.operator;
    let tx = op.begin().await?;
    let paths = matched.iter().flat_map(|(_, user)| &user.groups);
    let paths: HashSet<&str> = paths.map(String::as_str).collect();
    let groups = repo::groups::line(&tx, None, paths).await?;
    let (mut events, mut imported) = (Vec::new(), Vec::new());
    join(import, &tx, matched.iter().map(|(_, user)| user.user)).await?;
    for (
        old_id,
        MatchedUser {
            user, groups: own, ..
        },
    ) in matched
    {
        let joined = groups.iter().filter(|group| own.contains(&group.path));
        for group in joined {
            repo::groups::add_member(&tx, group.id, user, op.now()).await?;
        }
        let text = user.to_string();
        let paths: Vec<_> = own.iter().cloned().collect();
        events.push(
            import
                .event(AuditKind::UserChanged, &text)
                .with("matched", "email")
                .with("groups", paths),
        );
        let state = AppliedState {
            groups: own,
            ..AppliedState::default()
        };
        imported.push(import.user_record(&old_id, text, &state));
    }
    repo::audit::insert_all(&tx, &events).await?;
    repo::imports::insert(&tx, &imported).await?;
    tx.commit().await
}

async fn insert(
    import: &Import<'_>,
    fresh: Vec<(String, NewUser)>,
    hashes: Vec<Option<String>>,
) -> Result<(), StoreError> {
    let op = &import.operator;
    let now = op.now();
    let tx = op.begin().await?;
    let paths = fresh.iter().flat_map(|(_, new)| &new.groups);
    let paths: HashSet<&str> = paths.map(String::as_str).collect();
    let groups = repo::groups::line(&tx, None, paths).await?;
    let existing = repo::roles::list(&tx).await?.into_iter();
    let existing: BTreeSet<_> = existing.map(|role| role.name).collect();
    let mut users = Vec::with_capacity(fresh.len());
    let (mut factors, mut links) = (Vec::new(), Vec::new());
    let mut codes = Vec::new();
    let (mut assignments, mut members) = (Vec::new(), Vec::new());
    let (mut events, mut imported) = (Vec::new(), Vec::new());
    for ((old_id, new), hash) in fresh.into_iter().zip(hashes) {
        let state = compare::state_of_new(&new);
        let mut user = new.user;
        let id = user.id;
        user.password_changed_at = hash.is_some().then_some(now);
        user.password_change_required = new.must_change_password && hash.is_some();
        user.password_hash = hash;
        let recovery = import.recovery_key.expose();
        let hashes = new.backup_codes.iter().map(|code| code.hash(recovery, id));
        codes.extend(hashes.map(|hash| (id, hash)));
        let has_codes = !new.backup_codes.is_empty();
        let key = import.totp_key.expose();
        factors.extend(new.totp.map(|totp| TotpFactor {
            user_id: id,
            secret_sealed: totp.secret.seal(key, id, &mut import.operator.rng()),
            confirmed_at: Some(now),
            last_step: totp.last_step,
            failures: 0,
            locked_until: None,
            codes_saved_at: has_codes.then_some(now),
            created_at: now,
        }));
        links.extend(
            new.links
                .into_iter()
                .map(|(issuer, subject, label)| LinkedAccount {
                    id: LinkId::generate(now, &mut import.operator.rng()),
                    user_id: id,
                    issuer,
                    subject,
                    label,
                    roles: Vec::new(),
                    created_at: now,
                    last_used_at: None,
                }),
        );
        let text = id.to_string();
        let held = new.roles.iter().filter(|role| existing.contains(*role));
        assignments.extend(held.map(|role| import.assignment((SubjectKind::User, &text), role)));
        let own = groups
            .iter()
            .filter(|group| new.groups.contains(&group.path));
        members.extend(own.map(|group| (group.id, id)));
        let roles: Vec<_> = new.roles.iter().cloned().collect();
        events.push(
            import
                .event(AuditKind::UserChanged, &text)
                .with("roles", roles),
        );
        imported.push(import.user_record(&old_id, text, &state));
        users.push(user);
    }
    repo::imports::insert_all(&tx, &users).await?;
    repo::imports::insert_all(&tx, &factors).await?;
    let codes = codes.iter().map(|(user, hash)| (*user, hash));
    repo::recovery_codes::insert(&tx, codes, now).await?;
    repo::imports::insert_all(&tx, &links).await?;
    repo::imports::insert_all(&tx, &assignments).await?;
    repo::imports::insert_members(&tx, &members, now).await?;
    join(import, &tx, users.iter().map(|user| user.id)).await?;
    repo::audit::insert_all(&tx, &events).await?;
    repo::imports::insert(&tx, &imported).await?;
    tx.commit().await
}
