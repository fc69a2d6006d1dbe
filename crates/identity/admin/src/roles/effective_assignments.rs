//! Role assignments by the users who have the roles: directly, by a group, or by a group above theirs.

use doorward_domain::model::AssignmentId;
use doorward_store::repo::role_assignments::{
    AssignmentFilter, HeldAssignment, Position, position,
};

use crate::assignments::{NamedAssignment, confined, with_names};
use crate::found::{self, Found, FoundPage};
use crate::prelude::*;

/// Lists assignments in reach, in the order of [`assignments::page`](crate::assignments::page). With a user as
/// the holder these are the assignments that reach the user, otherwise an assignment to a group is a row
/// for each user of the group and of those below it.
#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    filter: &AssignmentFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<NamedAssignment>> {
    let mut page = list_rows(context, filter, after, limit).await?;
    NamedAssignment::add_last_tokens(context.db.read(), &mut page.items).await?;
    Ok(page)
}

/// Reads a [`page`] without the last tokens.
#[boxed(?Send)]
pub async fn list_rows(
    context: &AdminContext<'_>,
    filter: &AssignmentFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<NamedAssignment>> {
    context.need("roles:read")?;
    let Some(filter) = confined(context, filter) else {
        return Ok(FoundPage::whole(Vec::new()));
    };
    let mut list = List {
        context,
        filter,
        // One more row than the page, to detect a next page.
        room: limit + 1,
        rows: Vec::new(),
        rest: None,
    };
    if let Some((SubjectKind::User, user)) = list.filter.holder.clone() {
        list.read_user(&user, after).await?;
    } else {
        list.read_all(after).await?;
    }
    let rest = list.rest;
    let page = FoundPage::cut(list.rows, limit);
    Ok(FoundPage {
        next: page.next.or(rest),
        ..page
    })
}

/// A page while it is read.
struct List<'a> {
    context: &'a AdminContext<'a>,
    filter: AssignmentFilter,
    /// Number of rows that are still to be read.
    room: u64,
    rows: Vec<Found<NamedAssignment>>,
    /// The cursor of the next page, if this one ends before its last row.
    rest: Option<String>,
}

impl List<'_> {
    /// Reads the assignments that reach a user in reach.
    async fn read_user(&mut self, user: &str, after: Option<&str>) -> Result<()> {
        let (read, within) = (self.context.db.read(), self.context.confined_to());
        let Some(id) = UserId::parse(user) else {
            return Ok(());
        };
        if !self.context.reaches_user(read, id).await? {
            return Ok(());
        }
        let after = found::time_position(after, AssignmentId::parse)?;
        self.filter.holder = None;
        let (filter, room) = (&self.filter, self.room);
        let found =
            repo::role_assignments::page_of_user(read, id, filter, after, room, within).await?;
        for held in found {
            let (at, id) = position(&held.assignment);
            let user = self.context.readable(held.user.clone());
            let named = NamedAssignment {
                user,
                ..with_names(self.context, held)
            };
            self.rows.push(Found::new(&at.to_string(), id, named));
        }
        Ok(())
    }

    /// Reads the assignments, and the users of those to groups.
    async fn read_all(&mut self, after: Option<&str>) -> Result<()> {
        self.context.need("users:read")?;
        self.context.need("groups:read")?;
        let (after, user) = started(after)?;
        let (read, within) = (self.context.db.read(), self.context.confined_to());
        if let (Some((_, id)), Some(user)) = (after, user) {
            let held = repo::role_assignments::find_with_holder(read, id, within).await?;
            if let Some(held) = held {
                self.push(held, Some(user)).await?;
            }
        }
        if self.room == 0 || self.rest.is_some() {
            return Ok(());
        }
        let (filter, room) = (&self.filter, Ord::min(self.room, repo::PAGE_MAX));
        let found =
            repo::role_assignments::page_with_holders(read, filter, after, room, within).await?;
        let is_full = found.len() as u64 == room;
        let last = found.last().map(|held| position(&held.assignment));
        for held in found {
            self.push(held, None).await?;
            if self.room == 0 || self.rest.is_some() {
                return Ok(());
            }
        }
        self.rest = last.filter(|_| is_full).map(|last| cursor(last, None));
        Ok(())
    }

    /// Adds the rows of an assignment after this user.
    async fn push(&mut self, held: HeldAssignment, after: Option<UserId>) -> Result<()> {
        let at = position(&held.assignment);
        if held.assignment.subject_kind != SubjectKind::Group {
            self.add(cursor(at, None), with_names(self.context, held));
            return Ok(());
        }
        let (read, within) = (self.context.db.read(), self.context.confined_to());
        let room = Ord::min(self.room, repo::PAGE_MAX);
        let holders =
            repo::role_assignments::group_holders(read, at.1, after, room, within).await?;
        let is_full = holders.len() as u64 == room;
        let last = holders.last().map(|holder| cursor(at, Some(holder.id)));
        for holder in holders {
            // Absent for a user who is being deleted, or not in the organization of the caller.
            let Some(user) = holder.user else {
                continue;
            };
            let held = HeldAssignment {
                member_of: holder.member_of,
                ..held.clone()
            };
            let named = NamedAssignment {
                user: Some(user),
                ..with_names(self.context, held)
            };
            self.add(cursor(at, Some(holder.id)), named);
        }
        if is_full {
            self.rest = last;
        }
        Ok(())
    }

    fn add(&mut self, cursor: String, item: NamedAssignment) {
        self.room = self.room.saturating_sub(1);
        self.rows.push(Found { cursor, item });
    }
}

/// Returns the cursor after an assignment, or within it after a user.
fn cursor((at, id): Position, user: Option<UserId>) -> String {
    let user = user.map(|user| user.to_string()).unwrap_or_default();
    format!("{at}\n{id}\n{user}")
}

/// Reads [`cursor`].
fn started(after: Option<&str>) -> Result<(Option<Position>, Option<UserId>)> {
    let Some(after) = after else {
        return Ok((None, None));
    };
    let wrong = || AdminError::invalid("cursor", "not from this list");
    let (assignment, user) = after.rsplit_once('\n').ok_or_else(wrong)?;
    let user = match user {
        "" => None,
        user => Some(UserId::parse(user).ok_or_else(wrong)?),
    };
    let assignment = found::time_position(Some(assignment), AssignmentId::parse)?;
    Ok((assignment, user))
}
