//! The authorization matrix: each operation of the document, for each caller, on resources of the
//! caller's organization, of another one and of none. A missing operation fails the test.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::{BulkChangeId, Invitation, SubjectKind};
use doorward_store::{WriteTx, repo};
use doorward_testkit::stack::HOST;
use doorward_testkit::{Stack, flows_with};
use serde_json::Value;

use super::matrix_bodies;
use super::matrix_objects::{member, prepare, restore};
use super::matrix_rows::MATRIX;
use super::world::World;

flows_with!(LOCALHOST; each_operation_matches_matrix_for_each_caller);

/// A host name, so that passkeys work.
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];

/// The callers: none, a user without permissions, a member and the owner of acme, the owner of zeta, an
/// administrator of acme only, the administrator for acme, a user who changes users, the administrator.
pub(super) const CALLERS: [&str; 9] = [
    "",
    "alice",
    "alice@acme",
    "mona@acme",
    "bob@zeta",
    "olga@acme",
    "admin@acme",
    "clerk",
    "admin",
];

/// Returns the operations of the document below `/api/admin`: ID → method and path.
pub fn operations(document: &Value) -> BTreeMap<String, (String, String)> {
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/api/admin/") {
            continue;
        }
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            found.insert(id.to_owned(), (method.to_uppercase(), path.clone()));
        }
    }
    found
}

/// Adds an invitation for the path, waiting in a batch if the path has one.
async fn invited(
    world: &World<'_>,
    tx: &WriteTx,
    path: &str,
    slug: &str,
) -> (Invitation, BulkChangeId) {
    let mut invited = super::invitations::pending_invitation(world, slug);
    let batch = BulkChangeId::from_uuid(invited.id.as_uuid());
    if path.contains("/invitation-batches/") {
        invited.batch = Some(batch);
        invited.queued_at = Some(invited.created_at);
    }
    if invited.batch.is_some() || path.contains("/invitations/") {
        repo::invitations::insert(tx, &invited).await.unwrap();
    }
    (invited, batch)
}

/// Parts of paths, and the objects that they name.
const NAMED: [(&str, &str); 6] = [
    ("/saml/clients/{id}", "/saml/clients/spare-saml"),
    ("/roles/{name}", "/roles/spare"),
    ("/resources/{identifier}", "/resources/urn%3Aspare"),
    ("/scopes/{name}", "/scopes/spare:read"),
    ("/sites/{name}", "/sites/spare"),
    ("/profile-fields/{name}", "/profile-fields/spare"),
];

/// Creates the resources of one cell and returns its path and body.
async fn request(world: &World<'_>, path: &str, on: &str, id: &str) -> (String, Option<Value>) {
    let slug = match on {
        "" => "acme",
        "other" => "",
        slug => slug,
    };
    let tx = world.db.begin_write().await.unwrap();
    let profile = world.id(match on {
        "" | "acme" => "carol",
        "zeta" if path.contains("/admin/users/") => "zoe",
        _ => "helper",
    });
    let org = (!slug.is_empty()).then_some(slug);
    let holder = world.id(if slug == "zeta" { "zoe" } else { "carol" });
    let assigned = world.given(SubjectKind::User, &holder, "spare", org);
    repo::roles::assign(&tx, &assigned).await.unwrap();
    let stored = repo::roles::assignments(&tx, SubjectKind::User, &holder)
        .await
        .unwrap();
    let stored = stored
        .into_iter()
        .find(|item| item.role == "spare" && item.org.as_deref() == org);
    // A member to remove, and a user to add.
    let user = world.people[if slug == "acme" { "carol" } else { "helper" }];
    let joining = ["admin_group_add_member", "admin_org_remove_member"];
    if slug == "zeta" && joining.contains(&id) {
        repo::organizations::put_member(&tx, slug, &member(user))
            .await
            .unwrap();
    }
    if id == "admin_group_remove_member" {
        repo::groups::add_member(&tx, world.groups[slug], user, 0)
            .await
            .unwrap();
    }
    let (invited, batch) = invited(world, &tx, path, slug).await;
    tx.commit().await.unwrap();
    let group = world.groups[slug].to_string();
    let (provider, claim) = match id {
        "admin_provider_put" => ("/providers/acme", ""),
        "admin_claim_put" => ("", "/claims/tier"),
        _ => ("/providers/unknown", "/claims/unknown"),
    };
    let named = NAMED.iter();
    let path = named.fold(path.to_owned(), |path, (from, to)| path.replace(from, to));
    let path = path
        .replace("/users/{id}", &format!("/users/{profile}"))
        .replace("/groups/{id}", &format!("/groups/{group}"))
        .replace(
            "/role-assignments/{id}",
            &format!("/role-assignments/{}", stored.unwrap().id),
        )
        .replace("/invitations/{id}", &format!("/invitations/{}", invited.id))
        .replace(
            "/invitation-batches/{id}",
            &format!("/invitation-batches/{batch}"),
        )
        .replace("{slug}", slug)
        .replace("{scheme}", "light")
        .replace("{language}", "nl")
        .replace("{key}", "help")
        .replace("/clients/{id}", "/clients/post-app")
        .replace("{codename}", "spare:use")
        .replace("{user}", &profile)
        .replace("{client_id}", "post-app")
        .replace("{factor}", "app")
        .replace("{link}", &invited.id.to_string())
        .replace("/api-keys/{id}", "/api-keys/4fG7hJ9kLmNp")
        .replace("/providers/{id}", provider)
        .replace("/claims/{id}", claim)
        .replace("/managed/{kind}", "/managed/roles")
        .replace("{kid}", "unknown")
        .replace("{line}", "1")
        .replace("{month}", "never")
        .replace("{id}", "0190f6a0-0000-7000-8000-000000000000");
    (
        path + &query(world, slug, id),
        matrix_bodies::sent(world, slug, id),
    )
}

/// Returns the query of an operation that requires one.
fn query(world: &World<'_>, slug: &str, id: &str) -> String {
    let carol = world.id("carol");
    match id {
        "admin_session_end_all" => format!("?user={carol}"),
        "admin_role_revoke" => format!("?user={carol}&role=spare&organization=acme"),
        "admin_consent_list" => "?client_id=post-app".to_owned(),
        "admin_site_proxy_config" => "?proxy=nginx".to_owned(),
        "admin_site_check" => "?url=https%3A%2F%2Fspare.example.com%2F".to_owned(),
        "admin_text_list" | "admin_text_remove" if !slug.is_empty() => {
            format!("?organization={slug}")
        }
        _ => String::new(),
    }
}

fn letter(page: &doorward_testkit::Page) -> char {
    match page.status {
        200 | 201 | 202 | 204 => 'y',
        401 => '.',
        403 => 'd',
        404 => 'n',
        409 if page.json()["type"] == "urn:doorward:problem:still-needed" => 's',
        409 if page.json()["type"] == "urn:doorward:problem:already-done" => 'a',
        // The name that a rename sends is the present one.
        409 if page.json()["type"] == "urn:doorward:problem:already-exists" => 'a',
        412 => 'v',
        // Permitted, but the request has no picture.
        415 => 'm',
        _ => '?',
    }
}

/// Returns the organizations an operation must be tried on: own, another one and none, if its path
/// or body can refer to such a resource.
fn required(path: &str, body: &Value) -> BTreeSet<&'static str> {
    let names = |part: &str| path.contains(part);
    let of_tenants = ["/users/{", "/groups/{", "/role-assignments/{", "/texts/{"];
    if of_tenants.into_iter().any(names) || body.get("organization").is_some() {
        BTreeSet::from(["acme", "zeta", "other"])
    } else if names("{slug}") {
        BTreeSet::from(["acme", "zeta"])
    } else {
        BTreeSet::from([""])
    }
}

/// Returns the properties of an operation's request body.
fn members<'a>(document: &'a Value, operation: &Value) -> &'a Value {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let name = schema.as_str().and_then(|name| name.rsplit('/').next());
    &document["components"]["schemas"][name.unwrap_or_default()]["properties"]
}

async fn each_operation_matches_matrix_for_each_caller(stack: &Stack) {
    let mut world = World::new(stack).await;
    prepare(&mut world).await;
    let document = world
        .call("", "GET", "/api/openapi.json", None)
        .await
        .json();
    let operations = operations(&document);
    let rows = |id: &str| -> Vec<&str> {
        let of_it = MATRIX.iter().filter(|row| row.0 == id);
        of_it.map(|row| row.1).collect()
    };
    for (id, (method, path)) in &operations {
        let operation = &document["paths"][path][method.to_lowercase()];
        let required = required(path, members(&document, operation));
        let listed: BTreeSet<_> = rows(id).into_iter().collect();
        assert_eq!(listed, required, "missing or surplus rows of {id}");
        assert_eq!(rows(id).len(), listed.len(), "{id} twice");
    }
    for (id, ..) in MATRIX {
        assert!(
            operations.contains_key(*id),
            "{id} is not an operation of the document"
        );
    }
    for who in CALLERS.iter().filter(|who| !who.is_empty()) {
        world.token(who).await;
    }
    let mut wrong = Vec::new();
    for (id, on, expected) in MATRIX {
        let (method, pattern) = &operations[*id];
        let mut got = String::new();
        for who in CALLERS {
            let (path, body) = request(&world, pattern, on, id).await;
            // A permitted caller must not change the next row, so nothing is deleted permanently.
            let is_end = method == "DELETE" && !matches!(*id, "admin_role_remove_assignment");
            let fields = if is_end && !pattern.contains("members") {
                [("if-match", "\"stale\"")]
            } else {
                [("if-match", "*")]
            };
            let page = world
                .call_with(who, method, &path, body.as_ref(), &fields)
                .await;
            assert!(letter(&page) != '?', "{id} {on} {who}: {}", page.dump());
            got.push(letter(&page));
            restore(&world).await;
        }
        if got != *expected {
            wrong.push(format!("{id} on {on:?}: expected {expected}, got {got}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "callers are {CALLERS:?}\n{}",
        wrong.join("\n")
    );
}
