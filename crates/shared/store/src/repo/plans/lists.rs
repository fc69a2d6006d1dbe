//! The lists and portions that the other tests do not read, and a test that none is forgotten.

use std::fmt::Write as _;
use std::path::Path;

use doorward_domain::model::ScimSourceId;
use doorward_domain::model::scim::ScimSource;
use doorward_domain::model::{
    ApprovalId, AuditId, BulkChangeId, CampaignTarget, ClientId, ConsentId, EmailPurpose,
    FactorCampaignId, GrantId, GroupId, InvitationId, JobId, JobKind, ReviewId, SessionId,
    SignInAttemptId, UserId,
};
use doorward_domain::sealed_columns::{RowKey, SealedColumn};
use doorward_domain::secret::TokenHash;
use doorward_rules::list_filter::{ClientFilter, UserFilter, UserState};
use uuid::Uuid;

use super::ground::{Ground, Order, Plans};
use crate::repo::affected::Object;
use crate::repo::api_key_lists::KeyFilter;
use crate::repo::attempts::AttemptFilter;
use crate::repo::audit::AuditFilter;
use crate::repo::client_search::{ClientOrder, ClientSearch};
use crate::repo::clients::NameList;
use crate::repo::grant_ends::GrantFilter;
use crate::repo::name_search::{NameOrder, NameSearch};
use crate::repo::organizations::OwnerlessFilter;
use crate::repo::provider_sessions::EndedUpstream;
use crate::repo::stats::StatFilter;
use crate::repo::user_search::{UserOrder, UserSearch};
use crate::repo::{
    access_reviews, affected, api_key_lists, api_keys, app_passwords, approvals, attempts, audit,
    audit_archives, audit_chain, bulk_changes, client_activity, client_registrations,
    client_search, client_users, clients, consents, device_requests, email_sign_ins, email_tokens,
    factor_campaigns, grant_ends, groups, imports, interactions, invitations, jobs, live_sessions,
    login_failures, logout_notifications, managed_objects, monthly_reports, name_search,
    organizations, own_texts, provider_sessions, pushed_requests, registration_tokens, roles,
    saml_clients, saml_sessions, scim, scim_targets, sealed_values, sessions, signal_streams,
    signals, sites, stats, trusted_devices, user_merges, user_search,
};

/// Lists with a limit that no test of this module reads, and the reason.
const UNREAD: [(&str, &str); 13] = [
    (
        "access_sets::list",
        "counts the users of each set of roles, for a plan of changes",
    ),
    (
        "app_passwords::count_locked",
        "locks the user, as the count of API keys does",
    ),
    ("audit_archives::delete_rows", "needs a file of events"),
    (
        "audit_chain::list_missing",
        "the verification reads the whole chain, in portions",
    ),
    (
        "audit_chain::strays",
        "the verification reads the whole log, in portions",
    ),
    (
        "denials::purge",
        "reads an index up to the maximum number of records",
    ),
    ("dev_mail::list", "a development instance"),
    ("dev_mail::purge", "a development instance"),
    (
        "jobs::retry_failed",
        "without statistics of the column, PostgreSQL takes each job for a failed one",
    ),
    ("jobs::drop_undone", "a copy that no server has opened yet"),
    (
        "logout_notifications::drop_some",
        "a copy that no server has opened yet",
    ),
    ("provider_use::list", "all providers, which are few"),
    (
        "registration_tokens::list_live_by",
        "tokens of administrators, which are few",
    ),
];

#[tokio::test]
async fn each_list_of_scim_is_range_of_index() {
    let mut off = Vec::new();
    for ground in Ground::ALL {
        off.extend(check_lists_of_scim(ground).await);
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

fn scim_source(org: Option<&str>) -> ScimSource {
    ScimSource {
        id: ScimSourceId::from_uuid(Uuid::from_u128(7)),
        name: "entra".to_owned(),
        org: org.map(str::to_owned),
        token_hash: TokenHash::digest("token"),
        verifies_email: false,
        created_by: None,
        created_at: 7,
        used_at: None,
        expires_at: None,
    }
}

async fn check_lists_of_scim(ground: Ground) -> Vec<String> {
    let Some(mut plans) = Plans::open(ground).await else {
        return Vec::new();
    };
    let (db, id) = (plans.recorded.clone(), Uuid::from_u128(7));
    let (read, user) = (db.read(), UserId::from_uuid(id));
    check!(plans:
        "SCIM sources", "", Read, scim::list(read, Some("zebra"), 50);
        "SCIM targets", "", Read, scim_targets::list(read, Some("zebra"), 50);
        "users at a SCIM source", "(source_id=? AND external_id=?)", Read,
            scim::list_external(read, scim_source(None).id, "x", 50);
        "groups at a SCIM source", "(source_id=? AND external_id=?)", Read,
            scim::list_groups_external(read, scim_source(None).id, "x", 50);
        "groups by their names at a SCIM source", "(source_id=? AND display_key=?)", Read,
            scim::list_groups_named(read, scim_source(None).id, "x", 50);
        "users in reach of a SCIM source", "(id>?)", Read,
            scim::list_reached(read, &scim_source(None), Some(user), 50);
        "members in reach of a SCIM source", "(org=? AND user_id>?)", Read,
            scim::list_reached(read, &scim_source(Some("acme")), Some(user), 50);
        "number of members in reach of a SCIM source", "(org=?)", Read,
            scim::count_reached(read, &scim_source(Some("acme")), 50);
        "groups within an organization", "(org=? AND id>?)", Read,
            groups::list_within(read, None, Some(GroupId::from_uuid(id)), 50);
        "number of groups within an organization", "org", Read,
            groups::count_within(read, Some("acme"), 50);
    );
    plans.finish()
}

#[tokio::test]
async fn each_list_of_users_is_range_of_index() {
    let mut off = Vec::new();
    for ground in Ground::ALL {
        off.extend(check_lists_of_users(ground).await);
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

async fn check_lists_of_users(ground: Ground) -> Vec<String> {
    let Some(mut plans) = Plans::open(ground).await else {
        return Vec::new();
    };
    let (db, id) = (plans.recorded.clone(), Uuid::from_u128(7));
    let (read, user) = (db.read(), UserId::from_uuid(id));
    let all = CampaignTarget::All;
    let acme = CampaignTarget::Organization("acme".to_owned());
    let group = CampaignTarget::Group(GroupId::from_uuid(id));
    let slugs = ["acme".to_owned()];
    let of_slugs = OwnerlessFilter {
        slugs: Some(&slugs),
        owner: None,
    };
    let of_owner = OwnerlessFilter {
        slugs: None,
        owner: Some(user),
    };
    check!(plans:
        "users without factor", "(id>?)", Read,
            factor_campaigns::list_without_factor(read, &all, Some(user), 50);
        "users of organization without factor", "(org=? AND user_id>?)", Read,
            factor_campaigns::list_without_factor(read, &acme, Some(user), 50);
        "users of group without factor", "group_members", Read,
            factor_campaigns::list_without_factor(read, &group, Some(user), 50);
        "organizations without owner", "(user_id=?", Read,
            organizations::list_ownerless(read, &of_owner, 50);
        "chosen organizations without owner", "(slug=?)", Read,
            organizations::list_ownerless(read, &of_slugs, 50);
        // Without statistics of the columns, PostgreSQL takes few users for active ones.
        "active holder of a role", "(group_id=?)", First,
            roles::has_active_holder(read, "helper", 9);
        "users with a permission", "", Sorted,
            roles::holders_of_permission(read, "users:read", Some("acme"), 9, 50);
        "imported users", "(source=? AND kind=? AND old_id>?)", Read,
            imports::list_users(read, "django", Some("7"), 50);
        "failures of a bulk change", "(change_id=? AND user_id>?)", Read,
            bulk_changes::failures(read, BulkChangeId::from_uuid(id), Some(user), 50);
        "bulk changes", "(id>?)", Read,
            bulk_changes::list(read, Some(BulkChangeId::from_uuid(id)), 50);
        "reviews of a reviewer", "(user_id=?)", Sorted,
            access_reviews::list_of_reviewer(read, user, 50);
        "reviewers without reminder", "(review_id=?", Read,
            access_reviews::list_unreminded(read, ReviewId::from_uuid(id), 50);
        "sites", "", Read, sites::list(read, Some("zebra"), 50);
        "requests for approval", "", Read,
            approvals::list(read, Some(ApprovalId::from_uuid(id)), 50);
        "objects of files", "", Read, managed_objects::list(read, "clients", Some("clients a"), 50);
        "SAML clients", "", Read, saml_clients::list(read, ClientId::parse("zebra").as_ref(), 50);
        "signals", "(position>?)", Read, signals::list(read, 7, 50);
        "number of signals", "(position>?)", Read, signals::count_after(read, 7, 50);
        "streams of signals", "", Read, signal_streams::list(read, Some("zebra"), 50);
        "streams of a client", "(client_id=?", Read,
            signal_streams::of_client(read, &ClientId::parse("zebra").unwrap(), Some("a"), 50);
        "number of streams of a client", "(client_id=?", Read,
            signal_streams::count(read, &ClientId::parse("zebra").unwrap(), true, 50);
        "streams that push", "", Read, signal_streams::pushing(read, Some("zebra"), 50);
        "app passwords of a user", "(user_id=?", Read,
            app_passwords::list(read, UserId::from_uuid(id), 50);
        "site of a host", "(host=?)", Sorted,
            sites::find_by_host(read, "wiki.example.com", Some("*.example.com"));
        "service providers of a session", "(session_id=?)", Sorted,
            saml_sessions::list(read, SessionId::from_uuid(id));
        "sessions of a session at a provider", "(issuer=? AND sid=?)", Read,
            provider_sessions::list_unended(read, "https://a.example", EndedUpstream::Session("s"), None);
        "sessions of a user at a provider", "(issuer=? AND subject=?)", Read,
            provider_sessions::list_unended(read, "https://a.example", EndedUpstream::User("u"), Some(0));
    );
    plans.finish()
}

#[tokio::test]
async fn each_list_of_records_is_range_of_index() {
    let mut off = Vec::new();
    for ground in Ground::ALL {
        off.extend(check_lists_of_records(ground).await);
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

async fn check_lists_of_records(ground: Ground) -> Vec<String> {
    let Some(mut plans) = Plans::open(ground).await else {
        return Vec::new();
    };
    let (db, id) = (plans.recorded.clone(), Uuid::from_u128(7));
    let (read, user) = (db.read(), UserId::from_uuid(id));
    let client = ClientId::parse("photos").unwrap();
    let session = Some(SessionId::from_uuid(id));
    let attempt = Some(SignInAttemptId::from_uuid(id));
    let event = Some(AuditId::from_uuid(id));
    let row = RowKey::Uuid(id);
    let keys = KeyFilter::default();
    let sign_ins = AttemptFilter::default();
    let events = AuditFilter::default();
    check!(plans:
        "API keys", "", Read, api_key_lists::page(read, &keys, None, 50, 9);
        "sign-ins", "", Read, attempts::page(read, &sign_ins, attempt, 50);
        "sign-ins with users", "", Read, attempts::page_with_users(read, &sign_ins, attempt, 50);
        "events", "", Read, audit::list(read, event, 50);
        "newest events", "", Read, audit::newest(read, &events, event, 50);
        "newest records", "", Read, audit::newest_records(read, &events, event, 50);
        "newest events of the chain", "", Read, audit::newest_in_chain(read, &events, event, 50);
        "oldest events", "", Read,
            audit::oldest(read, &events, event.map(|event| (5, event)), 50);
        "archives", "", Read, audit_archives::list(read, 5, 50);
        "archives with rows", "", Read, audit_archives::list_undeleted(read, 50);
        "events without link", "", Read, audit_chain::waiting(read, 50);
        "number of events without link", "", Read, audit_chain::count_waiting_up_to(read, 50);
        "links", "", Read, audit_chain::links(read, 7, 50);
        "users of a client", "", Read, client_users::page(read, &client, session, 50, 9);
        "unused registrations", "", Sorted, client_registrations::list_unused(read, 9, 50);
        "unused clients", "", Read, clients::list_unused(read, 9, Some((5, &client)), 50);
        "clients that name a scope", "", Read,
            clients::page_naming(read, NameList::Scopes, "tasks:read", Some(&client), 50);
        "consents to a client", "", Read,
            consents::page_for_client(read, &client, Some(ConsentId::from_uuid(id)), 50, 9);
        "open device requests", "", Read, device_requests::count_open(read, 50, 9);
        "mailed codes", "", Sorted, email_sign_ins::times_since(read, user, 5, 50);
        "mail links", "", Sorted,
            email_tokens::times_since(read, user, EmailPurpose::Verify, 5, 50);
        "monthly reports", "", Read, monthly_reports::list(read, Some(5), 50);
        "campaigns", "", Read,
            factor_campaigns::list(read, Some(FactorCampaignId::from_uuid(id)), 50);
        "imports", "", Read, imports::list(read, Some("django"), None, 50);
        "open interactions", "", Read, interactions::count_open(read, 50, 9);
        "jobs", "", Read, jobs::page(read, false, Some((5, JobId::from_uuid(id))), 50);
        "failed jobs", "", Read, jobs::page(read, true, Some((5, JobId::from_uuid(id))), 50);
        "number of jobs", "", First, jobs::count_waiting_up_to(read, 50);
        // As above, each job for a failed one.
        "number of mails", "", First, jobs::count_waiting_of(read, &JobKind::MAILS, 50);
        "number of failed jobs", "", First, jobs::count_failed_up_to(read, 50);
        "sessions of a client", "", First, live_sessions::count_of_client(read, &client, 50, 9);
        "lockouts", "", Read, login_failures::page(read, 9, Some(&(5, vec![7])), 50);
        "notifications", "", Read, logout_notifications::list(read, 9, 50);
        "own texts", "", Read, own_texts::list_all(read, None, 50);
        "pushed requests", "", Read, pushed_requests::count_open(read, 50, 9);
        "sealed jobs", "", Read, sealed_values::list(read, SealedColumn::Job, Some(&row), 50);
        "sealed factors", "", Read, sealed_values::list(read, SealedColumn::TotpFactor, Some(&row), 50);
        "sessions of a user", "", Sorted, sessions::page_for_user(read, user, None, 50, 9);
        "open sessions", "", First, sessions::list_open(read, 50, 9);
        "statistics", "", Read, stats::page(read, &StatFilter::default(), None, 50);
        "clients of a merged user", "", Sorted, user_merges::clients(read, user, Some(&client), 50);
        "running reviews", "", Read, access_reviews::list_running(read, 50);
        "records of a client", "", Read, affected::count(read, Object::Client(&client), 50, 9);
        "records of a user", "", Read, affected::count(read, Object::User(user), 50, 9);
        "records of an organization", "", Read,
            affected::count(read, Object::Organization("acme"), 50, 9);
        "records of a role", "", Read, affected::count(read, Object::Role("helper"), 50, 9);
    );
    plans.finish()
}

#[tokio::test]
async fn each_list_of_invitations_is_range_of_index() {
    let mut off = Vec::new();
    for ground in Ground::ALL {
        off.extend(check_lists_of_invitations(ground).await);
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

async fn check_lists_of_invitations(ground: Ground) -> Vec<String> {
    let Some(mut plans) = Plans::open(ground).await else {
        return Vec::new();
    };
    let (db, id) = (plans.recorded.clone(), Uuid::from_u128(7));
    let read = db.read();
    check!(plans:
        "sent invitations", "", Read, invitations::times_by_inviter(read, "alice", 5, 50);
        "invitations to an address", "", Sorted,
            invitations::times_to_address(read, "acme", "a@b.example", 5, 50);
        "waiting invitations", "", Read,
            invitations::list_queued(read, Some((5, InvitationId::from_uuid(id))), 50, 9);
        "invitations of a batch", "(batch=?)", Sorted,
            invitations::list_batch(read, "acme", BulkChangeId::from_uuid(id), 50);
        "accepted invitations", "", Read, invitations::list_accepted(read, 50);
        "ended memberships", "", Read, organizations::list_ended(read, 9, 50);
    );
    plans.finish()
}

#[tokio::test]
async fn no_portion_of_change_reads_whole_table() {
    let mut off = Vec::new();
    for ground in Ground::ALL {
        off.extend(check_portions_of_changes(ground).await);
    }
    assert!(off.is_empty(), "{}", off.join("\n"));
}

async fn check_portions_of_changes(ground: Ground) -> Vec<String> {
    let Some(mut plans) = Plans::open(ground).await else {
        return Vec::new();
    };
    let (db, client) = (plans.recorded.clone(), ClientId::parse("photos"));
    let last = Some(GrantId::from_uuid(Uuid::from_u128(7)));
    let all = GrantFilter::default();
    let of_client = GrantFilter {
        client,
        ..GrantFilter::default()
    };
    check_portions!(plans, db:
        "API keys", "INDEX", api_keys::revoke_batch(20, 7);
        "addresses of events", "SCAN audit_seals USING INDEX", audit_chain::erase_addresses(7, 20);
        "mailed codes", "INDEX", email_sign_ins::end_some(20, 7);
        "mail links", "INDEX", email_tokens::end_some(&[EmailPurpose::Verify], 20, 7);
        "grants", "INDEX", grant_ends::revoke_batch(&all, last, 20, (REASON, 7));
        "grants to a client", "INDEX", grant_ends::revoke_batch(&of_client, last, 20, (REASON, 7));
        "invitations", "INDEX", invitations::end_some(20, 7);
        "jobs of a destination", "INDEX", jobs::defer(&[], "mail", 9, 7, 20);
        "registration tokens", "INDEX", registration_tokens::end_some(20, 7);
        "trusted devices", "INDEX", trusted_devices::remove_some(20, 7);
    );
    plans.finish()
}

const REASON: doorward_domain::model::RevokeReason =
    doorward_domain::model::RevokeReason::Administrator;

/// On SQLite the plans of searches are tested beside them: their parts have many names.
#[tokio::test]
async fn no_search_reads_whole_table_of_postgres() {
    let Some(mut plans) = Plans::open(Ground::Postgres).await else {
        return;
    };
    let (db, id) = (plans.recorded.clone(), Uuid::from_u128(7));
    let read = db.read();
    for text in ["", "al"] {
        let named = UserFilter {
            text: text.to_owned(),
            ..UserFilter::default()
        };
        let active = UserFilter {
            state: Some(UserState::Active),
            no_factor: true,
            ..named.clone()
        };
        let of_role = UserFilter {
            role: Some("helper".to_owned()),
            ..named.clone()
        };
        for filter in [&named, &active, &of_role] {
            for org in [None, Some("acme")] {
                let search = UserSearch {
                    filter,
                    org,
                    now: 5,
                    after: Some(("alice", UserId::from_uuid(id))),
                    limit: 100,
                };
                let _ = user_search::search(read, &search).await;
                for order in [UserOrder::Name, UserOrder::Email, UserOrder::Newest] {
                    let _ = user_search::search_with_factors(read, &search, order).await;
                }
                let name = format!("{filter:?} {org:?}");
                plans.check(&name, "", Order::Read).await;
            }
        }
        let filter = ClientFilter {
            text: text.to_owned(),
            ..ClientFilter::default()
        };
        let search = ClientSearch {
            filter: &filter,
            after: None,
            limit: 100,
        };
        let _ = client_search::search(read, &search).await;
        for order in [ClientOrder::Name, ClientOrder::Newest] {
            let _ = client_activity::search(read, &search, order, 5).await;
        }
        for order in [NameOrder::Id, NameOrder::Name, NameOrder::Newest] {
            let groups = NameSearch {
                text,
                order,
                after: None,
                limit: 100,
            };
            let names = NameSearch {
                text,
                order,
                after: None,
                limit: 100,
            };
            let _ = name_search::groups(read, &groups, None).await;
            let _ = name_search::used_groups(read, &groups, Some("acme")).await;
            let _ = name_search::organizations(read, &names).await;
            let _ = name_search::roles(read, &names).await;
        }
        plans
            .check("clients, groups and names", "", Order::Read)
            .await;
    }
    let off = plans.finish();
    assert!(off.is_empty(), "{}", off.join("\n"));
}

/// Returns the names of the functions with a limit, or of a search, in a module.
fn lists(module: &str, source: &str) -> Vec<String> {
    let functions = source.split("pub async fn ").skip(1);
    let signatures = functions.filter_map(|rest| rest.split_once('{'));
    let is_list = |signature: &&str| {
        ["limit: u64", "ListPage<"]
            .iter()
            .any(|word| signature.contains(word))
    };
    signatures
        .map(|(signature, _)| signature)
        .filter(is_list)
        .filter_map(|signature| signature.split(['(', '<']).next())
        .map(|name| format!("{module}::{name}"))
        .collect()
}

#[test]
fn every_list_is_read_by_test_of_plans() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/repo");
    let tests = [include_str!("../plans.rs"), include_str!("lists.rs")].concat();
    let (mut missing, mut count) = (String::new(), 0);
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_string_lossy().into_owned();
        // A macro of that module defines a portion of many others.
        if path.is_dir() || ["plans", "query"].contains(&&*module) {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for name in lists(&module, &source) {
            count += 1;
            // Re-exported by the module that it belongs to.
            let name = name.replace("session_ends::", "sessions::");
            let is_unread = UNREAD.iter().any(|(unread, _)| *unread == name);
            if tests.contains(&format!("{name}(")) == is_unread {
                writeln!(missing, "{name}").unwrap();
            }
        }
    }
    assert!(count > 100, "{count} lists: their signatures have changed");
    assert!(
        missing.is_empty(),
        "read by no test of plans, or by one in spite of UNREAD:\n{missing}"
    );
}
