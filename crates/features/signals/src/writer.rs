//! Writes signals beside a change of access, in its transaction.

use std::collections::BTreeSet;

use doorward_domain::model::signals::{
    KnownUser, NewSignal, SignalDetail, SignalEvent, SignalSubject,
};
use doorward_domain::model::{
    AuditEvent, ClientId, EffectiveRoles, EndReason, OrgScope, SessionId, SignalId, UserId,
};
use doorward_store::repo::access_changes::{AccessChange, Writer};
use doorward_store::{StoreError, WriteTx, repo};
use serde_json::{Map, Value, json};

use crate::mapping::{self, Draft};

pub const WRITER: Writer = |tx, change| Box::pin(write(tx, change));

/// Maximum number of names in a claim of an event. A claim with more is left out.
const NAMES: usize = 200;

async fn write(tx: &WriteTx, change: AccessChange<'_>) -> Result<(), StoreError> {
    let signals = match change {
        AccessChange::SessionsEnded(ended) => of_sessions(tx, ended).await?,
        AccessChange::Recorded(events) => {
            let mut signals = Vec::new();
            for event in events {
                if let Some(draft) = mapping::draft(event) {
                    signals.extend(of_event(tx, event, draft).await?);
                }
            }
            signals
        }
    };
    if signals.is_empty() {
        return Ok(());
    }
    repo::signals::insert_all(tx, &signals).await
}

async fn of_sessions(tx: &WriteTx, ended: &[SessionId]) -> Result<Vec<NewSignal>, StoreError> {
    let ended = repo::signals::users_of_ended(tx, ended).await?;
    let signals = ended.into_iter().map(|(session, user, reason)| NewSignal {
        id: SignalId::from_uuid(session.as_uuid()),
        event: SignalEvent::SessionRevoked,
        subject: SignalSubject::Session {
            user: user.into(),
            session,
        },
        detail: SignalDetail {
            members: members(initiator(reason)),
            ..SignalDetail::default()
        },
    });
    Ok(signals.collect())
}

const fn initiator(reason: Option<EndReason>) -> &'static str {
    match reason {
        Some(EndReason::Administrator) => "admin",
        Some(EndReason::SignedOut | EndReason::EndedByOwner) => "user",
        _ => "policy",
    }
}

fn members(initiator: &str) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("initiating_entity".to_owned(), initiator.into());
    members
}

/// Returns the signals of an event: one for each subject by which tokens may know the user.
async fn of_event(
    tx: &WriteTx,
    event: &AuditEvent,
    draft: Draft,
) -> Result<Vec<NewSignal>, StoreError> {
    let mut members = members(mapping::initiator(event));
    members.insert("reason_admin".to_owned(), mapping::reason(event));
    members.extend(draft.members);
    if draft.event == SignalEvent::ClaimsChanged {
        let claims = match &draft.subject {
            SignalSubject::User(user) => claims_today(tx, event, user.id).await?,
            _ => json!({}),
        };
        members.insert("claims".to_owned(), claims);
    }
    let detail = SignalDetail {
        members,
        txn: event.request_id.clone(),
    };
    let signals = subjects(tx, draft.subject).await?.into_iter();
    let signals = signals.map(|subject| NewSignal {
        id: SignalId::from_uuid(event.id.as_uuid()),
        event: draft.event,
        subject,
        detail: detail.clone(),
    });
    Ok(signals.collect())
}

async fn subjects(tx: &WriteTx, first: SignalSubject) -> Result<Vec<SignalSubject>, StoreError> {
    let Some(user) = first.user() else {
        return Ok(vec![first]);
    };
    let known = repo::signals::known_subjects(tx, user.id).await?;
    let users: BTreeSet<(ClientId, KnownUser)> = known.into_iter().collect();
    let mut all = vec![first.clone()];
    for (client, known) in users {
        let subject = match &first {
            SignalSubject::Grant { client: own, .. } if *own == client => SignalSubject::Grant {
                user: known,
                client,
            },
            SignalSubject::User(_) => SignalSubject::User(known),
            _ => continue,
        };
        if !all.contains(&subject) {
            all.push(subject);
        }
    }
    Ok(all)
}

/// Returns the values of claims after the change, in the organization of the change.
async fn claims_today(tx: &WriteTx, event: &AuditEvent, user: UserId) -> Result<Value, StoreError> {
    let scope = OrgScope::from_org(event.organization());
    let roles = repo::roles::effective_for_user_in(tx, user, scope, event.at).await?;
    let EffectiveRoles {
        roles,
        permissions,
        groups,
        ..
    } = roles;
    let entitlements: BTreeSet<String> = permissions.into_values().flatten().collect();
    let mut claims = Map::new();
    for (name, values) in [
        ("roles", roles),
        ("groups", groups),
        ("entitlements", entitlements),
    ] {
        if values.len() <= NAMES {
            claims.insert(name.to_owned(), json!(values));
        }
    }
    Ok(Value::Object(claims))
}
