use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::signing_alg::SigningAlg;
use rstest::rstest;
use serde_json::Value;

use super::*;
use doorward_domain::model::sample::{
    self, BILLS, ISSUER, LOOPBACK, REDIRECT, TASKS, claims, client, native_client, request, scope,
    strings,
};
use doorward_domain::model::{ClientKind, PkcePolicy, RegisteredBy};

mod empty_path;
mod offline_access;
mod recheck;

fn with_registry<T>(use_it: impl FnOnce(&Registry<'_>) -> T) -> T {
    let (scopes, resources) = (sample::scopes(), sample::resources());
    use_it(&Registry {
        scopes: &scopes,
        resources: &resources,
        details: &sample::details(),
        former: &[],
    })
}

fn code_of<T>(result: Result<T, OAuthError>) -> Result<T, &'static str> {
    result.map_err(|error| error.code.as_str())
}

// --- redirect_target -------------------------------------------------------------------------

fn not_near(nearest: &str) -> Result<&'static str, RedirectTargetError> {
    let nearest = Some(nearest.to_owned());
    Err(RedirectTargetError::NotRegistered { nearest })
}

#[rstest]
#[case::registered(&[REDIRECT], Some(REDIRECT), true, Ok(REDIRECT))]
#[case::second(&["https://a.example/", REDIRECT], Some(REDIRECT), true, Ok(REDIRECT))]
#[case::only_one(&[REDIRECT], None, false, Ok(REDIRECT))]
#[case::openid_must_name_it(&[REDIRECT], None, true, Err(RedirectTargetError::Missing))]
#[case::which(&["https://a.example/", REDIRECT], None, false, Err(RedirectTargetError::Missing))]
#[case::none_registered(&[], None, false, Err(RedirectTargetError::Missing))]
#[case::nothing_to_compare(&[], Some(REDIRECT), true,
    Err(RedirectTargetError::NotRegistered { nearest: None }))]
#[case::longer(&[REDIRECT], Some("https://app.example/callback/"), true,
    not_near(REDIRECT))]
#[case::nearest(&["https://a.example/", REDIRECT], Some("https://app.example/cb"), true,
    not_near(REDIRECT))]
#[case::case_differs(&[REDIRECT], Some("https://APP.example/callback"), true,
    not_near(REDIRECT))]
#[case::query(&[REDIRECT], Some("https://app.example/callback?x=1"), true,
    not_near(REDIRECT))]
#[case::port_on_https(&[REDIRECT], Some("https://app.example:444/callback"), true,
    not_near(REDIRECT))]
#[case::userinfo(&[LOOPBACK], Some("http://127.0.0.1:80@evil.example/callback"), true,
    not_near(LOOPBACK))]
fn redirect_target_is_registered(
    #[case] registered: &[&str],
    #[case] presented: Option<&str>,
    #[case] is_openid: bool,
    #[case] expected: Result<&str, RedirectTargetError>,
) {
    let client = Client {
        redirect_uris: strings(registered),
        ..client()
    };
    let target = redirect_target(&client, presented, is_openid);
    assert_eq!(target, expected.map(str::to_owned));
}

#[rstest]
#[case("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback", true)]
#[case("http://localhost/callback", "http://localhost:51763/callback", false)]
#[case(
    "http://localhost:3118/callback",
    "http://localhost:51763/callback",
    false
)]
fn loopback_port_may_vary_and_presented_port_is_used(
    #[case] registered: &str,
    #[case] presented: &str,
    #[case] at_server_side_client: bool,
) {
    let with_uri = |client: Client| Client {
        redirect_uris: strings(&[registered]),
        ..client
    };
    let target = redirect_target(&with_uri(native_client()), Some(presented), true);
    assert_eq!(target.as_deref(), Ok(presented));
    // The port of `localhost` varies only for a native app, which is a public client.
    let target = redirect_target(&with_uri(client()), Some(presented), true);
    assert_eq!(target.is_ok(), at_server_side_client);
}

// --- settle ----------------------------------------------------------------------------------

#[rstest]
#[case::nothing("", &[], Ok(("", &[][..])))]
#[case::own_scopes("openid email", &[], Ok(("openid email", &[][..])))]
#[case::audience_follows("openid tasks:read tasks:write", &[],
    Ok(("openid tasks:read tasks:write", &[TASKS][..])))]
#[case::named("openid tasks:read", &[TASKS], Ok(("openid tasks:read", &[TASKS][..])))]
#[case::named_twice("tasks:read", &[TASKS, TASKS], Ok(("tasks:read", &[TASKS][..])))]
#[case::named_without_its_scope("openid", &[TASKS], Ok(("openid", &[TASKS][..])))]
#[case::unregistered_is_ignored("openid nonsense", &[], Ok(("openid", &[][..])))]
#[case::only_unregistered("nonsense", &[], Err("invalid_scope"))]
#[case::not_for_this_client("openid tasks:delete", &[], Err("invalid_scope"))]
#[case::not_for_this_client_either("openid bills:read", &[], Err("invalid_scope"))]
#[case::case_matters("openid TASKS:READ", &[], Ok(("openid", &[][..])))]
#[case::unknown_resource("openid", &["https://evil.example"], Err("invalid_target"))]
#[case::one_of_two_unknown("openid", &[TASKS, "https://evil.example"], Err("invalid_target"))]
#[case::no_normalisation("openid", &["https://tasks.example/api/"], Err("invalid_target"))]
#[case::not_open_to_this_client("openid", &[BILLS], Err("invalid_target"))]
#[case::without_scopes_unavailable("openid", &["https://bare.example"], Err("invalid_target"))]
fn rfc_9068_3_scope_and_audience_settle(
    #[case] requested: &str,
    #[case] resources: &[&str],
    #[case] expected: Result<(&str, &[&str]), &str>,
) {
    let resolved = with_registry(|registry| {
        resolve_access(
            &scope(requested),
            &strings(resources),
            &client().scopes,
            registry,
        )
    });
    let expected = expected.map(|(names, resources)| ResolvedAccess {
        scope: scope(names),
        resources: strings(resources),
    });
    assert_eq!(code_of(resolved), expected);
}

#[test]
fn named_resource_omits_foreign_scopes() {
    let allowed = scope("openid tasks:read bills:read");
    let at = |resources: &[&str]| {
        let resolved =
            with_registry(|r| resolve_access(&allowed, &strings(resources), &allowed, r).unwrap());
        (resolved.scope.to_string(), resolved.resources)
    };
    assert_eq!(
        at(&[TASKS]),
        ("openid tasks:read".to_owned(), strings(&[TASKS]))
    );
    assert_eq!(
        at(&[BILLS]),
        ("openid bills:read".to_owned(), strings(&[BILLS]))
    );
    let both = (
        "openid tasks:read bills:read".to_owned(),
        strings(&[BILLS, TASKS]),
    );
    assert_eq!(
        at(&[]),
        both,
        "the order of the audience does not hang on the request"
    );
    assert_eq!(at(&[TASKS, BILLS]), both);
    assert_eq!(at(&[BILLS, TASKS]), both);
}

#[test]
fn only_foreign_scopes_is_invalid_scope() {
    let allowed = scope("tasks:read bills:read");
    let resolved =
        with_registry(|r| resolve_access(&scope("bills:read"), &strings(&[TASKS]), &allowed, r));
    assert_eq!(code_of(resolved), Err("invalid_scope"));
}

#[rstest]
#[case("openid tasks:read bills:read gone", &[], "openid")]
#[case("openid tasks:read bills:read gone", &[TASKS], "openid tasks:read")]
#[case("openid tasks:read bills:read", &[TASKS, BILLS], "openid tasks:read bills:read")]
#[case("tasks:read", &[BILLS], "")]
fn meaningful_scope(#[case] granted: &str, #[case] resources: &[&str], #[case] expected: &str) {
    let left = with_registry(|r| r.meaningful(&scope(granted), &strings(resources)));
    assert_eq!(left, scope(expected));
}

// --- check -----------------------------------------------------------------------------------

fn verdict(
    client: &Client,
    request: &AuthorizationRequest,
) -> Result<ResolvedAccess, &'static str> {
    with_registry(|registry| code_of(check(request, client, registry)))
}

#[test]
fn sample_request_passes() {
    let resolved = verdict(&client(), &request()).unwrap();
    assert_eq!(resolved.scope, scope("openid tasks:read"));
    assert_eq!(resolved.resources, strings(&[TASKS]));
}

#[rstest]
#[case::grant(|c: &mut Client, _: &mut AuthorizationRequest|
    c.grant_types = vec![GrantType::RefreshToken], "unauthorized_client")]
#[case::mode(|c: &mut Client, r: &mut AuthorizationRequest| {
    c.response_modes = vec![ResponseMode::Query];
    r.response_mode = ResponseMode::FormPost;
}, "invalid_request")]
#[case::pkce(|_: &mut Client, r: &mut AuthorizationRequest|
    r.code_challenge = None, "invalid_request")]
#[case::acr_unreachable(|_: &mut Client, r: &mut AuthorizationRequest|
    r.claims = claims(r#"{"id_token":{"acr":{"essential":true,"values":["aal3","urn:x"]}}}"#),
    "unmet_authentication_requirements")]
#[case::acr_not_text(|_: &mut Client, r: &mut AuthorizationRequest|
    r.claims = claims(r#"{"id_token":{"acr":{"essential":true,"value":1}}}"#),
    "unmet_authentication_requirements")]
#[case::scope(|_: &mut Client, r: &mut AuthorizationRequest|
    r.scope = scope("openid tasks:delete"), "invalid_scope")]
#[case::resource(|_: &mut Client, r: &mut AuthorizationRequest|
    r.resource = strings(&["urn:nobody"]), "invalid_target")]
fn invalid_request_is_rejected(
    #[case] change: fn(&mut Client, &mut AuthorizationRequest),
    #[case] expected: &str,
) {
    let (mut client, mut request) = (client(), request());
    change(&mut client, &mut request);
    assert_eq!(verdict(&client, &request), Err(expected));
}

#[rstest]
#[case::voluntary(r#"{"id_token":{"acr":{"value":"aal3"}}}"#)]
#[case::any_value(r#"{"id_token":{"acr":{"essential":true}}}"#)]
#[case::one_reachable(r#"{"id_token":{"acr":{"essential":true,"values":["aal3","aal1"]}}}"#)]
#[case::in_userinfo(r#"{"userinfo":{"acr":{"essential":true,"value":"aal3"}}}"#)]
fn reachable_acr_is_accepted(#[case] json: &str) {
    let request = AuthorizationRequest {
        claims: claims(json),
        ..request()
    };
    assert!(verdict(&client(), &request).is_ok());
}

#[rstest]
#[case::required(ClientKind::Confidential, PkcePolicy::Required, 0, false)]
#[case::auto(ClientKind::Confidential, PkcePolicy::Auto, 9, true)]
#[case::auto_switched(ClientKind::Confidential, PkcePolicy::Auto, 10, false)]
#[case::optional(ClientKind::Confidential, PkcePolicy::Optional, 10, true)]
#[case::public_auto(ClientKind::Public, PkcePolicy::Auto, 0, false)]
#[case::public_optional(ClientKind::Public, PkcePolicy::Optional, 0, false)]
fn request_without_challenge_follows_policy(
    #[case] kind: ClientKind,
    #[case] pkce: PkcePolicy,
    #[case] pkce_streak: i32,
    #[case] passes: bool,
) {
    let client = Client {
        kind,
        pkce,
        pkce_streak,
        ..client()
    };
    let request = AuthorizationRequest {
        code_challenge: None,
        ..request()
    };
    assert_eq!(verdict(&client, &request).is_ok(), passes);
}

#[test]
fn acr_values_are_voluntary() {
    let request = AuthorizationRequest {
        acr_values: strings(&["aal3"]),
        ..request()
    };
    assert!(verdict(&client(), &request).is_ok());
}

// --- individually requested claims -----------------------------------------------------------

#[rstest]
#[case("{}", "openid tasks:read")]
#[case(r#"{"userinfo":{"email":null}}"#, "openid tasks:read email")]
#[case(
    r#"{"id_token":{"phone_number_verified":{"essential":true}}}"#,
    "openid tasks:read phone"
)]
#[case(
    r#"{"userinfo":{"name":null},"id_token":{"address":null}}"#,
    "openid tasks:read profile address"
)]
#[case(
    r#"{"userinfo":{"sub":null,"acr":null,"made_up":null}}"#,
    "openid tasks:read"
)]
fn claims_by_name_add_consent_scopes(#[case] json: &str, #[case] expected: &str) {
    let request = AuthorizationRequest {
        claims: claims(json),
        ..request()
    };
    assert_eq!(consent_scope(&request), scope(expected));
}

#[test]
fn claims_beyond_registration_are_left_out() {
    let json = r#"{"userinfo":{"email":null,"phone_number":null,"made_up":null},
        "id_token":{"name":null,"address":{"essential":true},"acr":null,"sub":null}}"#;
    let asked = AuthorizationRequest {
        claims: claims(json),
        ..request()
    };
    let resolved = ResolvedAccess {
        scope: scope("openid"),
        resources: strings(&[TASKS]),
    };
    let kept = within_registration(asked.clone(), &client(), resolved);
    let names =
        |claims: &std::collections::BTreeMap<String, _>| claims.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&kept.claims.userinfo), strings(&["email", "made_up"]));
    assert_eq!(
        names(&kept.claims.id_token),
        strings(&["acr", "name", "sub"])
    );
    assert_eq!(
        (kept.scope, kept.resource),
        (scope("openid"), strings(&[TASKS]))
    );
    assert_eq!((kept.state, kept.nonce), (asked.state, asked.nonce));
    assert!(
        consent_scope(&AuthorizationRequest {
            claims: kept.claims,
            ..request()
        })
        .is_subset_of(&client().scopes),
        "so nobody is asked for what is never given"
    );
}

// --- the account API -------------------------------------------------------------------------

#[rstest]
#[case::own_scopes_only("openid profile", "openid profile", &[sample::ISSUER])]
#[case::services_of_the_scopes("openid tasks:read bills:read", "openid tasks:read bills:read",
    &[sample::ISSUER, TASKS, BILLS])]
#[case::no_offline_access("openid offline_access tasks:read", "openid tasks:read",
    &[sample::ISSUER, TASKS])]
#[case::only_registered("openid nonsense", "openid", &[sample::ISSUER])]
#[case::nothing_at_all("", "", &[sample::ISSUER])]
fn first_party_client_gets_registered_scopes(
    #[case] registered: &str,
    #[case] expected: &str,
    #[case] audience: &[&str],
) {
    let client = Client {
        scopes: scope(registered),
        ..client()
    };
    let resolved = with_registry(|registry| for_account_api(&client, registry, sample::ISSUER));
    let mut audience = strings(audience);
    audience.sort();
    assert_eq!(resolved.scope, scope(expected));
    assert_eq!(resolved.resources, audience);
}

/// JARM §3 × §2.3: requested or registered.
#[test]
fn response_is_signed_if_requested_or_registered() {
    let plain = client();
    let registered = Client {
        authorization_signed_response_alg: Some(SigningAlg::Rs256),
        ..client()
    };
    for mode in ResponseMode::ALL {
        assert_eq!(response_mode(&plain, mode), mode);
        assert_eq!(response_mode(&registered, mode), mode.signed());
    }
}

/// JARM §2.1.
#[test]
fn signed_response_has_issuer_audience_expiry() {
    let pairs = [("code", "abc".to_owned()), ("state", "s\"".to_owned())];
    let claims = signed_response_claims("https://id.example", "web", 1_800_000_300, &pairs);
    let expected = serde_json::json!({
        "code": "abc", "state": "s\"", "iss": "https://id.example", "aud": "web", "exp": 1_800_000_300,
    });
    assert_eq!(Value::Object(claims), expected);
}

// --- authorization details (RFC 9396) ----------------------------------------------------------

#[rstest]
#[case::none(&[], RegisteredBy::Administrator, false, "[]", Ok(()))]
#[case::its_own(&["folders"], RegisteredBy::Administrator, false, "folders", Ok(()))]
#[case::not_its_own(&["payment"], RegisteredBy::Administrator, false, "folders", Err(()))]
#[case::unknown_type(&["other"], RegisteredBy::Administrator, false, "other", Err(()))]
#[case::registered_itself(&["folders"], RegisteredBy::Anonymous, false, "folders", Err(()))]
#[case::registered_itself_and_open(&["folders"], RegisteredBy::Token, true, "folders", Ok(()))]
fn rfc_9396_10_client_uses_only_registered_types(
    #[case] own: &[&str],
    #[case] registered_by: RegisteredBy,
    #[case] open: bool,
    #[case] requested: &str,
    #[case] expected: Result<(), ()>,
) {
    let client = Client {
        authorization_details_types: strings(own),
        registered_by,
        ..client()
    };
    let requested = match requested {
        "[]" => AuthorizationDetails::default(),
        kind => AuthorizationDetails::parse(&format!(r#"[{{"type":"{kind}"}}]"#)).unwrap(),
    };
    let (scopes, resources) = (sample::scopes(), sample::resources());
    let mut details = sample::details();
    details[0].self_registered = open;
    let registry = Registry {
        scopes: &scopes,
        resources: &resources,
        details: &details,
        former: &[],
    };
    let answer = code_of(check_details(&requested, &client, &registry));
    assert_eq!(
        answer,
        expected.map_err(|()| "invalid_authorization_details")
    );
    let today = details_today(&requested, &client, &registry);
    assert_eq!(today == requested, expected.is_ok());
}

#[test]
fn rfc_9396_6_client_credentials_get_types_without_user() {
    let client = Client {
        authorization_details_types: strings(&["folders", "payment"]),
        ..client()
    };
    with_registry(|registry| {
        for (kind, expected) in [
            ("folders", Ok(())),
            ("payment", Err("invalid_authorization_details")),
        ] {
            let asked = AuthorizationDetails::parse(&format!(r#"[{{"type":"{kind}"}}]"#)).unwrap();
            assert_eq!(
                code_of(check_client_details(&asked, &client, registry)),
                expected
            );
        }
    });
}

#[test]
fn rfc_9396_3_2_audience_includes_locations_of_details() {
    let client = Client {
        authorization_details_types: strings(&["folders"]),
        ..client()
    };
    let asked = AuthorizationDetails::parse(r#"[{"type":"folders"}]"#).unwrap();
    with_registry(|registry| {
        for (resource, expected) in [(&[][..], &[BILLS][..]), (&[TASKS], &[BILLS, TASKS])] {
            let request = RequestedAccess {
                scope: &scope("openid"),
                resource: &strings(resource),
                details: &asked,
            };
            let resolved = resolve_for_user(&request, &client, registry).unwrap();
            assert_eq!(resolved.resources, strings(expected));
        }
    });
}

// --- resources_today -------------------------------------------------------------------------

#[rstest]
#[case::all("tasks:read bills:read", &[TASKS, BILLS, ISSUER])]
#[case::one_lost("bills:read", &[BILLS, ISSUER])]
#[case::all_lost("openid", &[ISSUER])]
fn current_resources_follow_client_scopes(#[case] scopes: &str, #[case] expected: &[&str]) {
    let client = Client {
        scopes: scope(scopes),
        ..client()
    };
    let grant = Grant {
        resources: strings(&[TASKS, BILLS, ISSUER]),
        ..sample::grant()
    };
    with_registry(|registry| {
        let today = resources_today(&grant, &client, registry, ISSUER);
        assert_eq!(today, strings(expected));
    });
}
