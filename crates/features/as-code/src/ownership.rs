//! Objects that the files of an apply describe: the console names the file, and does not change them.

use std::collections::BTreeMap;

use doorward_admin::kinds::{self, Kind};
use doorward_admin::operation::Boxed;
use doorward_admin::prelude::*;
use doorward_domain::model::ManagedObject;
use doorward_protocol::displayed_text;

use crate::plan::is_apply;
use crate::state::State;

/// Files of objects: `clients wiki` and `clients/wiki.toml:1`.
pub(crate) type Files = BTreeMap<String, String>;

const PAGE: u64 = 500;
const MAX_PATH: usize = 300;

/// Changes of clients that no file describes.
const OF_CLIENT: [&str; 4] = [
    "secret rotated",
    "former secret ended",
    "consents copied",
    "own text",
];
/// Changes of groups, organizations and permissions that a file describes.
const IN_FILES: [&str; 7] = [
    "changed",
    "deleted",
    "branding",
    "branding logo",
    "permission changed",
    "permission deleted",
    "renamed",
];

/// Returns true if an event is about what a file of this kind describes.
fn concerns(kind: &Kind, event: &AuditEvent) -> bool {
    let detail = |name: &str| event.detail.get(name).and_then(Value::as_str);
    let change = detail("change").unwrap_or_default();
    let holder = match kind.name {
        "groups" => "group",
        "clients" => "client",
        _ => "",
    };
    // The subject of an assignment is its holder.
    if event.kind == AuditKind::RoleChanged && detail("role").is_some() {
        return detail("holder") == Some(holder);
    }
    let is_text = change == "own text";
    if is_text || kind.name == "texts" {
        return is_text && kind.name == "texts";
    }
    kind.audit == event.kind
        && match event.kind {
            AuditKind::ClientChanged => !OF_CLIENT.contains(&change),
            AuditKind::GroupChanged | AuditKind::OrganizationChanged | AuditKind::RoleChanged => {
                IN_FILES.contains(&change) || change.ends_with(" renamed")
            }
            _ => true,
        }
}

/// Rejects a change in the console of an object that a file describes.
pub(crate) fn gate<'a>(
    context: &'a AdminContext<'_>,
    tx: WriteTx,
    event: &'a AuditEvent,
) -> Boxed<'a, Result<WriteTx>> {
    Box::pin(async move {
        let is_read_only = context
            .settings
            .config()
            .is_some_and(|config| config.as_code.read_only);
        let Some(subject) = event
            .subject
            .as_deref()
            .filter(|_| context.is_console && is_read_only && !is_apply(context.source.as_deref()))
        else {
            return Ok(tx);
        };
        for managed in repo::managed_objects::of_subject(&tx, subject).await? {
            let mut kinds = kinds::all().filter(|kind| kind.name == managed.kind);
            if kinds.any(|kind| concerns(kind, event)) {
                return Err(AdminError::Managed(managed.file));
            }
        }
        Ok(tx)
    })
}

/// Returns the file of an object of one of these kinds.
pub(crate) async fn file_of(conn: &Conn, kinds: &[&str], subject: &str) -> Result<Option<String>> {
    let found = repo::managed_objects::of_subject(conn, subject).await?;
    let mut found = found
        .into_iter()
        .filter(|one| kinds.contains(&one.kind.as_str()));
    Ok(found.next().map(|one| one.file))
}

/// Checks the files of an apply.
pub(crate) fn check(files: &Files) -> Result<()> {
    let is_plain =
        |path: &str| path.len() <= MAX_PATH && displayed_text::check_text(path, false).is_ok();
    match files.values().find(|path| !is_plain(path)) {
        None => Ok(()),
        Some(_) => Err(AdminError::invalid(
            "files",
            "write paths of at most 300 characters",
        )),
    }
}

/// Stores the files of the objects of these kinds. Writes only what differs.
pub(crate) async fn store(
    context: &AdminContext<'_>,
    kinds: impl Iterator<Item = &'static Kind>,
    state: &State,
    files: &Files,
    source: Option<&str>,
) -> Result<()> {
    let (mut changed, mut gone) = (Vec::new(), Vec::new());
    for kind in kinds {
        let mut stored = all(context.db.read(), kind).await?;
        for (key, object) in state.of(kind) {
            let id = format!("{} {key}", kind.name);
            let Some(file) = files.get(&id) else {
                continue;
            };
            let new = ManagedObject {
                kind: kind.name.to_owned(),
                subject: object.subject.clone(),
                file: file.clone(),
                source: source.map(str::to_owned),
                applied_at: context.now(),
                id,
            };
            let former = stored.remove(&new.id);
            let same = former
                .is_some_and(|former| former.file == new.file && former.subject == new.subject);
            if !same {
                changed.push(new);
            }
        }
        gone.extend(stored.into_keys());
    }
    let tx = context.db.begin_write().await?;
    for object in &changed {
        repo::managed_objects::put(&tx, object).await?;
    }
    for id in &gone {
        repo::managed_objects::remove(&tx, id).await?;
    }
    Ok(tx.commit().await?)
}

async fn all(conn: &Conn, kind: &Kind) -> Result<BTreeMap<String, ManagedObject>> {
    let (mut all, mut after) = (BTreeMap::new(), None::<String>);
    loop {
        let page = repo::managed_objects::list(conn, kind.name, after.as_deref(), PAGE).await?;
        after = page.last().map(|one| one.id.clone());
        if after.is_none() {
            return Ok(all);
        }
        all.extend(page.into_iter().map(|one| (one.id.clone(), one)));
    }
}

/// Forgets the files of all objects of a kind. Returns the number of objects.
pub(crate) async fn release(context: &AdminContext<'_>, kind: &str) -> Result<u64> {
    context.must_administer()?;
    let found = kinds::all().find(|known| known.name == kind);
    let kind = found.ok_or_else(|| AdminError::not_found("kind of objects", kind))?;
    let all = all(context.db.read(), kind).await?;
    let tx = context.begin().await?;
    for id in all.keys() {
        repo::managed_objects::remove(&tx, id).await?;
    }
    let event = context.event(AuditKind::SystemChanged, kind.name, "files forgotten");
    context
        .commit_with(tx, &event.with("objects", all.len()))
        .await?;
    Ok(all.len() as u64)
}
