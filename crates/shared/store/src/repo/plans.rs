//! Tests of the query plans of all lists and portions, on both databases. Lists of settings, which only
//! administrators add to (providers, scopes, resources, claims, profile fields, keys), are read as a whole
//! and are not among them.

use std::slice;

use doorward_domain::model::{
    ApiKeyId, AssignmentId, ClientId, GroupId, InvitationId, ProviderId, RegistrationTokenId,
    ReviewId, SessionId, SubjectKind, UserId,
};
use uuid::Uuid;

use self::ground::{Ground, Order, Plans};
use super::access_reviews::LineFilter;
use super::live_sessions::{self, SessionFilter};
use super::role_assignments::AssignmentFilter;
use super::{
    access_reviews, api_key_lists, api_keys, attempts, bulk_changes, client_origins,
    client_registrations, clients, consents, device_requests, email_sign_ins, email_tokens,
    federated_sign_ups, former_names, grants, groups, home, idempotency, impersonations,
    interactions, invitations, jobs, last_tokens, linked_accounts, login_failures, memberships,
    organizations, passkeys, pending_sign_ins, profile_fields, provider_use, pushed_requests,
    reference_tokens, registration_tokens, replay_markers, revoked_tokens, role_assignments, roles,
    sessions, signal_streams, signals, stats, support_codes, trusted_devices, users,
};

/// Runs each list, and checks its plan.
macro_rules! check {
    ($plans:ident: $($name:literal, $range:literal, $order:ident, $list:expr;)+) => {$(
        let is_read = $list.await.is_ok();
        $plans.expect($name, is_read);
        $plans.check($name, $range, Order::$order).await;
    )+};
}

/// Runs a portion of each step of the cleanup, and checks its plan.
macro_rules! check_portions {
    ($plans:ident, $db:ident: $($step:literal, $index:literal, $module:ident::$change:ident($($value:expr),*);)+) => {$(
        let tx = $db.begin_write().await.unwrap();
        let is_done = $module::$change(&tx, $($value),*).await.is_ok();
        $plans.expect($step, is_done);
        tx.rollback().await.unwrap();
        $plans.check_portion($step, $index).await;
    )+};
}

// After the macros, which it uses.
mod ground;
mod lists;

#[tokio::test]
async fn each_page_is_range_of_index_in_its_order() {
    let mut off = Vec::new();
    for ground in Ground::ALL {
        off.extend(check_pages(ground).await);
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

async fn check_pages(ground: Ground) -> Vec<String> {
    let Some(mut plans) = Plans::open(ground).await else {
        return Vec::new();
    };
    let (db, id) = (plans.recorded.clone(), Uuid::from_u128(7));
    let read = db.read();
    let (user, group) = (UserId::from_uuid(id), GroupId::from_uuid(id));
    let client = ClientId::parse("photos").unwrap();
    let invitation = Some(InvitationId::from_uuid(id));
    let token = Some(RegistrationTokenId::from_uuid(id));
    let provider = ProviderId::parse("acme").unwrap();
    let held = AssignmentFilter::default();
    let [chosen, other] = [id, Uuid::from_u128(8)].map(AssignmentId::from_uuid);
    let assignment = Some((0, chosen));
    let key = ApiKeyId::parse("4fG7hJ9kLmNp").unwrap();
    let review = ReviewId::from_uuid(id);
    check!(plans:
        "users", "(id>?)", Read, users::list(read, Some(user), 50);
        "names", "(id=?)", Read, users::find_many(read, [user]);
        "groups of a user and above", "(user_id=?)", Read, groups::ids_of_user(read, user, Some("acme"));
        "clients", "(id>?)", Read, clients::list(read, Some(&client), 50);
        "chosen clients", "(id=?)", Read,
            clients::find_many_with_secret_uses(read, slice::from_ref(&client));
        "clients of an origin", "(origin=?)", Read,
            client_origins::list_clients(read, "https://app.example", None, 100);
        "more clients of an origin", "(origin=? AND client_id>?)", Read,
            client_origins::list_clients(read, "https://app.example", Some(&client), 100);
        "chosen API keys", "(id=?)", Read,
            api_key_lists::find_many(read, slice::from_ref(&key), 9);
        "role assignments with holders", "(id>?)", Read,
            role_assignments::page_with_holders(read, &held, assignment, 50, Some("acme"));
        "chosen role assignments", "(id=?)", Read,
            role_assignments::find_many_with_holders(read, &[chosen, other], Some("acme"));
        "role assignments that reach a user", "(subject_kind=? AND subject_id=?)", Read,
            role_assignments::page_of_user(read, user, &held, assignment, 50, Some("acme"));
        "users with the role of a group", "(group_id=? AND user_id>?)", Sorted,
            role_assignments::group_holders(read, chosen, Some(user), 50, Some("acme"));
        "access reviews", "(name>?)", Read, access_reviews::page(read, None, Some("a"), 50);
        "lines of an access review", "(review_id=? AND number>?)", Read,
            access_reviews::lines(read, review, LineFilter::default(), Some(7), 50);
        "reviewers", "(review_id=?)", Read, access_reviews::reviewers(read, review);
        "last tokens", "(user_id=?)", Sorted, last_tokens::list(read, slice::from_ref(&user));
        "permissions", "(codename>?)", Read, roles::page_permissions(read, Some("a"), 50);
        "organizations", "(slug>?)", Read, organizations::list(read, Some("a"), 50);
        "members", "(org=? AND user_id>?)", Read,
            organizations::members(read, "acme", Some(user), 50);
        "members among users", "(org=? AND user_id=?)", Read,
            organizations::members_among(read, "acme", [user]);
        "groups", "(id>?)", Read, groups::list(read, None, Some(group), 50);
        "members of a group", "(group_id=? AND user_id>?)", Read,
            groups::members(read, group, None, Some(user), 50);
        "members of a group in an organization", "(group_id=? AND user_id>?)", Read,
            groups::members(read, group, Some("acme"), Some(user), 50);
        "groups of an organization", "(org=? AND id>?)", Read,
            groups::list(read, Some("acme"), Some(group), 50);
        "home of an organization", "(org=?", Read, home::find_organization(read, "acme", 9);
        "invitations", "(org=? AND id>?)", Read,
            invitations::list_live(read, "acme", 9, invitation, 50);
        "registration tokens", "(id>?)", Read,
            registration_tokens::list_live(read, 9, token, 50);
        "users of a provider", "(issuer=?)", Read,
            linked_accounts::count_by_issuer_up_to(read, "https://id.example", 1_001);
        "provider with its linked accounts", "(issuer=?)", Read,
            provider_use::find(read, &provider, 1_001);
    );
    plans.finish()
}

#[tokio::test]
async fn each_list_of_user_is_range_of_index() {
    let mut off = Vec::new();
    for ground in Ground::ALL {
        off.extend(check_lists_of_user(ground).await);
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

async fn check_lists_of_user(ground: Ground) -> Vec<String> {
    let Some(mut plans) = Plans::open(ground).await else {
        return Vec::new();
    };
    let (db, id) = (plans.recorded.clone(), Uuid::from_u128(7));
    let (read, user) = (db.read(), UserId::from_uuid(id));
    let of_user = SessionFilter {
        user: Some(user),
        client: None,
    };
    let of_both = SessionFilter {
        user: Some(user),
        client: ClientId::parse("photos"),
    };
    let session = Some(SessionId::from_uuid(id));
    check!(plans:
        "sessions", "(user_id=? AND ended_at=? AND id<?)", Read, live_sessions::page(read, &of_user, session, 50, 9);
        "sessions at a client", "(user_id=? AND ended_at=? AND id<?)", Read,
            live_sessions::page(read, &of_both, session, 50, 9);
        "chosen sessions", "(id=?)", Read,
            live_sessions::find_many(read, session.as_slice(), 9);
        "own sessions", "(user_id=? AND ended_at=?)", Sorted, sessions::list_for_user(read, user, 9);
        "ended sessions", "(user_id=?)", Sorted,
            sessions::ended_page_for_user(read, user, None, 50, 9);
        "roles", "(subject_kind=? AND subject_id=?)", Read,
            roles::assignments(read, SubjectKind::User, "alice");
        "organizations", "(user_id=?)", Sorted, organizations::of_user(read, user);
        "organizations with roles", "(subject_kind=? AND subject_id=?)", Sorted,
            memberships::of_user(read, user, 9);
        "groups", "(user_id=?)", Sorted, groups::of_user(read, user);
        "API keys", "(user_id=?)", Sorted, api_keys::list_live(read, user, 9);
        "linked accounts", "(user_id=?)", Sorted, linked_accounts::list(read, user);
        "passkeys", "(user_id=?)", Sorted, passkeys::list(read, user);
        "trusted devices", "(user_id=?)", Sorted, trusted_devices::list(read, user, 9);
        "consents", "(user_id=?)", Sorted, consents::list_for_user(read, user);
        "grants", "(user_id=? AND revoked_at=?)", Sorted, grants::list_for_user(read, user, 9);
        "impersonations", "(user_id=? AND revoked_at=?)", Sorted, impersonations::list_of_user(read, user, 9);
        "impersonation of a session", "(session_id=?)", Read,
            impersonations::find_of_session(read, SessionId::from_uuid(id), 9);
        "sent invitations", "(inviter=?)", Read, invitations::list_live_by(read, "alice", 9, 50);
        "referring fields", "(refers_to=?)", Sorted, profile_fields::list_referring(read, user, 9);
    );
    plans.finish()
}

// Not among them: the portion of denials reads an index up to the maximum number of records.
#[tokio::test]
async fn no_portion_of_cleanup_reads_whole_table() {
    let mut off = Vec::new();
    for ground in Ground::ALL {
        off.extend(check_portions_of_cleanup(ground).await);
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

async fn check_portions_of_cleanup(ground: Ground) -> Vec<String> {
    let Some(mut plans) = Plans::open(ground).await else {
        return Vec::new();
    };
    let db = plans.recorded.clone();
    check_portions!(plans, db:
        "end sessions", "ix_sessions__expires_at__unended (expires_at<?)", sessions::end_expired(7, 20);
        "abandoned sign-ins", "ix_pending_sign_ins__expires_at__undone", pending_sign_ins::remove_unfinished(7, 20);
        "verification deadlines", "INDEX", users::forgive_unproved(20);
        "unverified accounts", "INDEX", users::list_unproved(7, 20);
        "accounts", "INDEX", users::list_due(7, 20);
        "used clients", "INDEX", client_registrations::record_use_after(None, 20, 7);
        "interactions", "INDEX", interactions::purge(7, 20);
        "pending sign-ins", "INDEX", pending_sign_ins::purge(7, 20);
        "federated sign-ups", "INDEX", federated_sign_ups::purge(7, 20);
        "mailed codes", "INDEX", email_sign_ins::purge(7, 20);
        "trusted devices", "INDEX", trusted_devices::purge(7, 20);
        "support codes", "INDEX", support_codes::purge(7, 20);
        "unredeemed codes", "INDEX", grants::list_unredeemed(None, 7, 20);
        "device requests", "INDEX", device_requests::purge(7, 20);
        "revoked tokens", "INDEX", revoked_tokens::purge(7, 20);
        "grants", "INDEX", grants::purge(7, 20);
        "sessions", "INDEX", sessions::purge(7, 20);
        "mail links", "INDEX", email_tokens::purge(7, 20);
        "registration tokens", "INDEX", registration_tokens::purge(7, 20);
        "former names", "INDEX", former_names::purge(7, 20);
        "invitations", "INDEX", invitations::purge(7, 20);
        "API keys", "INDEX", api_keys::purge(7, 20);
        "reference tokens", "INDEX", reference_tokens::purge(7, 20);
        "metadata documents", "INDEX", clients::purge_documents(7, 20);
        "replay markers", "INDEX", replay_markers::purge(7, 20);
        "jobs", "INDEX", jobs::purge(7, 20);
        "signals", "INDEX", signals::purge(7, 20, 20);
        "streams of signals", "INDEX", signal_streams::purge_unused(7, 20);
        "idempotency keys", "INDEX", idempotency::purge(7, 20);
        "login failures", "INDEX", login_failures::purge(7, 20);
        "attempts", "INDEX", attempts::purge(7, 20);
        "bulk changes", "INDEX", bulk_changes::purge(7, 20);
        "pushed requests", "INDEX", pushed_requests::purge(7, 7, 20);
        "statistics", "INDEX", stats::fold(7, 20);
    );
    plans.finish()
}
