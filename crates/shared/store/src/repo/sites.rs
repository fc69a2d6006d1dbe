//! Sites behind a proxy. The rows of their hosts are written with them.

use std::collections::BTreeSet;

use doorward_domain::boxed;
use doorward_domain::model::{Site, SiteDemand, SiteId, UserDemand};
use sea_orm::Value;

use super::prelude::*;
use super::statement_text::StatementText;
use crate::entity::site_hosts as hosts;
use crate::entity::sites::{Column, Entity, Model};

/// An object that rules name by the key of its row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleName {
    Role,
    Permission,
}

#[boxed]
pub async fn find(conn: &Conn, name: &str) -> Result<Option<Site>> {
    Entity::load_by(conn, Column::Name.eq(name)).await
}

/// Returns the site with this host, or else the one with the wildcard of the same parent.
#[boxed]
pub async fn find_by_host(conn: &Conn, host: &str, wildcard: Option<&str>) -> Result<Option<Site>> {
    static TEXT: StatementText = StatementText::new();
    let of_site = |column: hosts::Column| Expr::col((hosts::Entity, column));
    let wildcard = wildcard.unwrap_or(host);
    let select = || {
        let mut query = Query::select();
        select_all::<Entity>(&mut query, "sites", "s_");
        query
            .from(hosts::Entity)
            .inner_join(
                Entity,
                Expr::col((Entity, Column::Id)).equals((hosts::Entity, hosts::Column::SiteId)),
            )
            .cond_where(
                of_site(hosts::Column::Host)
                    .eq(host)
                    .or(of_site(hosts::Column::Host).eq(wildcard)),
            )
            .order_by_expr(of_site(hosts::Column::Host).eq(host), Order::Desc)
            .limit(1);
        query
    };
    let values = [host, wildcard, host].map(Value::from).into_iter();
    let values = values.chain([Value::from(1_u64)]).collect();
    let statement = TEXT.statement(conn.get_database_backend(), values, select);
    let row = conn.query_one_raw(statement).await?;
    row.map(|row| joined::<Model, _>(&row, "s_")).transpose()
}

/// Returns up to `limit` sites after this name, ordered by name.
#[boxed]
pub async fn list(conn: &Conn, after: Option<&str>, limit: u64) -> Result<Vec<Site>> {
    Entity::find()
        .page_after(Column::Name, after, limit)
        .load(conn)
        .await
}

/// Returns the name of a site with a rule that names this role or permission.
#[boxed]
pub async fn find_naming(conn: &Conn, kind: RuleName, name: &str) -> Result<Option<String>> {
    for mut site in list_all(conn).await? {
        if demands(&mut site).any(|demand| names_in(demand, kind).contains(name)) {
            return Ok(Some(site.name));
        }
    }
    Ok(None)
}

/// Gives the rules that name a role or permission its new name.
pub(super) async fn rename(tx: &WriteTx, kind: RuleName, (old, name): (&str, &str)) -> Result<()> {
    for mut site in list_all(tx).await? {
        let mut is_changed = false;
        for demand in demands(&mut site) {
            let names = names_in(demand, kind);
            if names.remove(old) {
                names.insert(name.to_owned());
                is_changed = true;
            }
        }
        if is_changed {
            let before = site.version;
            site.version += 1;
            update(tx, before, &site).await?;
        }
    }
    Ok(())
}

async fn list_all(conn: &Conn) -> Result<Vec<Site>> {
    Entity::find().order_by_asc(Column::Name).load(conn).await
}

fn demands(site: &mut Site) -> impl Iterator<Item = &mut UserDemand> {
    site.rules
        .iter_mut()
        .filter_map(|rule| match &mut rule.demand {
            SiteDemand::User(demand) => Some(demand),
            SiteDemand::Deny | SiteDemand::Anyone | SiteDemand::Preflight => None,
        })
}

fn names_in(demand: &mut UserDemand, kind: RuleName) -> &mut BTreeSet<String> {
    match kind {
        RuleName::Role => &mut demand.roles,
        RuleName::Permission => &mut demand.permissions,
    }
}

/// Returns the first of these hosts that another site has, with the name of that site.
#[boxed]
pub async fn find_taken(
    conn: &Conn,
    hosts: &[String],
    own: SiteId,
) -> Result<Option<(String, String)>> {
    let others = hosts::Entity::find().filter(hosts::Column::SiteId.ne(own.as_uuid()));
    let rows = rows_with(conn, others, hosts::Column::Host, hosts.iter().cloned()).await?;
    let Some(taken) = rows
        .into_iter()
        .min_by(|one, other| one.host.cmp(&other.host))
    else {
        return Ok(None);
    };
    let site: Option<Site> = Entity::find_by_id(taken.site_id).load_one(conn).await?;
    Ok(site.map(|site| (taken.host, site.name)))
}

/// Stores a new site with its hosts.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if another site has its name or one of its hosts.
#[boxed]
pub async fn insert(tx: &WriteTx, site: &Site) -> Result<()> {
    super::query::insert(tx, site).await?;
    insert_hosts(tx, site).await
}

/// Stores the change of a site whose former version is `before`. Returns false if it has another version.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if another site has one of its hosts.
#[boxed]
pub async fn update(tx: &WriteTx, before: i64, site: &Site) -> Result<bool> {
    let is_stored = Entity::update_many()
        .value(Column::Hosts, to_json(&site.hosts)?)
        .value(Column::Rules, to_json(&site.rules)?)
        .value(Column::Headers, to_json(&site.headers)?)
        .value(Column::Settings, to_json(&site.settings)?)
        .value(Column::Version, site.version)
        .value(Column::UpdatedAt, site.updated_at)
        .filter(Column::Id.eq(site.id.as_uuid()))
        .filter(Column::Version.eq(before))
        .change_one(tx)
        .await?;
    if is_stored {
        hosts::Entity::delete_by(tx, hosts::Column::SiteId.eq(site.id.as_uuid())).await?;
        insert_hosts(tx, site).await?;
    }
    Ok(is_stored)
}

async fn insert_hosts(tx: &WriteTx, site: &Site) -> Result<()> {
    let rows = site.hosts.iter().map(|host| hosts::ActiveModel {
        host: Set(host.clone()),
        site_id: Set(site.id.as_uuid()),
    });
    insert_rows(tx, rows, None).await
}

/// Deletes a site with its hosts. Returns false if there is none.
#[boxed]
pub async fn delete(tx: &WriteTx, id: SiteId) -> Result<bool> {
    Entity::delete_by_id(id.as_uuid()).change_one(tx).await
}
