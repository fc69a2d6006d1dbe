use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{self, BILLS, NOW, REDIRECT, TASKS, scope, strings};
use doorward_domain::model::{ConsentTerms, MetadataDocument, RegisteredBy};

/// Returns the resources that follow from scopes, like `authorize::resolve_access`.
fn resources_of(names: &Scope) -> Vec<String> {
    let aims = |start: &str| names.iter().any(|name| name.starts_with(start));
    let mut resources = Vec::new();
    if aims("tasks:") {
        resources.push(TASKS.to_owned());
    }
    if aims("bills:") {
        resources.push(BILLS.to_owned());
    }
    resources
}

fn with_wanted<T>(names: &str, optional: &str, use_it: impl FnOnce(&ConsentRequest<'_>) -> T) -> T {
    let (scope, optional) = (scope(names), scope(optional));
    let resources = resources_of(&scope);
    use_it(&ConsentRequest {
        scope: &scope,
        resources: &resources,
        details: &AuthorizationDetails::default(),
        optional: &optional,
        registry: Registry {
            scopes: &sample::scopes(),
            resources: &sample::resources(),
            details: &sample::details(),
            former: &[],
        },
    })
}

fn remembered(allowed: &str, declined: &str) -> Consent {
    let allowed = scope(allowed);
    Consent {
        resources: resources_of(&allowed),
        scope: allowed,
        declined: scope(declined),
        ..sample::consent()
    }
}

/// requested × remembered (consented | declined) × optional: whether a page is shown, and its new,
/// optional and kept scopes.
#[rstest]
#[case::first("openid email", None, "", Some(("openid email", "", "")))]
#[case::first_with_boxes("openid email", None, "email", Some(("openid email", "email", "")))]
#[case::the_same("openid email", Some(("openid email", "")), "", None)]
#[case::the_same_with_boxes("openid email", Some(("openid email", "")), "email", None)]
#[case::less("openid", Some(("openid email", "")), "", None)]
#[case::more("openid email phone", Some(("openid email", "")), "", Some(("phone", "", "openid email")))]
#[case::more_with_boxes(
    "openid email phone", Some(("openid", "")), "phone", Some(("email phone", "phone", "openid")))]
#[case::declined_is_not_requested_again("openid email", Some(("openid", "email")), "email", None)]
#[case::declined_and_more(
    "openid email phone", Some(("openid", "email")), "email",
    Some(("email phone", "email", "openid")))]
#[case::declined_but_no_longer_optional(
    "openid email", Some(("openid", "email")), "", Some(("email", "", "openid")))]
#[case::optional_but_never_requested(
    "openid email", Some(("openid", "")), "email", Some(("email", "email", "openid")))]
#[case::another_resource(
    "openid tasks:read bills:read", Some(("openid tasks:read", "")), "",
    Some(("bills:read", "", "openid tasks:read")))]
#[case::whole_resource_declined(
    "openid tasks:read", Some(("openid", "tasks:read")), "tasks:read", None)]
#[case::no_scopes("", Some(("openid", "")), "", None)]
fn consent_prompt_lists_new_kept_and_optional_scopes(
    #[case] request: &str,
    #[case] before: Option<(&str, &str)>,
    #[case] optional: &str,
    #[case] expected: Option<(&str, &str, &str)>,
) {
    let consent = before.map(|(allowed, declined)| remembered(allowed, declined));
    with_wanted(request, optional, |requested| {
        let resolved = consent
            .as_ref()
            .is_some_and(|it| requested.is_covered_by(it));
        assert_eq!(resolved, expected.is_none());
        if let Some((new, optional, stored)) = expected {
            let (new, optional, stored) = (scope(new), scope(optional), scope(stored));
            let question = ConsentPrompt {
                new,
                optional,
                stored,
                new_details: AuthorizationDetails::default(),
                stored_details: AuthorizationDetails::default(),
            };
            assert_eq!(requested.question(consent.as_ref()), question);
        }
    });
}

#[test]
fn consent_for_different_resource_is_not_kept() {
    with_wanted("openid tasks:read", "", |requested| {
        let mut consent = remembered("openid tasks:read", "");
        consent.resources = strings(&[BILLS]);
        assert!(!requested.is_covered_by(&consent));
        let question = requested.question(Some(&consent));
        assert_eq!(question.new, scope("openid tasks:read"));
        assert!(question.stored.is_empty());
    });
}

/// ticked × offered with a box: the granted scopes.
#[rstest]
#[case::nothing("", "email phone", "openid address")]
#[case::one("email", "email phone", "openid address email")]
#[case::all("email phone", "email phone", "openid address email phone")]
#[case::not_requested("tasks:delete admin", "email phone", "openid address")]
#[case::form_without_options("", "", "openid address")]
#[case::option_became_required("", "email openid", "address")]
#[case::selection_of_removed_option("openid", "openid", "openid address")]
#[case::consented_remains("", "address", "openid address")]
fn allow_grants_checked_and_mandatory_scopes(
    #[case] ticked: &str,
    #[case] offered: &str,
    #[case] expected: &str,
) {
    let question = ConsentPrompt {
        new: scope("openid email phone"),
        optional: scope("email phone"),
        stored: scope("address"),
        new_details: AuthorizationDetails::default(),
        stored_details: AuthorizationDetails::default(),
    };
    let allowed = question.granted_scope(&scope(ticked), &scope(offered));
    let missing = scope(expected).difference(&allowed);
    assert!(
        missing.is_empty() && allowed.len() == scope(expected).len(),
        "{allowed}"
    );
}

/// Whatever is ticked, no more is granted than requested. The required part is granted unless it
/// was withheld.
#[test]
fn checked_boxes_never_exceed_request() {
    let all = [
        "openid",
        "email",
        "phone",
        "tasks:read",
        "tasks:delete",
        "bills:read",
    ];
    let sets: Vec<Scope> = (0..1 << all.len())
        .map(|bits: usize| {
            let chosen = all.iter().enumerate();
            let chosen = chosen.filter(|(at, _)| (bits >> at) & 1 == 1);
            chosen.map(|(_, name)| *name).collect()
        })
        .collect();
    with_wanted("openid email tasks:read", "email tasks:read", |requested| {
        let question = requested.question(None);
        for ticked in &sets {
            for offered in &sets {
                let (granted, resources) =
                    requested.within(&question.granted_scope(ticked, offered));
                assert!(granted.is_subset_of(requested.scope));
                let chosen = granted.intersect(requested.optional);
                assert!(chosen.is_subset_of(ticked));
                let aims = granted.contains("tasks:read");
                assert_eq!(resources.contains(&TASKS.to_owned()), aims, "{granted}");
            }
        }
    });
}

/// RFC 9068 §2.2.3: a token does not cover declined scopes.
#[rstest]
#[case::all("openid tasks:read", "openid tasks:read", &[TASKS])]
#[case::one_of_two("tasks:read tasks:write", "tasks:read", &[TASKS])]
#[case::none("openid tasks:read", "openid", &[])]
#[case::other_remains("tasks:read bills:read", "bills:read", &[BILLS])]
fn resource_requires_granted_scope(
    #[case] request: &str,
    #[case] allowed: &str,
    #[case] expected: &[&str],
) {
    with_wanted(request, "", |requested| {
        let (granted, resources) = requested.within(&scope(allowed));
        assert_eq!(granted.to_string(), allowed);
        assert_eq!(resources, strings(expected));
    });
}

#[test]
fn separately_requested_resource_stays() {
    let (scope, optional) = (scope("openid"), Scope::default());
    let resources = strings(&[TASKS]);
    let requested = ConsentRequest {
        scope: &scope,
        resources: &resources,
        details: &AuthorizationDetails::default(),
        optional: &optional,
        registry: Registry {
            scopes: &sample::scopes(),
            resources: &sample::resources(),
            details: &sample::details(),
            former: &[],
        },
    };
    assert_eq!(requested.within(&scope).1, resources);
}

#[rstest]
#[case::nothing("", "", "")]
#[case::own("email", "", "email")]
#[case::of_all("", "phone", "phone")]
#[case::both("email", "phone email", "email phone")]
#[case::signing_in_never("openid email", "openid", "email")]
fn optional_scopes_combine_client_and_default(
    #[case] own: &str,
    #[case] of_all: &str,
    #[case] expected: &str,
) {
    let mut client = sample::client();
    client.consent.optional_scopes = scope(own);
    let optional = optional(&client, &scope(of_all));
    assert_eq!(optional, scope(expected));
}

#[rstest]
#[case::never(None, None, None)]
#[case::by_the_operator(None, Some(60), Some(NOW + 60))]
#[case::by_registration(Some(30), None, Some(NOW + 30))]
#[case::registration_first(Some(90), Some(60), Some(NOW + 90))]
fn consent_expiry_follows_client_or_default(
    #[case] own: Option<i64>,
    #[case] of_all: Option<i64>,
    #[case] expected: Option<i64>,
) {
    let mut client = sample::client();
    client.consent.lifetime = own;
    assert_eq!(end(&client, of_all, NOW), expected);
}

/// RFC 7591 §5: an unverified client must not borrow another site's reputation. The text is
/// the shown host; empty for the client's own.
#[rstest]
#[case::administrator(RegisteredBy::Administrator, "https://legal.example/p", Some(""))]
#[case::never_plain_http(RegisteredBy::Administrator, "http://app.example/p", None)]
#[case::never_a_script(RegisteredBy::Administrator, "javascript:alert(1)", None)]
#[case::own_host(RegisteredBy::Token, "https://app.example/p", Some(""))]
#[case::other_host(RegisteredBy::Token, "https://bank.example/p", Some("bank.example"))]
#[case::another_port(
    RegisteredBy::Anonymous,
    "https://app.example:8443/p",
    Some("app.example:8443")
)]
#[case::looks_alike(
    RegisteredBy::Anonymous,
    "https://app.example@evil.example/p",
    Some("evil.example")
)]
#[case::look_alike_letters(
    RegisteredBy::Anonymous,
    "https://b\u{e4}nk.example/p",
    Some("xn--bnk-qla.example")
)]
#[case::document(RegisteredBy::Document, "https://app.example/p", None)]
fn policy_and_terms_links_name_foreign_hosts(
    #[case] by: RegisteredBy,
    #[case] page: &str,
    #[case] shown: Option<&str>,
) {
    let client = Client {
        registered_by: by,
        document: (by == RegisteredBy::Document).then_some(MetadataDocument {
            fetched_at: NOW,
            fresh_until: NOW,
        }),
        consent: ConsentTerms {
            policy_uri: Some(page.to_owned()),
            tos_uri: Some(page.to_owned()),
            ..ConsentTerms::default()
        },
        ..sample::client()
    };
    let expected = shown.map(|host| PageLink {
        url: page.to_owned(),
        foreign_host: (!host.is_empty()).then(|| host.to_owned()),
    });
    let found = pages(&client, REDIRECT);
    assert_eq!(found.policy, expected);
    assert_eq!(found.terms, expected);
}

/// OIDC Registration §2: the logo of a registered client is shown at approval.
#[rstest]
#[case::operator(RegisteredBy::Administrator, true)]
#[case::token(RegisteredBy::Token, true)]
#[case::anonymous(RegisteredBy::Anonymous, true)]
#[case::document(RegisteredBy::Document, false)]
fn logo_is_shown_for_registered_client(#[case] by: RegisteredBy, #[case] shown: bool) {
    let kept = LogoId::parse("Zk3s9QyV0cX1bT7mZk3s9Q");
    let mut client = sample::client();
    client.registered_by = by;
    client.document = (by == RegisteredBy::Document).then_some(MetadataDocument {
        fetched_at: NOW,
        fresh_until: NOW,
    });
    assert_eq!(logo(&client), None);
    client.consent.logo.clone_from(&kept);
    assert_eq!(logo(&client), kept.as_ref().filter(|_| shown));
}

fn details(items: &serde_json::Value) -> AuthorizationDetails {
    AuthorizationDetails::parse(&items.to_string()).unwrap()
}

fn read(action: &str) -> serde_json::Value {
    serde_json::json!({"type": "folders", "actions": [action]})
}

/// RFC 9396 §3: requested details × remembered: which are new and which are kept.
#[rstest]
#[case::first(&["read"], None, &["read"], &[])]
#[case::the_same(&["read"], Some(&["read"][..]), &[], &["read"])]
#[case::more(&["read", "write"], Some(&["read"][..]), &["write"], &["read"])]
#[case::other(&["write"], Some(&["read"][..]), &["write"], &[])]
fn consent_prompt_lists_new_and_kept_details(
    #[case] request: &[&str],
    #[case] before: Option<&[&str]>,
    #[case] new: &[&str],
    #[case] stored: &[&str],
) {
    let of = |actions: &[&str]| {
        let items: Vec<_> = actions.iter().map(|action| read(action)).collect();
        details(&items.into())
    };
    let consent = before.map(|before| Consent {
        authorization_details: of(before),
        ..remembered("openid", "")
    });
    let request = of(request);
    with_wanted("openid", "", |requested| {
        let resources = strings(&[BILLS]);
        let requested = ConsentRequest {
            details: &request,
            resources: &resources,
            ..*requested
        };
        let resolved = consent
            .as_ref()
            .is_some_and(|it| requested.is_covered_by(it));
        assert_eq!(resolved, new.is_empty());
        let question = requested.question(consent.as_ref());
        assert_eq!(question.new_details, of(new));
        assert_eq!(question.stored_details, of(stored));
        assert_eq!(question.is_old(), new.is_empty());
        assert_eq!(question.is_more(), before.is_some());
        // The token covers the locations of the details.
        assert_eq!(requested.within(&scope("openid")).1, resources);
    });
}

#[test]
fn one_time_details_are_not_remembered() {
    let once = details(&serde_json::json!([{"type": "payment"}, read("read")]));
    let consent = Consent {
        authorization_details: once.clone(),
        ..remembered("openid", "")
    };
    with_wanted("openid", "", |requested| {
        let resources = strings(&[BILLS]);
        let requested = ConsentRequest {
            details: &once,
            resources: &resources,
            ..*requested
        };
        assert!(requested.requires_prompt());
        assert!(!requested.is_covered_by(&consent));
        let question = requested.question(Some(&consent));
        let payment = details(&serde_json::json!([{"type": "payment"}]));
        assert_eq!(question.new_details, payment);
        assert_eq!(
            requested.remembered(&once),
            details(&serde_json::json!([read("read")]))
        );
    });
}
