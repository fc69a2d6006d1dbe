//! Writes permissions, roles, groups, providers and clients.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::operator::AdminError;
use doorward_admin::providers;
use doorward_domain::model::{
    ADMIN_ROLE, AuditKind, Client, Group, GroupId, Permission, Role, SubjectKind,
};
use doorward_oauth::clients::registration;
use doorward_protocol::token::GrantType;
use doorward_rules::url_source::{FETCHED_SETTINGS, operator_urls};
use doorward_store::{StoreError, WriteTx, repo};

use super::import::{Import, ImportError};
use crate::hash;
use crate::item::{Decision, Item, Kind, Note};
use crate::plan::catalog::{Catalog, NewGroup, Stock};
use crate::plan::client::NewClient;
use crate::plan::draft::Planned;
use crate::record::Record;

/// Reads everything that the catalog may collide with.
pub async fn stock(import: &Import<'_>) -> Result<Stock, StoreError> {
    let conn = import.operator.db.read();
    let permissions = repo::roles::list_permissions(conn).await?;
    let roles = repo::roles::list(conn).await?;
    let providers = repo::providers::list(conn).await?;
    let clients = repo::clients::list_all(conn).await?;
    let imported = repo::imports::list_catalog(conn, &import.options.source).await?;
    let mut groups = BTreeSet::new();
    let mut after = None;
    loop {
        let page = repo::groups::list(conn, None, after, repo::PAGE_MAX).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let outside = page.into_iter().filter(|group| group.org.is_none());
        groups.extend(outside.map(|group| group.path));
    }
    let imported = imported.into_iter().filter_map(|one| {
        let kind = Kind::parse(&one.kind)?;
        Some(((kind, one.old_id), one.new_id))
    });
    let outbox = import.operator.outbox.as_ref();
    Ok(Stock {
        is_mail_ascii: outbox.is_some_and(|outbox| !outbox.reaches_beyond_ascii()),
        own_issuer: import.issuer.to_owned(),
        permissions: permissions
            .into_iter()
            .map(|one| (one.codename, one.audience))
            .collect(),
        roles: roles.into_iter().map(|role| role.name).collect(),
        groups,
        providers: providers
            .into_iter()
            .map(|one| (one.id.to_string(), one.issuer))
            .collect(),
        clients: clients.into_iter().map(|one| one.id.to_string()).collect(),
        imported: imported.collect(),
        redirect_schemes: import.operator.settings.clients.redirects.schemes.to_vec(),
        private_http: import.operator.settings.clients.redirects.private_http,
    })
}

/// Plans the objects and writes them in one transaction; a dry run rolls it back.
pub async fn write(
    import: &Import<'_>,
    plan: &mut Catalog<'_>,
    objects: Vec<Record>,
) -> Result<Vec<Item>, ImportError> {
    let tx = import.operator.begin().await?;
    let mut writer = Writer::new(import, &tx);
    for object in objects {
        writer.object(plan, object).await?;
    }
    let (items, imported) = (writer.items, writer.imported);
    finish(import, tx, &imported).await?;
    Ok(items)
}

/// Writes planned roles and groups in one transaction; a dry run rolls it back.
pub async fn write_planned(
    import: &Import<'_>,
    roles: Vec<Planned<Role>>,
    groups: Vec<Planned<NewGroup>>,
) -> Result<Vec<Item>, ImportError> {
    let tx = import.operator.begin().await?;
    let mut writer = Writer::new(import, &tx);
    for planned in roles {
        let item = writer.role(planned).await?;
        writer.add(item);
    }
    for planned in groups {
        let item = writer.planned_group(planned).await?;
        writer.add(item);
    }
    let (items, imported) = (writer.items, writer.imported);
    finish(import, tx, &imported).await?;
    Ok(items)
}

async fn finish(
    import: &Import<'_>,
    tx: WriteTx,
    imported: &[repo::imports::ImportedRecord],
) -> Result<(), StoreError> {
    repo::imports::insert(&tx, imported).await?;
    if import.is_dry {
        tx.rollback().await
    } else {
        tx.commit().await
    }
}

struct Writer<'a, 'b> {
    import: &'a Import<'b>,
    tx: &'a WriteTx,
    items: Vec<Item>,
    imported: Vec<repo::imports::ImportedRecord>,
    /// Path → id, of groups of this run.
    groups: BTreeMap<String, GroupId>,
}

impl<'a, 'b> Writer<'a, 'b> {
    const fn new(import: &'a Import<'b>, tx: &'a WriteTx) -> Self {
        Self {
            import,
            tx,
            items: Vec::new(),
            imported: Vec::new(),
            groups: BTreeMap::new(),
        }
    }

    /// Adds a result, and the memory of an imported object.
    fn add(&mut self, item: Item) {
        if let (Decision::Import | Decision::Change, Some(new_id)) = (item.decision, &item.new_id) {
            let record = self.import.record(item.kind, &item.old_id, new_id.clone());
            self.imported.push(record);
        }
        self.items.push(item);
    }

    async fn role(&self, planned: Planned<Role>) -> Result<Item, StoreError> {
        if let Some(role) = &planned.create {
            repo::roles::upsert(self.tx, role).await?;
            self.note(AuditKind::RoleChanged, &role.name).await?;
        }
        Ok(planned.item)
    }

    async fn planned_group(&mut self, planned: Planned<NewGroup>) -> Result<Item, StoreError> {
        if let Some(group) = planned.create {
            self.group(group).await?;
        }
        Ok(planned.item)
    }

    async fn object(&mut self, plan: &mut Catalog<'_>, object: Record) -> Result<(), ImportError> {
        if let Some(item) = plan.repeated(&object) {
            self.items.push(item);
            return Ok(());
        }
        let item = match object {
            Record::Permission(record) => {
                let planned = plan.permission(&record);
                if let Some(permission) = &planned.create {
                    self.permission(permission).await?;
                }
                planned.item
            }
            Record::Role(record) => {
                let planned = plan.role(record);
                self.role(planned).await?
            }
            Record::Group(record) => {
                let planned = plan.group(record);
                self.planned_group(planned).await?
            }
            Record::Provider(record) => {
                let planned = plan.provider(*record);
                let done = match &planned.create {
                    Some((id, spec)) => {
                        let (op, key) = (&self.import.operator, &self.import.provider_key);
                        providers::put_in(op, self.tx, key, id.as_str(), spec)
                            .await
                            .map(drop)
                    }
                    None => Ok(()),
                };
                unless_invalid(planned.item, done)?
            }
            Record::Client(record) => {
                let planned = plan.client(&record, self.import.operator.now());
                let done = match planned.create {
                    Some(new) => self.client(new).await,
                    None => Ok(()),
                };
                unless_invalid(planned.item, done)?
            }
            Record::Skipped(item) => item,
            Record::User(_) => return Ok(()),
        };
        self.add(item);
        Ok(())
    }

    async fn note(&self, kind: AuditKind, subject: &str) -> Result<(), StoreError> {
        repo::audit::insert(self.tx, &self.import.event(kind, subject)).await
    }

    /// Registers a permission; the role `admin` gets it, as with `doorward` commands.
    async fn permission(&self, new: &Permission) -> Result<(), StoreError> {
        repo::roles::upsert_permission(self.tx, new).await?;
        if let Some(mut admin) = repo::roles::find(self.tx, ADMIN_ROLE).await? {
            admin.permissions.insert(new.codename.clone());
            repo::roles::upsert(self.tx, &admin).await?;
        }
        self.note(AuditKind::RoleChanged, &new.codename).await
    }

    async fn group(&mut self, new: NewGroup) -> Result<(), StoreError> {
        let now = self.import.operator.now();
        let parent = match &new.parent {
            Some(path) => match self.groups.get(path) {
                Some(id) => Some(*id),
                None => repo::groups::find_by_path(self.tx, None, path)
                    .await?
                    .map(|group| group.id),
            },
            None => None,
        };
        let group = Group {
            id: GroupId::generate(now, &mut self.import.operator.rng()),
            path: new.path,
            description: new.description,
            code: None,
            org: None,
            parent,
            manager: None,
            created_at: now,
            updated_at: now,
        };
        repo::groups::insert(self.tx, &group).await?;
        self.groups.insert(group.path.clone(), group.id);
        let id = group.id.to_string();
        for role in &new.roles {
            let assignment = self.import.assignment((SubjectKind::Group, &id), role);
            repo::roles::assign(self.tx, &assignment).await?;
        }
        self.note(AuditKind::GroupChanged, &id).await
    }

    async fn client(&self, new: NewClient) -> Result<(), AdminError> {
        let mut client = new.client;
        if let Some(weak) = new.weak_secret {
            client.foreign_secret =
                hash::wrap(weak, &self.import.hashing, self.import.operator.rng());
        }
        let is_command = self.import.operator.authority.is_none();
        client.operator_urls = operator_urls(&[], &client, &FETCHED_SETTINGS, is_command);
        let limits = self.import.operator.settings.clients;
        registration::check(self.tx, None, &complete(&client), limits).await?;
        repo::clients::insert(self.tx, &client).await?;
        for role in &new.roles {
            let subject = (SubjectKind::Client, client.id.as_str());
            let assignment = self.import.assignment(subject, role);
            repo::roles::assign(self.tx, &assignment).await?;
        }
        self.note(AuditKind::ClientChanged, client.id.as_str())
            .await?;
        Ok(())
    }
}

/// Returns the client as the rules require it: a disabled client may still lack its redirect URI.
fn complete(client: &Client) -> Client {
    let mut whole = client.clone();
    let lacks = whole.redirect_uris.is_empty() && whole.allows_grant(&GrantType::AuthorizationCode);
    if lacks && !whole.is_active() {
        whole
            .redirect_uris
            .push("https://client.invalid/".to_owned());
    }
    whole
}

/// Turns a value that the rules reject into a skipped record.
fn unless_invalid(item: Item, done: Result<(), AdminError>) -> Result<Item, ImportError> {
    match done {
        Ok(()) => Ok(item),
        Err(error @ (AdminError::Invalid { .. } | AdminError::Taken { .. })) => {
            let mut notes = item.notes;
            notes.push(Note::new("invalid", error.to_string()));
            Ok(Item::skipped(item.kind, &item.old_id, &item.name, notes))
        }
        Err(error) => Err(error.into()),
    }
}
