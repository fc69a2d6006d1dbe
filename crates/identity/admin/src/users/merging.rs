//! The merge of two users: what belongs to one moves to the other, and clients that knew the merged user go
//! on receiving their subject. Each step is one transaction, so that a second run continues after an
//! interruption.

pub mod operations;

use std::collections::BTreeSet;

use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::derived_keys::TotpKey;
use doorward_domain::model::TotpFactor;

use crate::assignments;
use crate::offboarding::{self, Offboarding, Responsibility};
use crate::operator::PAGE;
use crate::prelude::*;
use crate::role_rules::Subject;
use crate::roles::NewAssignment;
use crate::{group_members, organizations};

doorward_protocol::words! {
    pub enum MergedKind {
        /// A client with its consent, its grants and the subject that it knows.
        Client = "client",
        LinkedAccounts = "linked_accounts",
        Passkeys = "passkeys",
        App = "authenticator_app",
        Organization = "organization",
        Group = "group",
        Role = "role",
        Address = "address",
    }
}

/// A part of a user, moved unless there is a problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MergedPart {
    pub kind: MergedKind,
    pub name: String,
    /// The organization of a group or a role.
    pub org: Option<String>,
    /// The reason why it stays.
    pub problem: Option<String>,
}

impl MergedPart {
    fn new(kind: MergedKind, name: &(impl ToString + ?Sized)) -> Self {
        Self {
            kind,
            name: name.to_string(),
            org: None,
            problem: None,
        }
    }

    fn within(self, org: Option<String>) -> Self {
        Self { org, ..self }
    }

    fn but(self, problem: &(impl ToString + ?Sized)) -> Self {
        Self {
            problem: Some(problem.to_string()),
            ..self
        }
    }

    /// Returns true if this part moves first what a departure would leave.
    fn covers(&self, item: &Responsibility) -> bool {
        match (self.kind, item) {
            (MergedKind::Role, Responsibility::Role { role, org }) => {
                (&self.name, &self.org) == (role, org)
            }
            (MergedKind::Organization, Responsibility::Group { org, .. }) => {
                org.as_ref() == Some(&self.name)
            }
            _ => false,
        }
    }

    /// Returns the part with the problem of its step. Failures of the database end the merge.
    fn after<T>(self, done: Result<T>) -> Result<Self> {
        match done {
            Ok(_) => Ok(self),
            Err(error @ (AdminError::Store(_) | AdminError::Fault(_))) => Err(error),
            Err(error) => Ok(self.but(&error)),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merge {
    pub parts: Vec<MergedPart>,
    /// The end of the merged user.
    pub departure: Offboarding,
}

/// The users of a merge.
#[derive(Clone, Copy)]
pub struct Merging<'a> {
    /// The user who is disabled.
    pub from: &'a User,
    /// The user who remains.
    pub into: &'a User,
    /// The key of authenticator apps.
    pub totp_key: &'a TotpKey,
    /// False if the merged user gets no mail.
    pub notify: bool,
    pub is_dry: bool,
}

/// Moves what belongs to a user to another one, and disables the first. A dry run changes nothing.
#[boxed(?Send)]
pub async fn run<'a>(context: &'a AdminContext<'_>, merging: Merging<'a>) -> Result<Merge> {
    let Merging { from, into, .. } = merging;
    offboarding::check(context, from, Some(into))?;
    context.not_oneself(into.id)?;
    // The version that the administrator has seen is that of the merged account.
    let context = &context.for_another();
    let mut parts = Vec::new();
    move_clients(context, merging, &mut parts).await?;
    move_links(context, merging, &mut parts).await?;
    move_app(context, merging, &mut parts).await?;
    move_memberships(context, merging, &mut parts).await?;
    move_roles(context, merging, &mut parts).await?;
    if !from.email.is_empty() && from.email_key != into.email_key {
        let address = MergedPart::new(MergedKind::Address, &from.email);
        parts.push(address.but("a user has one address"));
    }
    // The departure ends the sessions and the grants that did not move.
    let departure = if merging.is_dry {
        let mut plan = offboarding::plan(context, from, Some(into)).await?;
        plan.left
            .retain(|(item, _)| !parts.iter().any(|part| part.covers(item)));
        plan
    } else {
        Box::pin(offboarding::run(context, from, Some(into), merging.notify)).await?
    };
    Ok(Merge { parts, departure })
}

async fn move_clients(
    context: &AdminContext<'_>,
    merging: Merging<'_>,
    parts: &mut Vec<MergedPart>,
) -> Result<()> {
    let (from, into) = (merging.from.id, merging.into.id);
    let conn = context.db.read();
    let mut last: Option<ClientId> = None;
    loop {
        let page = repo::user_merges::clients(conn, from, last.as_ref(), PAGE).await?;
        if page.is_empty() {
            return Ok(());
        }
        for client in &page {
            let former = repo::user_merges::find_alias(conn, client, from).await?;
            let former = former.unwrap_or(from);
            if repo::user_merges::find_alias(conn, client, into).await? == Some(former) {
                // An earlier run has moved it; the departure ends what is left.
                continue;
            }
            let part = MergedPart::new(MergedKind::Client, client);
            if repo::user_merges::knows(conn, client, into).await? {
                parts.push(part.but("the client knows both users"));
                continue;
            }
            if !merging.is_dry {
                let tx = context.begin().await?;
                let users = (from, into);
                let grants = repo::user_merges::move_client(&tx, client, users, former).await?;
                let event = event(context, merging)
                    .with("client", client.as_str())
                    .with("subject", former.to_string())
                    .with("grants", grants);
                context.commit_with(tx, &event).await?;
            }
            parts.push(part);
        }
        last = page.last().cloned();
    }
}

/// Builds the event of a step.
fn event(context: &AdminContext<'_>, merging: Merging<'_>) -> AuditEvent {
    let event = context.event(AuditKind::UserChanged, merging.into.id, "merged");
    event.with("merged", merging.from.id.to_string())
}

async fn move_links(
    context: &AdminContext<'_>,
    merging: Merging<'_>,
    parts: &mut Vec<MergedPart>,
) -> Result<()> {
    let (from, into) = (merging.from.id, merging.into.id);
    let conn = context.db.read();
    let links = repo::linked_accounts::list(conn, from).await?.len();
    let passkeys = repo::totp_factors::inventory(conn, from).await?.passkeys;
    let passkeys = usize::try_from(passkeys).unwrap_or_default();
    for (kind, count) in [
        (MergedKind::LinkedAccounts, links),
        (MergedKind::Passkeys, passkeys),
    ] {
        if count == 0 {
            continue;
        }
        if !merging.is_dry {
            let tx = context.begin().await?;
            let moved = match kind {
                MergedKind::Passkeys => repo::user_merges::move_passkeys(&tx, from, into).await?,
                _ => repo::user_merges::move_links(&tx, from, into).await?,
            };
            let event = event(context, merging).with(kind.as_str(), moved);
            context.commit_with(tx, &event).await?;
        }
        parts.push(MergedPart::new(kind, &count));
    }
    Ok(())
}

async fn move_app(
    context: &AdminContext<'_>,
    merging: Merging<'_>,
    parts: &mut Vec<MergedPart>,
) -> Result<()> {
    let (from, into) = (merging.from.id, merging.into.id);
    let found = repo::totp_factors::find(context.db.read(), from).await?;
    let Some(app) = found.filter(TotpFactor::is_confirmed) else {
        return Ok(());
    };
    let part = MergedPart::new(MergedKind::App, &1);
    let own = repo::totp_factors::find(context.db.read(), into).await?;
    if own.is_some_and(|own| own.is_confirmed()) {
        parts.push(part.but("the remaining user has one"));
        return Ok(());
    }
    let key = merging.totp_key;
    let Ok(secret) = TotpSecret::open(key.all(), &app.secret_sealed, from) else {
        parts.push(part.but("another key encrypts it"));
        return Ok(());
    };
    if !merging.is_dry {
        let moved = TotpFactor {
            user_id: into,
            secret_sealed: secret.seal(key.expose(), into, &mut context.rng()),
            codes_saved_at: None,
            ..app
        };
        let tx = context.begin().await?;
        if !repo::user_merges::move_app(&tx, from, &moved).await? {
            parts.push(part.but("the remaining user has one"));
            return Ok(());
        }
        let event = event(context, merging).with(MergedKind::App.as_str(), true);
        context.commit_with(tx, &event).await?;
    }
    parts.push(part);
    Ok(())
}

async fn move_memberships(
    context: &AdminContext<'_>,
    merging: Merging<'_>,
    parts: &mut Vec<MergedPart>,
) -> Result<()> {
    let (from, into) = (merging.from.id, merging.into.id);
    let conn = context.db.read();
    let own = repo::organizations::of_user(conn, into).await?;
    let own: BTreeSet<String> = own.into_iter().map(|(slug, _)| slug).collect();
    for (slug, _) in repo::organizations::of_user(conn, from).await? {
        if own.contains(&slug) {
            continue;
        }
        let part = MergedPart::new(MergedKind::Organization, &slug);
        parts.push(if merging.is_dry {
            part
        } else {
            part.after(organizations::set_member(context, &slug, into, false).await)?
        });
    }
    let own = repo::groups::of_user(conn, into).await?;
    let own: BTreeSet<GroupId> = own.into_iter().map(|group| group.id).collect();
    for group in repo::groups::of_user(conn, from).await? {
        if own.contains(&group.id) {
            continue;
        }
        let part = MergedPart::new(MergedKind::Group, &group.path).within(group.org);
        parts.push(if merging.is_dry {
            part
        } else {
            part.after(group_members::add(context, group.id, into).await)?
        });
    }
    Ok(())
}

async fn move_roles(
    context: &AdminContext<'_>,
    merging: Merging<'_>,
    parts: &mut Vec<MergedPart>,
) -> Result<()> {
    let held = offboarding::own_roles(context, merging.into.id).await?;
    for own in offboarding::own_roles(context, merging.from.id).await? {
        let mut same = held.iter().filter(|other| other.role == own.role);
        if same.any(|other| other.org == own.org) {
            continue;
        }
        let part = MergedPart::new(MergedKind::Role, &own.role).within(own.org.clone());
        if merging.is_dry {
            parts.push(part);
            continue;
        }
        let new = NewAssignment {
            subject: Subject::User(merging.into.id),
            role: own.role,
            org: own.org,
            expires_at: own.expires_at,
            active: true,
        };
        let done = assignments::create(context, new)
            .await
            .map(|_| part.clone());
        match done {
            Ok(part) => parts.push(part),
            Err(error @ (AdminError::Store(_) | AdminError::Fault(_))) => return Err(error),
            // The departure lists the role with the command that assigns it.
            Err(_) => {}
        }
    }
    Ok(())
}
