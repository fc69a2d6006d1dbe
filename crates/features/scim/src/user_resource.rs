//! Users as SCIM resources (RFC 7643 §4.1, §4.3), with the profile fields of the deployment.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use doorward_admin::operator::version;
use doorward_admin::prelude::*;
use doorward_domain::model::scim::{ScimState, ScimUser};
use doorward_domain::model::{FieldKind, FieldValues, ProfileField};
use doorward_domain::time::to_rfc3339;
use doorward_rules::profile::text_of;
use doorward_scim_protocol::error::ScimError;
use doorward_scim_protocol::urn;

use crate::attributes::{ADDRESS, TEXTS, place_of};
use crate::failure::Result;
use crate::group_members::plain_path;
use crate::server::Server;

/// A user with what the source and the deployment know of it.
#[derive(Clone, Debug)]
pub(crate) struct UserRecord {
    pub user: User,
    pub label: Option<ScimUser>,
    pub values: FieldValues,
    /// Groups with their names at the source.
    pub groups: Vec<(GroupId, String)>,
    /// The name by which the source has found a user whom it has never named.
    pub found_as: Option<String>,
}

impl UserRecord {
    /// Returns the name of the user at the source: its own, or else the user name or the address.
    pub(crate) fn user_name(&self) -> &str {
        let label = self
            .label
            .as_ref()
            .and_then(|label| label.user_name.as_deref());
        let name = label.or(self.found_as.as_deref());
        name.unwrap_or_else(|| self.user.login_identifier())
    }

    pub(crate) fn is_own(&self) -> bool {
        self.label.as_ref().is_some_and(|label| label.is_own)
    }

    fn has_left(&self) -> bool {
        self.label
            .as_ref()
            .is_some_and(|label| label.state == ScimState::Left)
    }

    /// Returns the values that a source changes, without groups and metadata.
    pub(crate) fn attributes(&self, server: &Server<'_>) -> Map<String, Value> {
        let User { id, profile, .. } = &self.user;
        let mut names = Map::new();
        let mut shown = Map::new();
        for (field, pointer) in TEXTS {
            let text = text_of(profile, field);
            if text.is_empty() {
                continue;
            }
            match pointer.strip_prefix("/name/") {
                Some(part) => names.insert(part.to_owned(), text.into()),
                None => shown.insert(pointer[1..].to_owned(), text.into()),
            };
        }
        shown.insert("id".to_owned(), id.to_string().into());
        let external = self
            .label
            .as_ref()
            .and_then(|label| label.external_id.clone());
        if let Some(external) = external {
            shown.insert("externalId".to_owned(), external.into());
        }
        shown.insert("userName".to_owned(), self.user_name().into());
        if !names.is_empty() {
            shown.insert("name".to_owned(), names.into());
        }
        shown.insert("displayName".to_owned(), self.user.display_name().into());
        shown.insert("active".to_owned(), self.user.is_active().into());
        let email = json!([{ "value": self.user.email, "type": "work", "primary": true }]);
        shown.insert("emails".to_owned(), email);
        if let Some(phone) = &profile.phone_number {
            let phones = json!([{ "value": phone, "type": "work", "primary": true }]);
            shown.insert("phoneNumbers".to_owned(), phones);
        }
        if let Some(address) = self.address() {
            shown.insert("addresses".to_owned(), json!([address]));
        }
        for field in server.fields {
            if let Some(value) = self.values.get(&field.name) {
                put_value(&mut shown, field, value, server.base);
            }
        }
        shown
    }

    fn address(&self) -> Option<Value> {
        let profile = &self.user.profile;
        let parts = ADDRESS.map(|(field, name)| (name, text_of(profile, field)));
        let mut parts: Map<String, Value> = parts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.to_owned(), text.into()))
            .collect();
        let formatted = profile
            .address
            .as_ref()
            .and_then(|address| address.formatted.clone());
        if let Some(formatted) = formatted {
            parts.insert("formatted".to_owned(), formatted.into());
        }
        if parts.is_empty() {
            return None;
        }
        parts.insert("type".to_owned(), "work".into());
        Some(parts.into())
    }

    /// Returns the version of the resource, for its `ETag`.
    pub(crate) fn version(&self, server: &Server<'_>) -> String {
        format!("W/\"{}\"", version(&self.attributes(server)))
    }

    pub(crate) fn resource(&self, server: &Server<'_>) -> Map<String, Value> {
        let mut shown = self.attributes(server);
        let version = format!("W/\"{}\"", version(&shown));
        if !self.groups.is_empty() {
            let groups = self.groups.iter().map(|(id, name)| {
                json!({
                    "value": id.to_string(), "display": name, "type": "direct",
                    "$ref": format!("{}/Groups/{id}", server.base),
                })
            });
            shown.insert("groups".to_owned(), groups.collect());
        }
        let schemas = server.users.names_in(&shown);
        shown.insert("schemas".to_owned(), schemas.into());
        let meta = json!({
            "resourceType": "User",
            "created": to_rfc3339(self.user.created_at),
            "lastModified": to_rfc3339(self.user.updated_at),
            "location": format!("{}/Users/{}", server.base, self.user.id),
            "version": version,
        });
        shown.insert("meta".to_owned(), meta);
        shown
    }
}

fn put_value(shown: &mut Map<String, Value>, field: &ProfileField, value: &Value, base: &str) {
    let (schema, name) = place_of(field);
    let value = match (schema, &field.kind, value) {
        (urn::ENTERPRISE, FieldKind::User, Value::String(id)) => {
            json!({ "value": id, "$ref": format!("{base}/Users/{id}") })
        }
        (_, _, value) => value.clone(),
    };
    if value.is_null() {
        return;
    }
    let parts = shown.entry(schema).or_insert_with(|| Map::new().into());
    if let Value::Object(parts) = parts {
        parts.insert(name.to_owned(), value);
    }
}

impl Server<'_> {
    /// Reads users that the caller has found in reach, in the order of their IDs. Those that the source has deleted are
    /// left out.
    pub(crate) async fn load_users(
        &self,
        ids: &[UserId],
        has_groups: bool,
    ) -> Result<Vec<UserRecord>> {
        let conn = self.conn();
        let found = repo::users::find_many(conn, ids.iter().copied()).await?;
        let mut labels = repo::scim::labels(conn, self.source.id, ids.iter().copied()).await?;
        let mut values = if self.fields.is_empty() {
            BTreeMap::new()
        } else {
            repo::profile_fields::values_of_users(conn, ids).await?
        };
        let mut groups = if has_groups {
            self.groups_of(ids).await?
        } else {
            HashMap::new()
        };
        let records = found.into_iter().map(|user| UserRecord {
            label: labels.remove(&user.id),
            values: values.remove(&user.id).unwrap_or_default(),
            groups: groups.remove(&user.id).unwrap_or_default(),
            found_as: None,
            user,
        });
        Ok(records.filter(|record| !record.has_left()).collect())
    }

    /// Returns the groups of users that are in reach, with their names at the source.
    async fn groups_of(&self, ids: &[UserId]) -> Result<HashMap<UserId, Vec<(GroupId, String)>>> {
        let mut all = repo::groups::of_users(self.conn(), ids).await?;
        all.retain(|(_, group)| group.org.as_deref() == self.org());
        let groups: BTreeSet<GroupId> = all.iter().map(|(_, group)| group.id).collect();
        let labels = repo::scim::group_labels(self.conn(), self.source.id, groups).await?;
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for (user, group) in all {
            let label = labels
                .get(&group.id)
                .and_then(|label| label.display_name.clone());
            let name = label.unwrap_or_else(|| plain_path(&group).to_owned());
            found.entry(user).or_default().push((group.id, name));
        }
        Ok(found)
    }

    /// Returns true if the user is in reach: a member of the organization, or any user of the deployment.
    pub(crate) async fn reaches_user(&self, id: UserId) -> Result<bool> {
        Ok(match self.org() {
            None => true,
            Some(org) => repo::organizations::member(self.conn(), org, id)
                .await?
                .is_some(),
        })
    }

    /// Returns a user in reach.
    ///
    /// # Errors
    /// Returns 404 for every other ID.
    pub(crate) async fn find_user(&self, id: &str, has_groups: bool) -> Result<UserRecord> {
        let not_found = || ScimError::not_found(id);
        let known = UserId::parse(id).ok_or_else(not_found)?;
        if !self.reaches_user(known).await? {
            return Err(not_found().into());
        }
        let found = self.load_users(&[known], has_groups).await?.pop();
        Ok(found.ok_or_else(not_found)?)
    }
}
