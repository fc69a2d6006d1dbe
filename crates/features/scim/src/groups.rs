//! Groups as SCIM resources (RFC 7643 §4.2): creation, change, deletion and lists.

use doorward_admin::groups::{self, NewGroup};
use doorward_admin::operator::version;
use doorward_admin::prelude::*;
use doorward_domain::model::scim::ScimGroup;
use doorward_domain::time::to_rfc3339;
use doorward_rules::slug;
use doorward_scim_protocol::error::ScimError;
use doorward_scim_protocol::patch::{self, MemberChange, member_ids, split_members};
use doorward_scim_protocol::schema::Resource;

use crate::failure::{Result, forbidden};
use crate::group_members::{self, plain_path};
use crate::list::{self, Listed, Query, few, wanted_text};
use crate::server::Server;
use crate::user_changes::required_label;
use crate::users::{Edit, require_version};

/// Number of groups that a filter by name or identifier can find.
const NAMED: u64 = 100;
/// Number of paths that are tried for a new group.
const PATHS: usize = 50;

/// A group with what the source knows of it.
#[derive(Clone, Debug)]
pub(crate) struct GroupRecord {
    pub group: Group,
    pub label: Option<ScimGroup>,
    /// Members for a response; `None` if they are too many, or not wanted.
    pub members: Option<Vec<Value>>,
}

impl GroupRecord {
    fn attributes(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        shown.insert("id".to_owned(), self.group.id.to_string().into());
        let label = self.label.as_ref();
        let name = label.and_then(|label| label.display_name.clone());
        let name = name.unwrap_or_else(|| plain_path(&self.group).to_owned());
        shown.insert("displayName".to_owned(), name.into());
        if let Some(external) = label.and_then(|label| label.external_id.clone()) {
            shown.insert("externalId".to_owned(), external.into());
        }
        shown
    }

    /// Returns the version for `ETag`; `None` without the members.
    pub(crate) fn version(&self) -> Option<String> {
        let members = self.members.as_ref()?;
        let ids: Vec<_> = members.iter().map(|member| &member["value"]).collect();
        Some(format!("W/\"{}\"", version(&(self.attributes(), ids))))
    }

    pub(crate) fn resource(&self, server: &Server<'_>) -> Map<String, Value> {
        let mut shown = self.attributes();
        if let Some(members) = self.members.clone().filter(|members| !members.is_empty()) {
            shown.insert("members".to_owned(), members.into());
        }
        shown.insert("schemas".to_owned(), server.groups.names_in(&shown).into());
        let mut meta = json!({
            "resourceType": "Group",
            "created": to_rfc3339(self.group.created_at),
            "lastModified": to_rfc3339(self.group.updated_at),
            "location": format!("{}/Groups/{}", server.base, self.group.id),
        });
        if let Some(version) = self.version() {
            meta["version"] = version.into();
        }
        shown.insert("meta".to_owned(), meta);
        shown
    }
}

impl Server<'_> {
    async fn load_groups(&self, groups: Vec<Group>, has_members: bool) -> Result<Vec<GroupRecord>> {
        let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
        let mut labels = repo::scim::group_labels(self.conn(), self.source.id, ids).await?;
        let mut records = Vec::new();
        for group in groups {
            records.push(GroupRecord {
                label: labels.remove(&group.id),
                members: if has_members {
                    group_members::shown(self, &group).await?
                } else {
                    None
                },
                group,
            });
        }
        Ok(records)
    }

    /// Returns a group in reach: of the organization, or of none.
    ///
    /// # Errors
    /// Returns 404 for every other ID.
    pub(crate) async fn find_group(&self, id: &str, has_members: bool) -> Result<GroupRecord> {
        let not_found = || ScimError::not_found(id);
        let known = GroupId::parse(id).ok_or_else(not_found)?;
        let found = repo::groups::find(self.conn(), known).await?;
        let group = found.filter(|group| group.org.as_deref() == self.org());
        let group = group.ok_or_else(not_found)?;
        let found = self.load_groups(vec![group], has_members).await?.pop();
        Ok(found.ok_or_else(not_found)?)
    }
}

async fn put_label(server: &Server<'_>, label: &ScimGroup) -> Result<()> {
    let tx = server.context.db.begin_write().await?;
    repo::scim::put_group(&tx, label).await?;
    tx.commit().await?;
    Ok(())
}

/// Creates a group. Its path comes from its name, and stays when the name changes: apps and policies know the path.
pub(crate) async fn create(server: &Server<'_>, sent: &Map<String, Value>) -> Result<GroupRecord> {
    let read = server.groups.read(sent)?;
    let name = required_label(
        "displayName",
        read.get("displayName").unwrap_or(&Value::Null),
    )?;
    let external = external_id(&read)?.filter(|id| !id.is_empty());
    let members = member_ids(read.get("members").unwrap_or(&Value::Null))?;
    server
        .write(async |server| {
            let new = NewGroup {
                name: free_path(server, &name).await?,
                org: server.org().map(str::to_owned),
                description: name.clone(),
                ..NewGroup::default()
            };
            let group = groups::create(&server.context, new).await?;
            let label = ScimGroup {
                source_id: server.source.id,
                group_id: group.id,
                display_name: Some(name.clone()),
                external_id: external.clone(),
                is_own: true,
                created_at: server.context.now(),
            };
            put_label(server, &label).await?;
            if !members.is_empty() {
                let add = MemberChange::Add(members.clone());
                group_members::change(server, &group, vec![add]).await?;
            }
            server.find_group(&group.id.to_string(), true).await
        })
        .await
}

/// Returns the wanted identifier; an empty one removes it.
fn external_id(read: &Map<String, Value>) -> Result<Option<String>> {
    match read.get("externalId").map(|value| (value, value.as_str())) {
        None => Ok(None),
        Some((_, None | Some(""))) => Ok(Some(String::new())),
        Some((value, Some(_))) => required_label("externalId", value).map(Some),
    }
}

async fn free_path(server: &Server<'_>, name: &str) -> Result<String> {
    let wanted = slug::group(name);
    for path in slug::numbered(&wanted).take(PATHS) {
        let (conn, org) = (server.conn(), server.org());
        let taken = repo::groups::find_by_path(conn, org, &format!("/{path}")).await?;
        if taken.is_none() {
            return Ok(path);
        }
    }
    Err(ScimError::taken("there are too many groups with this name").into())
}

/// Changes a group: its names at the source, and its members.
pub(crate) async fn change(
    server: &Server<'_>,
    id: &str,
    seen: Option<&str>,
    edit: Edit,
    shows_members: bool,
) -> Result<GroupRecord> {
    let (members, after) = match edit {
        Edit::Replace(sent) => {
            let read = server.groups.read(&sent)?;
            let members = read.get("members").map(member_ids).transpose()?;
            (
                members.map(MemberChange::Replace).into_iter().collect(),
                Ok(read),
            )
        }
        Edit::Patch(changes) => {
            let (members, others) = split_members(changes)?;
            (members, Err(others))
        }
    };
    server
        .write(async |server| {
            let needs_members = seen.is_some_and(|seen| seen.trim() != "*");
            let before = server.find_group(id, needs_members).await?;
            require_version(seen, &before.version().unwrap_or_default())?;
            let after = match after {
                Ok(read) => read,
                Err(changes) => {
                    let mut after = before.attributes();
                    patch::apply(server.groups, &mut after, changes)?;
                    after
                }
            };
            let mut label = before.label.clone().unwrap_or_else(|| ScimGroup {
                source_id: server.source.id,
                group_id: before.group.id,
                display_name: None,
                external_id: None,
                is_own: false,
                created_at: server.context.now(),
            });
            if let Some(name) = after.get("displayName") {
                let name = required_label("displayName", name)?;
                let is_path = label.display_name.is_none() && name == plain_path(&before.group);
                label.display_name = (!is_path).then_some(name);
            }
            if let Some(external) = external_id(&after)? {
                label.external_id = Some(external).filter(|id| !id.is_empty());
            }
            let is_new = before.label.is_none();
            let is_empty = label.display_name.is_none() && label.external_id.is_none();
            if before.label.as_ref() != Some(&label) && !(is_new && is_empty) {
                put_label(server, &label).await?;
            }
            group_members::change(server, &before.group, members).await?;
            server.find_group(id, shows_members).await
        })
        .await
}

/// Deletes a group that the source has created.
pub(crate) async fn delete(server: &Server<'_>, id: &str, seen: Option<&str>) -> Result<()> {
    server
        .write(async |server| {
            let before = server.find_group(id, seen.is_some()).await?;
            require_version(seen, &before.version().unwrap_or_default())?;
            if !before.label.as_ref().is_some_and(|label| label.is_own) {
                let why = "the source has not created this group; an administrator deletes it";
                return Err(forbidden(why));
            }
            groups::delete(&server.context, before.group.id).await?;
            Ok(())
        })
        .await
}

struct Groups<'a> {
    server: &'a Server<'a>,
    has_members: bool,
}

impl Listed for Groups<'_> {
    type Id = GroupId;
    type Record = GroupRecord;

    fn kind(&self) -> &Resource {
        self.server.groups
    }

    fn parse(text: &str) -> Option<GroupId> {
        GroupId::parse(text)
    }

    async fn ids(&self, after: Option<GroupId>, limit: u64) -> Result<Vec<GroupId>> {
        let (conn, org) = (self.server.conn(), self.server.org());
        let found = repo::groups::list_within(conn, org, after, limit).await?;
        Ok(found.iter().map(|group| group.id).collect())
    }

    async fn records(&self, ids: &[GroupId]) -> Result<Vec<GroupRecord>> {
        let mut found = repo::groups::find_all(self.server.conn(), ids).await?;
        found.sort_by_key(|group| group.id);
        self.server.load_groups(found, self.has_members).await
    }

    fn id(record: &GroupRecord) -> GroupId {
        record.group.id
    }

    fn resource(&self, record: &GroupRecord) -> Map<String, Value> {
        record.resource(self.server)
    }

    async fn count(&self) -> Result<u64> {
        let (conn, org) = (self.server.conn(), self.server.org());
        Ok(repo::groups::count_within(conn, org, list::MAX_TOTAL).await?)
    }
}

/// Lists groups in reach. Their members are listed if the request names them, or finds few groups.
pub(crate) async fn list_groups(server: &Server<'_>, query: &Query) -> Result<Value> {
    let mut all = Groups {
        server,
        has_members: query.selection.names("members") || query.filters("members"),
    };
    let Some(ids) = candidates(server, query).await? else {
        return list::walk(&all, query).await;
    };
    all.has_members = query.needs("members");
    let mut found = repo::groups::find_all(server.conn(), &ids).await?;
    found.retain(|group| group.org.as_deref() == server.org());
    let records = server.load_groups(found, all.has_members).await?;
    Ok(few(&all, query, &records))
}

/// Returns the few groups that can fulfil the filter, by an attribute that an index has.
async fn candidates(server: &Server<'_>, query: &Query) -> Result<Option<Vec<GroupId>>> {
    let Some(filter) = &query.filter else {
        return Ok(None);
    };
    let (conn, source, org) = (server.conn(), server.source.id, server.org());
    let of = |labels: Vec<ScimGroup>| labels.into_iter().map(|label| label.group_id);
    if let Some(id) = wanted_text(filter, "id", "") {
        return Ok(Some(GroupId::parse(id).into_iter().collect()));
    }
    if let Some(name) = wanted_text(filter, "displayName", "") {
        let mut found: Vec<_> =
            of(repo::scim::list_groups_named(conn, source, name, NAMED).await?).collect();
        let path = format!("/{}", name.trim_start_matches('/').to_lowercase());
        let path = repo::groups::find_by_path(conn, org, &path).await?;
        found.extend(path.map(|group| group.id));
        found.sort_unstable();
        found.dedup();
        return Ok(Some(found));
    }
    if let Some(external) = wanted_text(filter, "externalId", "") {
        let labels = repo::scim::list_groups_external(conn, source, external, NAMED).await?;
        return Ok(Some(of(labels).collect()));
    }
    if let Some(user) = wanted_text(filter, "members", "value") {
        let Some(user) = UserId::parse(user) else {
            return Ok(Some(Vec::new()));
        };
        if !server.reaches_user(user).await? {
            return Ok(Some(Vec::new()));
        }
        let groups = repo::groups::of_user(conn, user).await?;
        return Ok(Some(groups.into_iter().map(|group| group.id).collect()));
    }
    Ok(None)
}
