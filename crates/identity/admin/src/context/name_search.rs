//! Lists of groups, organizations and roles by the start of a name.

use doorward_domain::model::Organization;
use doorward_rules::search;
use doorward_store::repo::name_search::{
    self as store, NameOrder, NameSearch, UsedGroup, UsedRole,
};

use crate::found::{self, FoundPage};
use crate::prelude::*;
use crate::role_marks::{MarkedRole, marks};

/// Lists groups in reach whose path begins with `text`, with or without its first `/`, or else contains it.
/// Without a text, the oldest are first.
#[boxed(?Send)]
pub async fn groups(
    context: &AdminContext<'_>,
    text: &str,
    org: Option<&str>,
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<Group>> {
    context.need("groups:read")?;
    if org.is_some() && !context.reaches(org) {
        return Ok(FoundPage::whole(Vec::new()));
    }
    let search = NameSearch {
        text,
        order: NameOrder::Id,
        after: found::list_position(after, GroupId::parse)?,
        limit,
    };
    let org = context.confined_to().or(org);
    let page = store::groups(context.db.read(), &search, org).await?;
    Ok(FoundPage::new(page))
}

/// Lists the same groups in reach with their use, without a text in this order. The manager is a user in reach, if the administrator
/// may read users.
#[boxed(?Send)]
pub async fn used_groups(
    context: &AdminContext<'_>,
    (text, order): (&str, NameOrder),
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<UsedGroup>> {
    context.need("groups:read")?;
    let search = NameSearch {
        text,
        order,
        after: found::list_position(after, GroupId::parse)?,
        limit,
    };
    let page = store::used_groups(context.db.read(), &search, context.confined_to()).await?;
    Ok(FoundPage::new(page).map(|found| UsedGroup {
        manager: context.readable(found.manager),
        ..found
    }))
}

/// Lists organizations in reach whose slug or name begins with `text`, or else contains it. Without a text, in
/// this order.
#[boxed(?Send)]
pub async fn organizations(
    context: &AdminContext<'_>,
    (text, order): (&str, NameOrder),
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<Organization>> {
    context.need("organizations:read")?;
    if let Some(own) = context.confined_to() {
        let mut found = vec![crate::organizations::get(context, own).await?];
        let prefix = search::key(text);
        found.retain(|found| {
            let names = [&found.slug, &found.name].map(|name| search::key(name));
            after.is_none() && names.iter().any(|name| name.starts_with(&prefix))
        });
        return Ok(FoundPage::whole(found));
    }
    let search = NameSearch {
        text,
        order,
        after: found::list_position(after, name)?,
        limit,
    };
    let page = store::organizations(context.db.read(), &search).await?;
    Ok(FoundPage::new(page))
}

#[boxed(?Send)]
pub async fn roles(
    context: &AdminContext<'_>,
    text: &str,
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<MarkedRole>> {
    context.need("roles:read")?;
    let search = NameSearch {
        text,
        order: NameOrder::Id,
        after: found::list_position(after, name)?,
        limit,
    };
    let page = store::roles(context.db.read(), &search).await?;
    Ok(FoundPage::new(page).map(|found| marked(context, found)))
}

#[boxed(?Send)]
pub async fn role(context: &AdminContext<'_>, name: &str) -> Result<MarkedRole> {
    context.need("roles:read")?;
    let found = store::role(context.db.read(), name).await?;
    let found = found.map(|found| marked(context, found));
    found.ok_or_else(|| AdminError::not_found("role", name))
}

fn marked(context: &AdminContext<'_>, found: UsedRole) -> MarkedRole {
    MarkedRole {
        marks: marks(&found, context.confined_to().is_some()),
        role: found.role,
    }
}

fn name(text: &str) -> Option<String> {
    (!text.contains('\n')).then(|| text.to_owned())
}
