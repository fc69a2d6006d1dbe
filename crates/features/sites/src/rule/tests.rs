use doorward_domain::model::SiteId;
use doorward_domain::time::UnixSeconds;

use super::*;

const NOW: UnixSeconds = 1_000_000;

fn rule(id: u32, path: SitePath, demand: SiteDemand) -> SiteRule {
    SiteRule::new(id, path, demand)
}

fn below(path: &str) -> SitePath {
    SitePath::Prefix(path.to_owned())
}

fn at(path: &str) -> SitePath {
    SitePath::Exact(path.to_owned())
}

fn signed_in() -> SiteDemand {
    SiteDemand::User(UserDemand::default())
}

fn site(rules: Vec<SiteRule>) -> Site {
    let id = SiteId::parse("00000000-0000-7000-8000-000000000001").unwrap();
    Site {
        hosts: vec![
            "wiki.example.com".to_owned(),
            "*.apps.example.com".to_owned(),
        ],
        rules,
        ..Site::new(id, "wiki".to_owned(), NOW)
    }
}

fn arrival(host: &str, address: &str) -> Arrival {
    Arrival {
        scheme: Scheme::Https,
        host: Host::parse(host, Scheme::Https).unwrap(),
        address: address.parse().unwrap(),
    }
}

fn request(method: &str, path: &str) -> RequestFacts {
    RequestFacts {
        arrival: arrival("wiki.example.com", "192.0.2.1"),
        path: CanonicalPath::parse(path).unwrap(),
        method: Method::parse(method).unwrap(),
        is_preflight: false,
        is_navigation: true,
    }
}

fn authenticated(acr: &str, amr: &[&str], age: i64) -> Authentication {
    Authentication {
        auth_time: NOW - age,
        acr: acr.to_owned(),
        amr: amr.iter().map(ToString::to_string).collect(),
    }
}

fn user() -> Visitor {
    Visitor {
        roles: BTreeSet::from(["editor".to_owned()]),
        groups: BTreeSet::new(),
        permissions: BTreeSet::from(["wiki:read".to_owned()]),
        credential: Credential::Session,
        authentication: Some(authenticated("aal1", &["pwd"], 60)),
    }
}

/// Returns a decision in words: the number of the rule, if any, and what it decides.
fn words(site: &Site, facts: &RequestFacts, visitor: Option<&Visitor>) -> String {
    match decide(site, facts, visitor, NOW) {
        Decision::Allow(rule) => format!("{} allow", rule.id),
        Decision::SignIn(rule, _) if visitor.is_none() => format!("{} sign-in", rule.id),
        Decision::SignIn(rule, step) => {
            let factor = step.factor.map_or("-", SiteFactor::as_str);
            format!("{} step-up {factor} {}", rule.id, step.max_age.unwrap_or(0))
        }
        Decision::Deny(rule, reason) => {
            let rule = rule.map_or("-".to_owned(), |rule| rule.id.to_string());
            format!("{rule} {}", reason.as_str())
        }
    }
}

fn ask(rules: Vec<SiteRule>, method: &str, path: &str, visitor: Option<&Visitor>) -> String {
    words(&site(rules), &request(method, path), visitor)
}

#[test]
fn site_without_rules_denies() {
    for visitor in [None, Some(&user())] {
        assert_eq!(ask(Vec::new(), "GET", "/", visitor), "- site_no_rule");
    }
}

#[test]
fn first_matching_rule_decides() {
    let rules = || {
        vec![
            rule(1, below("/public"), SiteDemand::Anyone),
            rule(2, at("/metrics"), SiteDemand::Deny),
            rule(3, below("/public/secret"), SiteDemand::Deny),
            rule(4, below(""), signed_in()),
            rule(5, below("/late"), SiteDemand::Anyone),
        ]
    };
    for (path, expected) in [
        ("/public", "1 allow"),
        ("/public/", "1 allow"),
        ("/public/a/b", "1 allow"),
        ("/public/secret", "1 allow"),
        ("/publicity", "4 sign-in"),
        ("/public.html", "4 sign-in"),
        ("/metrics", "2 site_rule"),
        ("/metrics/x", "4 sign-in"),
        ("/metricsx", "4 sign-in"),
        ("/late", "4 sign-in"),
        ("/", "4 sign-in"),
        // Another case, or a slash at the end, would select another rule.
        ("/PUBLIC/a", "- site_ambiguous_path"),
        ("/Public", "- site_ambiguous_path"),
        ("/metrics/", "- site_ambiguous_path"),
        ("/METRICS", "- site_ambiguous_path"),
        ("/%C5%BFub", "4 sign-in"),
    ] {
        assert_eq!(ask(rules(), "GET", path, None), expected, "{path}");
    }
}

#[test]
fn case_of_other_alphabets_is_ambiguous() {
    let rules = || {
        vec![
            rule(1, below("/Ärger"), SiteDemand::Deny),
            rule(2, below("/kelvin"), SiteDemand::Deny),
            rule(3, below("/ss"), SiteDemand::Deny),
            rule(4, below(""), SiteDemand::Anyone),
        ]
    };
    for (path, expected) in [
        ("/%C3%84rger", "1 site_rule"),
        ("/%C3%A4rger", "- site_ambiguous_path"),
        // The Kelvin sign is a capital k, and the long s a small one.
        ("/%E2%84%AAelvin", "- site_ambiguous_path"),
        ("/%C5%BF%C5%BF", "- site_ambiguous_path"),
        ("/%C3%9F", "- site_ambiguous_path"),
        ("/other", "4 allow"),
    ] {
        assert_eq!(ask(rules(), "GET", path, None), expected, "{path}");
    }
}

#[test]
fn hosts_of_site_and_wildcard_are_served() {
    let site = site(vec![rule(1, below(""), SiteDemand::Anyone)]);
    for (host, expected) in [
        ("wiki.example.com", "1 allow"),
        ("WIKI.example.com:443", "1 allow"),
        ("one.apps.example.com", "1 allow"),
        ("wiki.example.com:8443", "- site_host"),
        ("a.one.apps.example.com", "- site_host"),
        ("apps.example.com", "- site_host"),
        ("example.com", "- site_host"),
        ("evilwiki.example.com", "- site_host"),
    ] {
        let facts = RequestFacts {
            arrival: arrival(host, "192.0.2.1"),
            ..request("GET", "/")
        };
        assert_eq!(words(&site, &facts, None), expected, "{host}");
    }
}

#[test]
fn methods_select_rules() {
    let reads = || SiteRule {
        methods: ["GET", "HEAD"].map(str::to_owned).into(),
        ..rule(1, below(""), SiteDemand::Anyone)
    };
    for (method, expected) in [
        ("GET", "1 allow"),
        ("HEAD", "1 allow"),
        ("POST", "2 sign-in"),
        ("OPTIONS", "2 sign-in"),
        ("GETX", "2 sign-in"),
    ] {
        let rules = vec![reads(), rule(2, below(""), signed_in())];
        assert_eq!(ask(rules, method, "/a", None), expected, "{method}");
    }
    assert_eq!(ask(vec![reads()], "POST", "/a", None), "- site_no_rule");
}

#[test]
fn networks_select_rules() {
    let inside = SiteRule {
        networks: ["10.0.0.0/8", "2001:db8::/32"]
            .map(|text| text.parse().unwrap())
            .into(),
        ..rule(1, below(""), SiteDemand::Anyone)
    };
    let site = site(vec![inside]);
    for (address, expected) in [
        ("10.1.2.3", "1 allow"),
        ("2001:db8::1", "1 allow"),
        ("::ffff:10.1.2.3", "1 allow"),
        ("192.0.2.1", "- site_no_rule"),
        ("::ffff:192.0.2.1", "- site_no_rule"),
        ("11.0.0.1", "- site_no_rule"),
        ("::1", "- site_no_rule"),
    ] {
        let facts = RequestFacts {
            arrival: arrival("wiki.example.com", address),
            ..request("GET", "/")
        };
        assert_eq!(words(&site, &facts, None), expected, "{address}");
    }
}

#[test]
fn preflight_rule_matches_preflights_only() {
    let site = site(vec![
        rule(1, below("/api"), SiteDemand::Preflight),
        rule(2, below(""), signed_in()),
    ]);
    for (method, path, is_preflight, expected) in [
        ("OPTIONS", "/api/x", true, "1 allow"),
        ("OPTIONS", "/api/x", false, "2 sign-in"),
        ("GET", "/api/x", false, "2 sign-in"),
        ("OPTIONS", "/other", true, "2 sign-in"),
    ] {
        let facts = RequestFacts {
            is_preflight,
            ..request(method, path)
        };
        let found = words(&site, &facts, None);
        assert_eq!(found, expected, "{method} {path} {is_preflight}");
    }
}

#[test]
fn any_role_group_or_permission_suffices() {
    let (mine, other) = (
        GroupId::parse("00000000-0000-7000-8000-000000000002").unwrap(),
        GroupId::parse("00000000-0000-7000-8000-000000000003").unwrap(),
    );
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    let demand = |roles: &[&str], groups: &[GroupId], permissions: &[&str]| UserDemand {
        roles: names(roles),
        groups: groups.iter().copied().collect(),
        permissions: names(permissions),
        ..UserDemand::default()
    };
    let visitor = Some(&Visitor {
        groups: BTreeSet::from([mine]),
        ..user()
    });
    for (demand, expected) in [
        (demand(&[], &[], &[]), "1 allow"),
        (demand(&["editor"], &[], &[]), "1 allow"),
        (demand(&["Editor"], &[], &[]), "1 site_not_allowed"),
        (demand(&["owner"], &[], &[]), "1 site_not_allowed"),
        (demand(&["owner", "editor"], &[], &[]), "1 allow"),
        (demand(&["owner"], &[mine], &[]), "1 allow"),
        (demand(&["owner"], &[other], &[]), "1 site_not_allowed"),
        (demand(&[], &[other], &["wiki:read"]), "1 allow"),
        (demand(&[], &[], &["wiki:write"]), "1 site_not_allowed"),
        (
            demand(&["wiki:read"], &[], &["editor"]),
            "1 site_not_allowed",
        ),
    ] {
        let site = site(vec![rule(1, below(""), SiteDemand::User(demand.clone()))]);
        assert_eq!(
            words(&site, &request("GET", "/"), visitor),
            expected,
            "{demand:?}"
        );
        let anonymous = words(&site, &request("GET", "/"), None);
        assert_eq!(anonymous, "1 sign-in", "{demand:?}");
    }
}

#[test]
fn factor_and_age_demand_step_up() {
    let ask = |factor, max_age, authentication: Option<Authentication>| {
        let demand = UserDemand {
            factor,
            max_age,
            ..UserDemand::default()
        };
        let visitor = Some(&Visitor {
            authentication,
            ..user()
        });
        ask(
            vec![rule(1, below(""), SiteDemand::User(demand))],
            "GET",
            "/",
            visitor,
        )
    };
    let (second, passkey) = (Some(SiteFactor::SecondFactor), Some(SiteFactor::Passkey));
    let password = || Some(authenticated("aal1", &["pwd"], 60));
    let code = || Some(authenticated("aal2", &["pwd", "otp", "mfa"], 60));
    let key = || Some(authenticated("aal2", &["hwk", "user", "mfa"], 60));
    let synced = || Some(authenticated("aal2", &["swk", "user", "mfa"], 60));
    for (found, expected) in [
        (ask(None, None, None), "1 allow"),
        (ask(second, None, password()), "1 step-up second_factor 0"),
        (ask(second, None, code()), "1 allow"),
        (ask(second, None, key()), "1 allow"),
        (ask(second, None, None), "1 step-up second_factor 0"),
        (ask(passkey, None, code()), "1 step-up passkey 0"),
        (ask(passkey, None, key()), "1 allow"),
        (ask(passkey, None, synced()), "1 allow"),
        (ask(None, Some(59), key()), "1 step-up - 59"),
        (ask(None, Some(60), key()), "1 allow"),
        (ask(None, Some(60), None), "1 step-up - 60"),
        (
            ask(second, Some(10), password()),
            "1 step-up second_factor 10",
        ),
        (ask(second, Some(10), code()), "1 step-up - 10"),
        // A user agent cannot claim a key without two factors.
        (
            ask(passkey, None, Some(authenticated("aal1", &["hwk"], 1))),
            "1 step-up passkey 0",
        ),
    ] {
        assert_eq!(found, expected);
    }
}

#[test]
fn rule_accepts_tokens_only_if_it_says_so() {
    for (credential, access_tokens, api_keys, expected) in [
        (Credential::Session, false, false, "1 allow"),
        (Credential::AccessToken, false, false, "1 site_credential"),
        (Credential::AccessToken, false, true, "1 site_credential"),
        (Credential::AccessToken, true, false, "1 allow"),
        (Credential::ApiKey, true, false, "1 site_credential"),
        (Credential::ApiKey, false, true, "1 allow"),
    ] {
        let rule = SiteRule {
            access_tokens,
            api_keys,
            ..rule(1, below(""), signed_in())
        };
        let visitor = Some(&Visitor {
            credential,
            ..user()
        });
        let found = ask(vec![rule], "GET", "/", visitor);
        assert_eq!(found, expected, "{credential:?} {access_tokens} {api_keys}");
    }
    // A rule for anyone does not look at credentials.
    let visitor = Some(&Visitor {
        credential: Credential::ApiKey,
        ..user()
    });
    let open = rule(1, below(""), SiteDemand::Anyone);
    assert_eq!(ask(vec![open], "GET", "/", visitor), "1 allow");
}

#[test]
fn roles_and_groups_do_not_count_for_api_key() {
    let group = GroupId::parse("00000000-0000-7000-8000-000000000002").unwrap();
    for (roles, groups, permissions, expected) in [
        (&["editor"][..], vec![], &[][..], "1 site_not_allowed"),
        (&[], vec![group], &[], "1 site_not_allowed"),
        (&["editor"], vec![group], &["wiki:read"], "1 allow"),
        (&["editor"], vec![], &["wiki:write"], "1 site_not_allowed"),
        (&[], vec![], &[], "1 allow"),
    ] {
        let demand = UserDemand {
            roles: roles.iter().map(ToString::to_string).collect(),
            groups: groups.into_iter().collect(),
            permissions: permissions.iter().map(ToString::to_string).collect(),
            ..UserDemand::default()
        };
        let rule = SiteRule {
            api_keys: true,
            ..rule(1, below(""), SiteDemand::User(demand.clone()))
        };
        let visitor = Some(&Visitor {
            groups: BTreeSet::from([group]),
            credential: Credential::ApiKey,
            ..user()
        });
        assert_eq!(ask(vec![rule], "GET", "/", visitor), expected, "{demand:?}");
    }
}

#[test]
fn users_without_access_are_not_asked_for_factors() {
    let demand = UserDemand {
        roles: BTreeSet::from(["owner".to_owned()]),
        factor: Some(SiteFactor::SecondFactor),
        ..UserDemand::default()
    };
    let rules = vec![rule(1, below(""), SiteDemand::User(demand))];
    assert_eq!(ask(rules, "GET", "/", Some(&user())), "1 site_not_allowed");
}
