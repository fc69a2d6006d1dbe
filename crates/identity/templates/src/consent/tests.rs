use doorward_i18n::Lang;

use super::*;

#[test]
fn redirect_host_is_named_unchanged() {
    let host = |text: &str| RedirectHost::Host(text.to_owned());
    for (uri, expected) in [
        ("https://photos.example/cb?x=1", host("photos.example")),
        (
            "https://photos.example:8443/cb",
            host("photos.example:8443"),
        ),
        ("https://photos.example:443/cb", host("photos.example")),
        ("https://раураl.example/", host("xn--l-7sba6dbr.example")),
        ("https://203.0.113.7/cb", host("203.0.113.7")),
        ("http://127.0.0.1:5000/cb", RedirectHost::ThisComputer),
        ("http://[::1]:5000/cb", RedirectHost::ThisComputer),
        (
            "http://localhost:8401/web/callback",
            RedirectHost::ThisComputer,
        ),
        (
            "com.example.app:/cb",
            RedirectHost::App("com.example.app".to_owned()),
        ),
        (
            "https://127.0.0.1.evil.example/",
            host("127.0.0.1.evil.example"),
        ),
        ("not a uri", RedirectHost::App("not a uri".to_owned())),
    ] {
        assert_eq!(RedirectHost::from_uri(uri), expected, "{uri}");
    }
}

#[test]
fn sensitive_scopes_are_listed_first() {
    let rows = [
        "openid",
        "email",
        "tasks:delete",
        "tasks:read_all",
        "tasks:read",
        "offline_access",
    ]
    .map(|name| ScopeRow::new(name, None));
    let names: Vec<String> = ScopeRow::list(rows.into())
        .into_iter()
        .map(|row| row.name)
        .collect();
    assert_eq!(
        names,
        [
            "tasks:delete",
            "tasks:read_all",
            "offline_access",
            "openid",
            "email",
            "tasks:read"
        ]
    );
}

#[test]
fn scope_text_falls_back_to_registered_text_and_name() {
    let layout = Layout::sample(Lang::De);
    let row = |name: &str, text: Option<&str>| ScopeRow::new(name, text.map(str::to_owned));
    assert_eq!(
        row("email", Some("x")).sentence(&layout),
        "Ihre E-Mail-Adresse sehen"
    );
    assert_eq!(
        row("prints:order", Some("Order prints")).sentence(&layout),
        "Order prints"
    );
    assert_eq!(
        row("frames:hang", None).sentence(&layout),
        "„frames:hang“ verwenden"
    );
    assert_eq!(row("prints:delete", None).icon(), ScopeIcon::Alert);
    assert_eq!(row("prints:write", None).icon(), ScopeIcon::Write);
}

#[test]
fn scopes_are_grouped_by_resource() {
    let of = |resource: Option<&str>, name: &str| ScopeRow {
        resource: resource.map(str::to_owned),
        ..ScopeRow::new(name, None)
    };
    let rows = ScopeRow::list(vec![
        of(None, "openid"),
        of(Some("Tasks"), "tasks:read"),
        of(None, "email"),
        of(Some("Tasks"), "tasks:delete"),
    ]);
    let groups = ScopeRow::by_resource(&rows);
    let names: Vec<(&str, Vec<&str>)> = groups
        .iter()
        .map(|(resource, rows)| {
            (
                *resource,
                rows.iter().map(|row| row.name.as_str()).collect(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("Tasks", vec!["tasks:delete", "tasks:read"]),
            ("", vec!["openid", "email"]),
        ]
    );
}
