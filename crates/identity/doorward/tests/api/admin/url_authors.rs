//! The author of each URL in the body of an operation (decision 96): a row for each operation that has a
//! member with a URL. Each is sent by a call and by a command, and the stored author is read.

use std::collections::BTreeSet;

use doorward_admin::deployment::Deployment;
use doorward_admin::operation::{Entry, Member, MemberKind};
use doorward_admin::operations;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{ClientId, ProviderId};
use doorward_domain::secret::MasterKey;
use doorward_identity_server::features;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use serde_json::{Map, Value, json};

use super::world::World;

flows!(author_of_each_url_is_stored);

/// Members of an operation with a URL.
struct Row {
    operation: &'static str,
    /// URLs that the server requests. Their author is stored.
    requested: &'static [&'static str],
    /// URLs that only browsers request, and names of resources.
    others: &'static [&'static str],
}

const REQUESTED_OF_CLIENT: &[&str] = &[
    "backchannel_client_notification_endpoint",
    "backchannel_logout_uri",
    "jwks_uri",
    "request_uris",
];

/// Pages of a brand, to which browsers go.
const PAGES: &[&str] = &["imprint_url", "privacy_url", "support_url", "terms_url"];

const ROWS: &[Row] = &[
    Row {
        operation: "admin_client_create",
        requested: REQUESTED_OF_CLIENT,
        others: &[
            "consent.policy_uri",
            "consent.tos_uri",
            "frontchannel_logout_uri",
            "post_logout_redirect_uris",
            "redirect_uris",
            "tls_client_auth_san_uri",
            // It leads to those of an application of the catalogue.
            "url",
        ],
    },
    Row {
        operation: "admin_client_update",
        requested: REQUESTED_OF_CLIENT,
        others: &[
            "add_post_logout_redirect_uris",
            "add_redirect_uris",
            "consent.policy_uri",
            "consent.tos_uri",
            "frontchannel_logout_uri",
            "post_logout_redirect_uris",
            "redirect_uris",
            "tls_client_auth_san_uri",
        ],
    },
    // It stores nothing.
    others(
        "admin_client_impact",
        &[
            "add_post_logout_redirect_uris",
            "add_redirect_uris",
            "backchannel_client_notification_endpoint",
            "backchannel_logout_uri",
            "consent.policy_uri",
            "consent.tos_uri",
            "frontchannel_logout_uri",
            "jwks_uri",
            "post_logout_redirect_uris",
            "redirect_uris",
            "request_uris",
            "tls_client_auth_san_uri",
        ],
    ),
    Row {
        operation: "admin_provider_put",
        requested: &["issuer"],
        others: &[],
    },
    Row {
        operation: "admin_provider_update",
        requested: &["issuer"],
        others: &[],
    },
    others("admin_client_update_branding", PAGES),
    others("admin_org_update_branding", PAGES),
    others("admin_user_create", &["profile_url"]),
    others("admin_user_update", &["profile_url"]),
    others("admin_permission_create", &["audience"]),
    others("admin_resource_create", &["identifier"]),
    others("admin_resource_update", &["new_identifier"]),
    others("admin_scope_create", &["resource"]),
    others("admin_scope_update", &["resource"]),
    // Metadata is fetched at once, by the author of the request.
    others("admin_saml_check", &["logout_url", "metadata_url"]),
    others("admin_client_create_saml", &["logout_url", "metadata_url"]),
    others("admin_saml_update", &["logout_url", "metadata_url"]),
    others(
        "admin_saml_put",
        &["logout_response_url", "logout_url", "metadata_url"],
    ),
    // They are in the printed text only.
    others("admin_site_proxy_config", &["server", "upstream"]),
];

/// Returns the row of an operation whose URLs the server does not request: it names resources, or pages.
const fn others(operation: &'static str, others: &'static [&'static str]) -> Row {
    Row {
        operation,
        requested: &[],
        others,
    }
}

fn has_url(member: &Member) -> bool {
    let ends = ["_uri", "_uris", "_url", "_urls"];
    member.kind == MemberKind::Uri || ends.iter().any(|end| member.name.ends_with(end))
}

#[test]
fn each_member_with_url_has_row() {
    features::install();
    let known: BTreeSet<String> = operations::all().map(Entry::id).collect();
    let mut expected = BTreeSet::new();
    // A program can be built without the operations of a feature.
    for row in ROWS.iter().filter(|row| known.contains(row.operation)) {
        let members = row.requested.iter().chain(row.others);
        expected.extend(members.map(|member| format!("{} {member}", row.operation)));
    }
    let members = operations::all().flat_map(|entry| {
        let members = entry.members().iter().filter(|member| has_url(member));
        members.map(|member| format!("{} {}", entry.id(), member.name))
    });
    assert_eq!(members.collect::<BTreeSet<_>>(), expected);
}

/// Returns the URL that this test writes to a member.
fn url(row: &Row, id: &str, member: &str) -> String {
    format!("https://10.20.0.1/{}/{id}/{member}", row.operation)
}

fn body(row: &Row, entry: &Entry, id: &str) -> Map<String, Value> {
    let mut body = match row.operation {
        "admin_client_create" => json!({
            "name": id, "kind": "confidential", "auth_method": "private_key_jwt",
            "redirect_uris": ["https://app.example/cb"],
        }),
        "admin_provider_put" => json!({ "client_id": "doorward", "client_secret": "secret" }),
        "admin_provider_update" => json!({ "client_secret": "secret" }),
        _ => json!({}),
    };
    body["id"] = id.into();
    for name in row.requested {
        let mut members = entry.members().iter();
        let is_list = members.any(|member| member.name == *name && member.is_list);
        let url = url(row, id, name);
        body[name] = if is_list { json!([url]) } else { json!(url) };
    }
    match body {
        Value::Object(members) => members,
        other => panic!("{other}"),
    }
}

/// Returns the URLs of the object that count as written by the operator.
async fn operator_urls(world: &World<'_>, row: &Row, id: &str) -> BTreeSet<String> {
    let read = world.db.read();
    let urls = if row.operation.starts_with("admin_provider") {
        let found = repo::providers::find(read, &ProviderId::parse(id).unwrap()).await;
        found.unwrap().unwrap().operator_urls
    } else {
        let found = repo::clients::find(read, &ClientId::parse(id).unwrap()).await;
        found.unwrap().unwrap().operator_urls
    };
    urls.into_iter().collect()
}

/// Checks that only a command makes a URL the operator's, whose internal networks it may name.
async fn author_of_each_url_is_stored(stack: &Stack) {
    let world = World::new(stack).await;
    let master = stack.config().secret_key.as_ref().unwrap();
    let master = MasterKey::from_base64(master.expose()).unwrap();
    let operator = AdminContext {
        deployment: Deployment::Command(Some(&master)),
        ..AdminContext::command_line(&world.db, &stack.clock)
    };
    let rows = ROWS.iter().filter(|row| !row.requested.is_empty());
    for row in rows {
        let mut entries = operations::all();
        let entry = entries.find(|entry| entry.id() == row.operation).unwrap();
        let urls = row
            .requested
            .iter()
            .map(|member| url(row, "by-command", member));
        let urls: BTreeSet<String> = urls.collect();

        let sent = body(row, entry, "by-call");
        let call = entry.call();
        let path = format!("/api/admin/{}", call.path_with(&sent));
        let sent = Value::Object(sent);
        let page = world.change("admin", call.method, &path, Some(&sent)).await;
        assert!(page.status < 300, "{}: {}", row.operation, page.dump());
        let stored = operator_urls(&world, row, "by-call").await;
        assert!(stored.is_empty(), "{}: {stored:?}", row.operation);

        let sent = Value::Object(body(row, entry, "by-command"));
        (entry.run)(sent, &operator).await.unwrap();
        let stored = operator_urls(&world, row, "by-command").await;
        assert_eq!(stored, urls, "{}", row.operation);
    }
}
