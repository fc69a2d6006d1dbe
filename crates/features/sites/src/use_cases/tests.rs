//! Sites on a real store.

use doorward_admin::roles;
use doorward_admin::testing::{NOW, World};
use doorward_store::repo::sites::RuleName;

use super::*;

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

fn change(hosts: &[&str], rules: &[&str]) -> Update {
    Update {
        hosts: Some(lines(hosts)),
        rules: Some(lines(rules)),
        ..Update::default()
    }
}

fn named(name: &str, change: Update) -> Update {
    Update {
        name: name.to_owned(),
        ..change
    }
}

async fn rules_of(context: &AdminContext<'_>, site: &Site) -> Vec<String> {
    let names = group_names(context, std::slice::from_ref(site))
        .await
        .unwrap();
    site.rules
        .iter()
        .map(|rule| notation::write(rule, &names))
        .collect()
}

#[tokio::test]
async fn site_is_created_changed_and_deleted() {
    let world = World::new().await;
    let context = world.op();
    let new = change(
        &["Wiki.example.com", "*.wiki.example.com"],
        &["/public/* anyone", "/* user"],
    );
    let site = create(&context, named("wiki", new)).await.unwrap();
    assert_eq!(site.hosts, ["wiki.example.com", "*.wiki.example.com"]);
    assert_eq!(get(&context, "wiki").await.unwrap(), site);
    let read = context.db.read();
    for (host, wildcard, expected) in [
        ("wiki.example.com", None, true),
        ("a.wiki.example.com", Some("*.wiki.example.com"), true),
        ("wiki.example.com:8443", Some("*.example.com:8443"), false),
        ("example.com", Some("*.com"), false),
    ] {
        let found = repo::sites::find_by_host(read, host, wildcard)
            .await
            .unwrap();
        assert_eq!(found.is_some(), expected, "{host}");
    }
    let headers = [("user", "X-WEBAUTH-USER"), ("name", "")];
    let headers = headers.map(|(fact, name)| (fact.to_owned(), name.to_owned()));
    let headers = BTreeMap::from(headers);
    let changed = Update {
        headers: Some(headers),
        raw_headers: Some(true),
        ..change(&["docs.example.com"], &["/* user", "/x deny"])
    };
    let after = update(&context, named("wiki", changed)).await.unwrap();
    assert_eq!(after.version, 2);
    assert_eq!(
        after.headers.by_fact().map(|(_, name)| name),
        [
            "X-WEBAUTH-USER",
            "Remote-Groups",
            "Remote-Email",
            "",
            "Remote-Token"
        ]
    );
    let former = repo::sites::find_by_host(read, "wiki.example.com", None)
        .await
        .unwrap();
    assert_eq!(former, None);
    delete(&context, "wiki").await.unwrap();
    let again = delete(&context, "wiki").await;
    assert!(
        matches!(again, Err(AdminError::NotFound { .. })),
        "{again:?}"
    );
    assert_eq!(list(&context, None, 10).await.unwrap(), []);
    let changes = world.changes(AuditKind::SiteChanged).await;
    assert_eq!(changes, ["changed", "created", "deleted"]);
}

#[tokio::test]
async fn exact_host_precedes_wildcard_of_another_site() {
    let world = World::new().await;
    let context = world.op();
    create(&context, named("all", change(&["*.example.com"], &[])))
        .await
        .unwrap();
    create(&context, named("wiki", change(&["wiki.example.com"], &[])))
        .await
        .unwrap();
    let read = context.db.read();
    for (host, expected) in [("wiki.example.com", "wiki"), ("docs.example.com", "all")] {
        let found = repo::sites::find_by_host(read, host, Some("*.example.com")).await;
        assert_eq!(found.unwrap().unwrap().name, expected);
    }
}

#[tokio::test]
async fn invalid_sites_are_rejected() {
    let world = World::new().await;
    let context = world.op();
    create(&context, named("docs", change(&["docs.example.com"], &[])))
        .await
        .unwrap();
    let header = |user: &str| Update {
        headers: Some(BTreeMap::from([("user".to_owned(), user.to_owned())])),
        ..change(&["wiki.example.com"], &[])
    };
    for (name, change, expected) in [
        ("W", change(&["wiki.example.com"], &[]), "name"),
        ("new", change(&["wiki.example.com"], &[]), "name"),
        ("check", change(&["wiki.example.com"], &[]), "name"),
        ("wiki", change(&[], &[]), "hosts"),
        ("wiki", change(&["wiki.example.com."], &[]), "hosts"),
        ("wiki", change(&["*.com"], &[]), "hosts"),
        ("wiki", change(&["docs.example.com"], &[]), "hosts"),
        ("wiki", change(&["DOCS.example.com:443"], &[]), "hosts"),
        (
            "wiki",
            change(&["wiki.example.com"], &["/* everyone"]),
            "rules",
        ),
        (
            "wiki",
            change(&["wiki.example.com"], &["/* role=nothing"]),
            "rules",
        ),
        (
            "wiki",
            change(&["wiki.example.com"], &["/* permission=no"]),
            "rules",
        ),
        (
            "wiki",
            change(&["wiki.example.com"], &["/* group=/none"]),
            "rules",
        ),
        ("wiki", header("Remote_User"), "headers"),
        ("wiki", header("Cookie"), "headers"),
        ("wiki", header("remote-email"), "headers"),
    ] {
        match create(&context, named(name, change.clone())).await {
            Err(AdminError::Invalid { field, .. }) => assert_eq!(field, expected, "{change:?}"),
            other => panic!("{name} {change:?}: {other:?}"),
        }
    }
    let taken = create(&context, named("docs", change(&["wiki.example.com"], &[]))).await;
    assert!(matches!(taken, Err(AdminError::Taken { .. })), "{taken:?}");
    let unknown = Update {
        organization: Some(Some("nowhere".to_owned())),
        ..change(&["wiki.example.com"], &[])
    };
    let unknown = create(&context, named("wiki", unknown)).await;
    let is_named = |error: &AdminError| matches!(error, AdminError::Invalid { field, .. } if *field == "organization");
    assert!(unknown.as_ref().is_err_and(is_named), "{unknown:?}");
}

#[tokio::test]
async fn rules_follow_names_of_roles() {
    let world = World::new().await;
    let context = world.op();
    roles::create(&context, "scribe", "Writes", Vec::new())
        .await
        .unwrap();
    let new = change(&["wiki.example.com"], &["/* role=scribe"]);
    let site = create(&context, named("wiki", new)).await.unwrap();
    let deleted = roles::delete(&context, "scribe").await;
    assert!(
        matches!(deleted, Err(AdminError::Invalid { .. })),
        "{deleted:?}"
    );
    let tx = context.begin().await.unwrap();
    let role = repo::roles::find(&tx, "scribe").await.unwrap().unwrap();
    repo::roles::rename(&tx, &role, "clerk", None, NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let renamed = get(&context, "wiki").await.unwrap();
    assert_eq!(rules_of(&context, &renamed).await, ["/* role=clerk"]);
    assert_eq!(renamed.version, site.version + 1);
    // The former name is not that of a new role.
    let read = context.db.read();
    for (name, expected) in [("clerk", Some("wiki")), ("scribe", None)] {
        let found = repo::sites::find_naming(read, RuleName::Role, name)
            .await
            .unwrap();
        assert_eq!(found.as_deref(), expected, "{name}");
    }
}

#[tokio::test]
async fn check_decides_as_for_real_request() {
    let world = World::new().await;
    let context = world.op();
    let user = world.user("alice").await;
    let rules = [
        "/public/* anyone",
        "/admin/* role=admin",
        "/secret/* passkey max-age=1m",
        "/api/* user accept=api-key",
        "/* user",
    ];
    create(
        &context,
        named("wiki", change(&["wiki.example.com"], &rules)),
    )
    .await
    .unwrap();
    let ask = |path: &str, user: Option<&str>| AssumedRequest {
        url: format!("https://wiki.example.com{path}"),
        user: user.map(str::to_owned),
        ..AssumedRequest::default()
    };
    let alice = Some(user.username.as_str());
    let with_key = AssumedRequest {
        credential: Some(Credential::ApiKey),
        ..ask("/api/x", alice)
    };
    let recent = AssumedRequest {
        factor: Some(SiteFactor::Passkey),
        age: Some(60),
        ..ask("/secret/x", alice)
    };
    let old = AssumedRequest {
        age: Some(61),
        ..recent.clone()
    };
    for (request, outcome, rule) in [
        (ask("/public/a?x=/admin", None), "allow", Some(1)),
        (ask("", None), "sign_in", Some(5)),
        (ask("/x", alice), "allow", Some(5)),
        (ask("/admin/x", alice), "deny", Some(2)),
        (ask("/ADMIN/x", alice), "deny", None),
        (ask("/secret/x", alice), "step_up", Some(3)),
        (recent, "allow", Some(3)),
        (old, "step_up", Some(3)),
        (ask("/api/x", alice), "allow", Some(4)),
        (with_key, "allow", Some(4)),
    ] {
        let checked = check(&context, &request).await.unwrap();
        let found = (checked.outcome, checked.rule_id);
        assert_eq!(found, (outcome, rule), "{request:?}");
    }
    for (url, method) in [
        ("http://wiki.example.com/", "GET"),
        ("https://wiki.example.com/a//b", "GET"),
        ("https://wiki.example.com./", "GET"),
        ("https://wiki.example.com/", "get"),
    ] {
        let request = AssumedRequest {
            url: url.to_owned(),
            method: Some(method.to_owned()),
            ..ask("", None)
        };
        let checked = check(&context, &request).await;
        assert!(
            matches!(checked, Err(AdminError::Invalid { .. })),
            "{checked:?}"
        );
    }
    let elsewhere = AssumedRequest {
        url: "https://docs.example.com/".to_owned(),
        ..ask("", None)
    };
    let elsewhere = check(&context, &elsewhere).await;
    assert!(
        matches!(elsewhere, Err(AdminError::NotFound { .. })),
        "{elsewhere:?}"
    );
}
