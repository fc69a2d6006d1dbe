//! Writes users, in batches.

use std::collections::{BTreeSet, HashSet};

use doorward_domain::model::{AuditKind, LinkId, LinkedAccount, SubjectKind, TotpFactor, UserId};
use doorward_rules::identifier;
use doorward_services::caller::AuditEventExt as _;
use doorward_store::{StoreError, repo};

use super::import::{Import, ImportError};
use crate::hash;
use crate::item::{Decision, Item, Kind, Note};
use crate::plan::catalog::Catalog;
use crate::plan::user::{self, Known, NewUser, Taken};
use crate::record::UserRecord;

/// Plans a batch and, unless it is a dry run, writes it in one transaction.
pub async fn write(
    import: &Import<'_>,
    plan: &Catalog<'_>,
    taken: &mut Taken,
    batch: Vec<UserRecord>,
) -> Result<Vec<Item>, ImportError> {
    let now = import.operator.now();
    let known = known(import, plan, &batch).await?;
    let mut items = Vec::with_capacity(batch.len());
    let mut fresh = Vec::new();
    let mut passwords = Vec::new();
    for record in &batch {
        let id = UserId::generate(now, &mut import.operator.rng());
        let mut planned = plan.user(record, &known, taken, id, now);
        if let Some(new) = planned.create {
            let prepared = hash::prepare(record.password.as_ref());
            passwords.push(prepared.map_err(|note| add(&mut planned.item, note)).ok());
            fresh.push((record.old_id.as_str(), new));
            if import.is_dry && record.sub.is_none() {
                // The real run generates another one.
                planned.item.new_id = None;
            }
        }
        items.push(planned.item);
    }
    if !import.is_dry && !fresh.is_empty() {
        let hashes = hash::finish(passwords, &import.hashing, &import.operator.random);
        let stored = insert(import, fresh, hashes).await;
        stored.map_err(|error| match error {
            error if error.is_conflict() => ImportError::Overtaken,
            error => error.into(),
        })?;
    }
    Ok(items)
}

fn add(item: &mut Item, note: Note) {
    item.notes.push(note);
    item.decision = Decision::Change;
}

async fn known(
    import: &Import<'_>,
    plan: &Catalog<'_>,
    batch: &[UserRecord],
) -> Result<Known, StoreError> {
    let conn = import.operator.db.read();
    let old_ids = batch.iter().map(|record| record.old_id.as_str());
    let source = import.options.source.as_str();
    let imported = repo::imports::find(conn, source, Kind::User.as_str(), old_ids).await?;
    let mut wanted = repo::imports::UserKeys::default();
    let mut links = Vec::new();
    for record in batch {
        if imported.contains_key(&record.old_id) {
            continue;
        }
        let keys = user::keys(record, plan);
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
    Ok(Known {
        imported,
        names: found.names,
        skeletons: found.skeletons,
        emails: found.emails,
        ids: found.ids,
        links: repo::imports::links_with(conn, &links).await?,
    })
}

async fn insert(
    import: &Import<'_>,
    fresh: Vec<(&str, NewUser)>,
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
    let (mut assignments, mut members) = (Vec::new(), Vec::new());
    let (mut events, mut imported) = (Vec::new(), Vec::new());
    for ((old_id, new), hash) in fresh.into_iter().zip(hashes) {
        let mut user = new.user;
        let id = user.id;
        user.password_changed_at = hash.is_some().then_some(now);
        user.password_change_required = new.must_change_password && hash.is_some();
        user.password_hash = hash;
        let key = import.totp_key.expose();
        factors.extend(new.totp.map(|totp| TotpFactor {
            user_id: id,
            secret_sealed: totp.secret.seal(key, id, &mut import.operator.rng()),
            confirmed_at: Some(now),
            last_step: totp.last_step,
            failures: 0,
            locked_until: None,
            codes_saved_at: None,
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
        imported.push(import.record(Kind::User, old_id, text));
        users.push(user);
    }
    repo::imports::insert_all(&tx, &users).await?;
    repo::imports::insert_all(&tx, &factors).await?;
    repo::imports::insert_all(&tx, &links).await?;
    repo::imports::insert_all(&tx, &assignments).await?;
    repo::imports::insert_members(&tx, &members, now).await?;
    repo::audit::insert_all(&tx, &events).await?;
    repo::imports::insert(&tx, &imported).await?;
    tx.commit().await
}
