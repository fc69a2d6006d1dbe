//! Lists of users.

use doorward_admin::prelude::*;
use doorward_rules::identifier;
use doorward_scim_protocol::schema::Resource;

use crate::failure::Result;
use crate::list::{self, Listed, Query, few, wanted_text};
use crate::server::Server;
use crate::user_resource::UserRecord;

/// Maximum number of users that a source can give one identifier.
const EXTERNAL: u64 = 50;

struct Users<'a> {
    server: &'a Server<'a>,
    /// Only the members of this group.
    group: Option<GroupId>,
    has_groups: bool,
}

impl Listed for Users<'_> {
    type Id = UserId;
    type Record = UserRecord;

    fn kind(&self) -> &Resource {
        self.server.users
    }

    fn parse(text: &str) -> Option<UserId> {
        UserId::parse(text)
    }

    async fn ids(&self, after: Option<UserId>, limit: u64) -> Result<Vec<UserId>> {
        let (conn, server) = (self.server.conn(), self.server);
        let Some(group) = self.group else {
            return Ok(repo::scim::list_reached(conn, server.source, after, limit).await?);
        };
        let members = repo::groups::members(conn, group, server.org(), after, limit).await?;
        Ok(members.into_iter().map(|(id, _)| id).collect())
    }

    async fn records(&self, ids: &[UserId]) -> Result<Vec<UserRecord>> {
        self.server.load_users(ids, self.has_groups).await
    }

    fn id(record: &UserRecord) -> UserId {
        record.user.id
    }

    fn resource(&self, record: &UserRecord) -> Map<String, Value> {
        record.resource(self.server)
    }

    async fn count(&self) -> Result<u64> {
        let source = self.server.source;
        Ok(repo::scim::count_reached(self.server.conn(), source, list::MAX_TOTAL).await?)
    }
}

/// Lists users in reach.
pub(crate) async fn list_users(server: &Server<'_>, query: &Query) -> Result<Value> {
    let mut users = Users {
        server,
        group: None,
        has_groups: query.needs("groups"),
    };
    if let Some(candidates) = candidates(server, query).await? {
        let mut reached = Vec::new();
        for id in candidates.ids {
            if server.reaches_user(id).await? {
                reached.push(id);
            }
        }
        let mut records = server.load_users(&reached, users.has_groups).await?;
        for record in &mut records {
            record.found_as.clone_from(&candidates.found_as);
        }
        return Ok(few(&users, query, &records));
    }
    let filter = query.filter.as_ref();
    if let Some(id) = filter.and_then(|filter| wanted_text(filter, "groups", "value")) {
        let group = match GroupId::parse(id) {
            Some(id) => repo::groups::find(server.conn(), id).await?,
            None => None,
        };
        let Some(group) = group.filter(|group| group.org.as_deref() == server.org()) else {
            return Ok(few(&users, query, &[]));
        };
        users.group = Some(group.id);
        users.has_groups = true;
    }
    list::walk(&users, query).await
}

#[derive(Default)]
struct Candidates {
    ids: Vec<UserId>,
    found_as: Option<String>,
}

/// Returns the few users that can fulfil the filter, by an attribute that an index has.
async fn candidates(server: &Server<'_>, query: &Query) -> Result<Option<Candidates>> {
    let Some(filter) = &query.filter else {
        return Ok(None);
    };
    let (conn, source) = (server.conn(), server.source.id);
    let by_identifier = async |text: &str| {
        let key = identifier::identifier_key(text);
        let found = match key {
            Some(key) => repo::users::find_by_identifier(conn, &key).await?,
            None => None,
        };
        Ok::<_, StoreError>(found.map(|user| user.id))
    };
    let mut found = Candidates::default();
    if let Some(id) = wanted_text(filter, "id", "") {
        found.ids.extend(UserId::parse(id));
    } else if let Some(name) = wanted_text(filter, "userName", "") {
        let label = repo::scim::find_named(conn, source, name).await?;
        found.ids.extend(label.map(|label| label.user_id));
        if found.ids.is_empty() {
            // A user whom the source has never named has both names.
            found.ids.extend(by_identifier(name).await?);
            found.found_as = name.contains('@').then(|| name.to_owned());
        }
    } else if let Some(external) = wanted_text(filter, "externalId", "") {
        let labels = repo::scim::list_external(conn, source, external, EXTERNAL).await?;
        found
            .ids
            .extend(labels.into_iter().map(|label| label.user_id));
    } else if let Some(email) = wanted_text(filter, "emails", "value") {
        found.ids.extend(by_identifier(email).await?);
    } else {
        return Ok(None);
    }
    Ok(Some(found))
}
