//! The use cases of both kinds of resources, for single requests and those of a bulk.

use serde_json::{Map, Value};

use crate::failure::Result;
use crate::list::Query;
use crate::server::Server;
use crate::users::Edit;
use crate::{groups, users};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    User,
    Group,
}

impl Kind {
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }
}

/// A resource of a response.
pub(crate) struct Shown {
    pub resource: Map<String, Value>,
}

impl Shown {
    fn meta(&self, name: &str) -> Option<&str> {
        self.resource.get("meta")?.get(name)?.as_str()
    }

    /// Returns the version of the resource, for `ETag`.
    pub(crate) fn version(&self) -> Option<&str> {
        self.meta("version")
    }

    pub(crate) fn location(&self) -> Option<&str> {
        self.meta("location")
    }
}

pub(crate) async fn read_one(
    server: &Server<'_>,
    kind: Kind,
    id: &str,
    query: &Query,
) -> Result<Shown> {
    let resource = match kind {
        Kind::User => {
            let found = server.find_user(id, query.selection.has("groups")).await?;
            found.resource(server)
        }
        Kind::Group => {
            let found = server
                .find_group(id, query.selection.has("members"))
                .await?;
            found.resource(server)
        }
    };
    Ok(Shown { resource })
}

pub(crate) async fn create_one(
    server: &Server<'_>,
    kind: Kind,
    body: &Map<String, Value>,
) -> Result<Shown> {
    let resource = match kind {
        Kind::User => Box::pin(users::create(server, body))
            .await?
            .resource(server),
        Kind::Group => Box::pin(groups::create(server, body))
            .await?
            .resource(server),
    };
    Ok(Shown { resource })
}

pub(crate) async fn edit_one(
    server: &Server<'_>,
    kind: Kind,
    (id, seen): (&str, Option<&str>),
    edit: Edit,
    query: &Query,
) -> Result<Shown> {
    let resource = match kind {
        Kind::User => Box::pin(users::change(server, id, seen, edit))
            .await?
            .resource(server),
        Kind::Group => {
            let has_members = query.selection.has("members");
            let changed = groups::change(server, id, seen, edit, has_members);
            Box::pin(changed).await?.resource(server)
        }
    };
    Ok(Shown { resource })
}

pub(crate) async fn remove_one(
    server: &Server<'_>,
    kind: Kind,
    id: &str,
    seen: Option<&str>,
) -> Result<()> {
    match kind {
        Kind::User => Box::pin(users::delete(server, id, seen)).await,
        Kind::Group => Box::pin(groups::delete(server, id, seen)).await,
    }
}
