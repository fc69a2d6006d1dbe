use super::*;

const GROUP: &str = "00000000-0000-7000-8000-000000000002";

/// Reads a line, and writes it again with the groups as written.
fn again(line: &str) -> Result<String, String> {
    let (mut rule, groups) = parse(line)?;
    let id = GroupId::parse(GROUP).unwrap();
    let mut names = BTreeMap::new();
    if let (SiteDemand::User(demand), Some(name)) = (&mut rule.demand, groups.first()) {
        demand.groups.insert(id);
        names.insert(id, name.clone());
    }
    Ok(write(&rule, &names))
}

#[test]
fn rules_are_read_and_written_alike() {
    for line in [
        "/* user",
        "/ anyone",
        "/metrics deny",
        "/public/* anyone",
        "OPTIONS /api/* preflight",
        "GET,HEAD /metrics anyone from=10.0.0.0/8 from=2001:db8::/32",
        "/api/* permission=wiki:read accept=access-token accept=api-key",
        "/admin/* role=editor role=owner group=/staff permission=a second-factor max-age=15m",
        "/admin/* group=acme:/sales passkey",
        "/a%20b/%C3%84/* max-age=90s",
        "/f(x) user accept=access-token",
    ] {
        assert_eq!(again(line).as_deref(), Ok(line));
    }
    for (line, expected) in [
        ("  HEAD,GET\t/x   user ", "GET,HEAD /x user"),
        ("/x user role=a", "/x role=a"),
        ("/x max-age=3600", "/x max-age=1h"),
        ("/x from=10.0.0.0/8 anyone", "/x anyone from=10.0.0.0/8"),
        ("/%c3%a4 anyone", "/%C3%A4 anyone"),
    ] {
        assert_eq!(again(line).as_deref(), Ok(expected), "{line}");
    }
}

#[test]
fn paths_are_exact_or_prefix() {
    for (line, expected) in [
        ("/* anyone", SitePath::Prefix(String::new())),
        ("/a/* anyone", SitePath::Prefix("/a".to_owned())),
        ("/a anyone", SitePath::Exact("/a".to_owned())),
        ("/a/ anyone", SitePath::Exact("/a/".to_owned())),
        ("/ anyone", SitePath::Exact("/".to_owned())),
        ("/%C3%84/* anyone", SitePath::Prefix("/Ä".to_owned())),
    ] {
        assert_eq!(parse(line).unwrap().0.path, expected, "{line}");
    }
}

#[test]
fn wrong_rules_are_explained() {
    for (line, expected) in [
        ("", "a path that begins with /"),
        ("GET", "a path that begins with /"),
        ("get /x anyone", "capital letters"),
        ("GET, /x anyone", "capital letters"),
        ("https://wiki.example.com/ anyone", "capital letters"),
        ("/x", "write anyone"),
        ("/x from=10.0.0.0/8", "write anyone"),
        ("/x anyone deny", "one demand"),
        ("/x anyone role=a", "no words about users"),
        ("/x user preflight", "no words about users"),
        ("/x everyone", "no word of a rule"),
        ("/x roles=a", "no word of a rule"),
        ("/x user from=10.0.0", "write a network"),
        ("/x user max-age=soon", "write a time"),
        ("/x user max-age=0", "write a time"),
        ("/x user max-age=31d", "write a time"),
        ("/x max-age=1m max-age=2m", "each word once"),
        ("/x role=a role=a", "each word once"),
        ("/x role=a accept=api-key accept=api-key", "each word once"),
        ("/x passkey second-factor", "second-factor or passkey"),
        ("/x user accept=cookie", "access-token or api-key"),
        ("/x anyone accept=api-key", "accept needs"),
        ("/x second-factor accept=api-key", "an API key has no"),
        ("/x max-age=1m accept=api-key", "an API key has no"),
        ("/x role=a accept=api-key", "name a permission too"),
        ("/x group=/a accept=api-key", "name a permission too"),
        ("/x* user", "at the end, after a slash"),
        ("/*/x user", "at the end, after a slash"),
        ("/**/* user", "at the end, after a slash"),
        ("/a//b user", "two slashes"),
        ("/a//* user", "two slashes"),
        ("/a/../b user", "segment of dots"),
        ("/%2e user", "segment of dots"),
        ("/a;b user", "semicolon"),
    ] {
        let problem = parse(line).unwrap_err();
        assert!(problem.contains(expected), "{line}: {problem}");
    }
}
