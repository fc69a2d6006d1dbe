//! Tests of users at `/scim/v2`, with the requests of Entra ID and Okta.

use doorward_domain::model::UserId;
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, UserAgent, flows};
use serde_json::{Value, json};

use super::scim_source::{PATCH, Source, path};
use super::world::World;

flows!(
    user_is_created_read_changed_and_deleted,
    entra_provisions_user,
    okta_provisions_user,
    second_run_changes_nothing,
    leaver_has_no_access,
    administrator_keeps_address,
    last_administrator_stays,
    lists_have_pages,
    versions_are_compared,
    attributes_are_chosen,
    malformed_requests_are_rejected,
    server_describes_itself,
    bulk_runs_operations_in_order,
);

async fn user_is_created_read_changed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let created = source.create("dora").await;
    assert_eq!(created["userName"], "dora");
    assert_eq!(created["externalId"], "x-dora");
    assert_eq!(created["meta"]["resourceType"], "User");
    let at = path("Users", &created);
    let read = source.ok("GET", &at, None, 200).await;
    assert_eq!(read, created);
    let name = json!({ "userName": "dora" });
    source
        .fails("POST", "/Users", Some(&name), (400, "invalidValue"))
        .await;
    let mut again = created.clone();
    again["emails"][0]["value"] = "other@example.net".into();
    source
        .fails("POST", "/Users", Some(&again), (409, "uniqueness"))
        .await;
    again["userName"] = "theodora".into();
    again["emails"][0]["value"] = "dora@example.net".into();
    source
        .fails("POST", "/Users", Some(&again), (409, "uniqueness"))
        .await;

    let put = json!({ "userName": "dora", "nickName": "Do", "name": { "familyName": "Diaz" } });
    let changed = source.ok("PUT", &at, Some(&put), 200).await;
    assert_eq!(changed["nickName"], "Do");
    assert_eq!(changed["name"]["familyName"], "Diaz");
    // What a request leaves out stays.
    assert_eq!(changed["emails"], created["emails"]);
    let operations = json!([{ "op": "remove", "path": "nickName" }]);
    let changed = source.patch(&at, operations, 200).await;
    assert_eq!(changed.get("nickName"), None);

    source.ok("DELETE", &at, None, 204).await;
    source.fails("GET", &at, None, (404, "")).await;
    source.fails("DELETE", &at, None, (404, "")).await;
    assert_eq!(source.count("/Users", "userName eq \"dora\"").await, 0);
    let id = UserId::parse(created["id"].as_str().unwrap()).unwrap();
    let account = repo::users::find_by_id(world.db.read(), id).await.unwrap();
    assert!(!account.unwrap().is_active());
    // Another user with the same name would get the account of the former one.
    let mut other = created.clone();
    other["externalId"] = "x-other".into();
    source
        .fails("POST", "/Users", Some(&other), (409, "uniqueness"))
        .await;
    let again = source.ok("POST", "/Users", Some(&created), 201).await;
    assert_eq!(
        (&again["id"], &again["active"]),
        (&created["id"], &json!(true))
    );
}

/// Requests as Entra ID sends them.
async fn entra_provisions_user(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "entra", None).await;
    assert_eq!(
        source
            .count("/Users", "userName eq \"ines@example.net\"")
            .await,
        0
    );
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "ines@example.net",
        "active": true,
        "displayName": "Ines Ito",
        "emails": [{ "primary": true, "type": "work", "value": "ines@example.net" }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": "Ines Ito", "familyName": "Ito", "givenName": "Ines" },
        "title": "Engineer",
        "preferredLanguage": "en",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Sales" },
    });
    let created = source.ok("POST", "/Users", Some(&body), 201).await;
    assert_eq!(created["userName"], "ines@example.net");
    assert_eq!(created["displayName"], "Ines Ito");
    assert_eq!(
        source
            .count("/Users", "userName eq \"INES@example.net\"")
            .await,
        1
    );
    let by_address = "emails[type eq \"work\"].value eq \"ines@example.net\"";
    assert_eq!(source.count("/Users", by_address).await, 1);
    let external = "externalId eq \"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef\"";
    assert_eq!(source.count("/Users", external).await, 1);
    let at = path("Users", &created);
    let operations = json!([
        { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ines.ito@example.net" },
        { "op": "Replace", "path": "name.familyName", "value": "Ito-Ruiz" },
        { "op": "Add", "path": "title", "value": "Boss" },
        { "op": "Replace", "path": "displayName", "value": "Ignored" },
        { "op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "+4930123456" },
    ]);
    let changed = source.patch(&at, operations, 200).await;
    assert_eq!(changed["emails"][0]["value"], "ines.ito@example.net");
    assert_eq!(changed["name"]["familyName"], "Ito-Ruiz");
    assert_eq!(changed["phoneNumbers"][0]["value"], "+4930123456");
    let operations = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
    let changed = source.patch(&at, operations, 200).await;
    assert_eq!(changed["active"], false);
    let operations = json!([{ "op": "Add", "value": {
        "active": "True", "name.givenName": "Inés", "emails[type eq \"work\"].value": "ines@example.net",
    } }]);
    let changed = source.patch(&at, operations, 200).await;
    assert_eq!(changed["active"], true);
    assert_eq!(changed["name"]["givenName"], "Inés");
    // An account that existed before is found by its address.
    assert_eq!(
        source
            .count("/Users", "userName eq \"alice@example.org\"")
            .await,
        1
    );
}

/// Requests as Okta sends them.
async fn okta_provisions_user(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "okta", None).await;
    let list = source
        .ok("GET", "/Users?startIndex=1&count=2", None, 200)
        .await;
    assert_eq!(list["itemsPerPage"], 2);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "jun@example.net",
        "name": { "givenName": "Jun", "familyName": "Jo" },
        "emails": [{ "primary": true, "value": "jun@example.net", "type": "work" }],
        "displayName": "Jun Jo", "locale": "en_US", "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [], "password": "never-stored-1", "active": true,
    });
    let created = source.ok("POST", "/Users", Some(&body), 201).await;
    assert_eq!(created["locale"], "en-US");
    let at = path("Users", &created);
    let mut put = created.clone();
    put["name"]["middleName"] = "M".into();
    put["groups"] = json!([]);
    let changed = source.ok("PUT", &at, Some(&put), 200).await;
    assert_eq!(changed["name"]["middleName"], "M");
    let operations = json!([{ "op": "replace", "value": { "active": false } }]);
    assert_eq!(source.patch(&at, operations, 200).await["active"], false);
}

async fn second_run_changes_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let created = source.create("kurt").await;
    let at = path("Users", &created);
    let events = world.stack.audit_events().await.len();
    world.stack.clock.advance(5);
    let again = source.ok("PUT", &at, Some(&created), 200).await;
    assert_eq!(again, created);
    let operations =
        json!([{ "op": "Replace", "value": { "userName": "kurt", "active": "True" } }]);
    assert_eq!(source.patch(&at, operations, 200).await, created);
    assert_eq!(world.stack.audit_events().await.len(), events);
}

async fn leaver_has_no_access(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    let code = request.complete(&agent, "alice").await.code();
    let tokens = stack.exchange(&stack.seed.trusted, &code).await.json();
    let refresh = tokens["refresh_token"].as_str().map(str::to_owned);
    let at = format!("/Users/{}", world.id("alice"));
    let operations = json!([{ "op": "replace", "path": "active", "value": false }]);
    assert_eq!(source.patch(&at, operations, 200).await["active"], false);
    let id = UserId::parse(&world.id("alice")).unwrap();
    let now = doorward_access::clock::Clock::now(&stack.clock);
    let read = world.db.read();
    if let Some(refresh) = refresh {
        assert_eq!(
            stack.refresh(&stack.seed.trusted, &refresh).await.status,
            400
        );
    }
    assert!(
        repo::api_keys::list_live(read, id, now)
            .await
            .unwrap()
            .is_empty()
    );
    let is_named = |event: &doorward_domain::model::AuditEvent| {
        event.actor.as_deref() == Some("scim:hr")
            && event.subject.as_deref() == Some(&world.id("alice"))
    };
    assert!(stack.audit_events().await.iter().any(is_named));
    // An account that an administrator has disabled stays so.
    let back = json!([{ "op": "replace", "path": "active", "value": true }]);
    assert_eq!(source.patch(&at, back.clone(), 200).await["active"], true);
    stack.disable_user("alice").await;
    assert_eq!(source.patch(&at, back, 200).await["active"], false);
}

async fn administrator_keeps_address(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let at = format!("/Users/{}", world.id("helper"));
    let patch = |operations: Value| json!({ "schemas": [PATCH], "Operations": operations });
    for operations in [
        json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "mallory@example.net" }]),
        json!([{ "op": "replace", "path": "userName", "value": "mallory" }]),
    ] {
        source
            .fails("PATCH", &at, Some(&patch(operations)), (403, ""))
            .await;
    }
    let operations = json!([{ "op": "replace", "path": "name.givenName", "value": "Helga" }]);
    let changed = source.patch(&at, operations, 200).await;
    assert_eq!(changed["name"]["givenName"], "Helga");
}

async fn last_administrator_stays(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let at = format!("/Users/{}", world.id("admin"));
    let body = json!({ "schemas": [PATCH], "Operations": [{ "op": "replace", "value": { "active": false } }] });
    source.fails("PATCH", &at, Some(&body), (403, "")).await;
    source.fails("DELETE", &at, None, (403, "")).await;
}

async fn lists_have_pages(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    for name in ["una", "ubo", "uma"] {
        source.create(name).await;
    }
    let all = source.ok("GET", "/Users?count=200", None, 200).await;
    let total = all["totalResults"].as_u64().unwrap();
    assert_eq!(all["Resources"].as_array().unwrap().len() as u64, total);
    let mut seen = Vec::new();
    for start in 1..=total {
        let list = source
            .ok(
                "GET",
                &format!("/Users?count=1&startIndex={start}"),
                None,
                200,
            )
            .await;
        seen.push(list["Resources"][0]["id"].clone());
    }
    let ids: Vec<_> = all["Resources"].as_array().unwrap().iter().collect();
    assert_eq!(
        seen,
        ids.iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
    );
    let mut cursor = String::new();
    let mut by_cursor = Vec::new();
    loop {
        let list = source
            .ok("GET", &format!("/Users?count=2&cursor={cursor}"), None, 200)
            .await;
        for one in list["Resources"].as_array().unwrap() {
            by_cursor.push(one["id"].clone());
        }
        let Some(next) = list["nextCursor"].as_str() else {
            break;
        };
        next.clone_into(&mut cursor);
    }
    assert_eq!(by_cursor, seen);
    let found = source
        .count("/Users", "userName sw \"u\" and active eq true")
        .await;
    assert_eq!(found, 3);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "name.familyName eq \"uma\"", "attributes": ["userName"], "count": 5,
    });
    let list = source.ok("POST", "/Users/.search", Some(&body), 200).await;
    assert_eq!(list["Resources"][0]["userName"], "uma");
    let body = json!({ "filter": "userName eq \"uma\" or displayName eq \"sales\"", "count": 5 });
    let list = source.ok("POST", "/.search", Some(&body), 200).await;
    assert_eq!(list["totalResults"], 2, "{list}");
    let list = source
        .ok(
            "POST",
            "/Users/.search",
            Some(&json!({ "filter": "userName eq \"uma\"", "attributes": ["userName"] })),
            200,
        )
        .await;
    assert_eq!(list["Resources"][0].get("emails"), None);
}

async fn versions_are_compared(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let created = source.create("vera").await;
    let at = path("Users", &created);
    let page = source.call("GET", &at, None).await;
    let version = page.header("etag").unwrap().to_owned();
    assert_eq!(created["meta"]["version"], version.as_str());
    let known = source
        .call_with("GET", &at, None, &[("if-none-match", &version)])
        .await;
    assert_eq!(known.status, 304);
    let put = json!({ "userName": "vera", "nickName": "V" });
    let fields = [("if-match", version.as_str())];
    let page = source.call_with("PUT", &at, Some(&put), &fields).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let put = json!({ "userName": "vera", "nickName": "W" });
    for method in ["PUT", "DELETE"] {
        let page = source.call_with(method, &at, Some(&put), &fields).await;
        assert_eq!(page.status, 412, "{}", page.dump());
    }
}

async fn attributes_are_chosen(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let at = path("Users", &source.create("walt").await);
    let only = source
        .ok("GET", &format!("{at}?attributes=userName"), None, 200)
        .await;
    let names: Vec<_> = only
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let rest = source
        .ok(
            "GET",
            &format!("{at}?excludedAttributes=emails,meta"),
            None,
            200,
        )
        .await;
    assert_eq!((rest.get("emails"), rest.get("meta")), (None, None));
    assert_eq!(rest["userName"], "walt");
}

/// Method, path, body, status and keyword; ID is that of a user.
const MALFORMED: &[(&str, &str, &str, u16, &str)] = &[
    ("GET", "/Users?filter=userName", "", 400, "invalidFilter"),
    (
        "GET",
        "/Users?filter=userName%20eq",
        "",
        400,
        "invalidFilter",
    ),
    ("GET", "/Users?count=x", "", 400, "invalidValue"),
    ("GET", "/Users?cursor=x", "", 400, "invalidCursor"),
    (
        "GET",
        "/Users?sortBy=name.familyName",
        "",
        400,
        "invalidValue",
    ),
    ("GET", "/Users/unknown", "", 404, ""),
    ("GET", "/Nothing", "", 404, ""),
    ("POST", "/Users/ID", "{}", 405, ""),
    ("POST", "/Users", "[]", 400, "invalidSyntax"),
    ("POST", "/Users", "{", 400, "invalidSyntax"),
    (
        "POST",
        "/Users",
        r#"{"userName":"a","userName":"b"}"#,
        400,
        "invalidSyntax",
    ),
    ("POST", "/Users", "{}", 400, "invalidValue"),
    (
        "POST",
        "/Users",
        r#"{"userName":"zoe","emails":[{"value":"zoe"}]}"#,
        400,
        "invalidValue",
    ),
    ("PUT", "/Users/ID", r#"{"emails":[]}"#, 400, "invalidValue"),
    ("PUT", "/Users/ID", r#"{"active":"x"}"#, 400, "invalidValue"),
    ("PATCH", "/Users/ID", "{}", 400, "invalidSyntax"),
    ("POST", "/Groups", "{}", 400, "invalidValue"),
    ("POST", "/Bulk", "{}", 400, "invalidSyntax"),
];

async fn malformed_requests_are_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let created = source.create("xena").await;
    let id = created["id"].as_str().unwrap();
    for (method, path, body, status, kind) in MALFORMED {
        let agent = UserAgent::new();
        let url = stack.at(&format!("/scim/v2{}", path.replace("ID", id)));
        let mut request = agent
            .http()
            .request(method.parse().unwrap(), url)
            .bearer_auth(&source.token);
        if !body.is_empty() {
            request = request
                .header("content-type", "application/scim+json")
                .body(*body);
        }
        let page = agent.send(request).await;
        assert_eq!(
            page.status,
            *status,
            "{method} {path} {body} {}",
            page.dump()
        );
        assert_eq!(
            page.json()["scimType"].as_str().unwrap_or_default(),
            *kind,
            "{}",
            page.dump()
        );
    }
    for token in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let agent = UserAgent::new();
        let request = agent
            .http()
            .get(stack.at("/scim/v2/Users"))
            .bearer_auth(token);
        let page = agent.send(request).await;
        assert_eq!(page.status, 401, "{}", page.dump());
        assert!(page.header("www-authenticate").is_some());
    }
}

async fn server_describes_itself(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let config = source.ok("GET", "/ServiceProviderConfig", None, 200).await;
    for name in ["patch", "bulk", "sort", "etag"] {
        assert_eq!(config[name]["supported"], name != "sort", "{name}");
    }
    let types = source.ok("GET", "/ResourceTypes", None, 200).await;
    assert_eq!(types["totalResults"], 2);
    let schemas = source.ok("GET", "/Schemas", None, 200).await;
    for schema in schemas["Resources"].as_array().unwrap() {
        let id = schema["id"].as_str().unwrap();
        let one = source.ok("GET", &format!("/Schemas/{id}"), None, 200).await;
        assert_eq!(one, *schema);
    }
    source.ok("GET", "/ResourceTypes/Group", None, 200).await;
    source.fails("GET", "/Schemas/urn:x", None, (404, "")).await;
}

async fn bulk_runs_operations_in_order(stack: &Stack) {
    let world = World::new(stack).await;
    let source = Source::new(&world, "hr", None).await;
    let user = json!({ "userName": "yuri@example.net" });
    let group = json!({ "displayName": "Yard", "members": [{ "value": "bulkId:one" }] });
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            { "method": "POST", "path": "/Users", "bulkId": "one", "data": user },
            { "method": "POST", "path": "/Groups", "bulkId": "two", "data": group },
            { "method": "POST", "path": "/Users", "bulkId": "three", "data": user },
            { "method": "DELETE", "path": "/Groups/bulkId:two" },
            { "method": "DELETE", "path": "/Groups/bulkId:none" },
        ],
    });
    let done = source.ok("POST", "/Bulk", Some(&body), 200).await;
    let done = done["Operations"].as_array().unwrap();
    let statuses: Vec<_> = done.iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, ["201", "201", "409", "204", "400"], "{done:?}");
}
