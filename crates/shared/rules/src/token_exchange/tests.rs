use doorward_access::jwt::claims::Audience;
use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_domain::model::ExchangeRights;
use doorward_domain::model::sample::{self, BILLS, ISSUER, NOW, TASKS, scope, strings};

/// Returns a server that may exchange tokens for these resources.
fn gateway(audiences: &[&str]) -> Client {
    Client {
        id: sample::client_id("gateway"),
        scopes: scope("tasks:read tasks:write bills:read"),
        serves: strings(&[TASKS]),
        exchange: ExchangeRights {
            audiences: strings(audiences),
            impersonation: false,
        },
        ..sample::client()
    }
}

/// Returns Alice's token for the client `web` and both resources.
fn subject(scope: &str, aud: &[&str]) -> AccessTokenClaims {
    let aud = Audience::Many(strings(aud));
    let token = json!({
        "iss": ISSUER, "sub": sample::alice().to_string(), "aud": aud, "client_id": "web",
        "exp": NOW + 100, "iat": NOW - 200, "jti": "jti", "scope": scope,
    });
    serde_json::from_value(token).unwrap()
}

fn code_of<T>(result: Result<T, OAuthError>) -> Result<T, &'static str> {
    result.map_err(|error| error.code.as_str())
}

// --- check_subject_token -----------------------------------------------------------------------------

#[rstest]
#[case::served_audience("web", &[TASKS], &[TASKS], Ok(()))]
#[case::issued_to_it("gateway", &[BILLS], &[], Ok(()))]
#[case::its_own_name("web", &["gateway"], &[], Ok(()))]
#[case::unserved_audience("web", &[BILLS], &[TASKS], Err("invalid_request"))]
#[case::for_the_issuer("web", &[ISSUER], &[TASKS], Err("invalid_request"))]
fn rfc_8693_2_1_token_of_unrelated_client_is_rejected(
    #[case] client_id: &str,
    #[case] aud: &[&str],
    #[case] serves: &[&str],
    #[case] expected: Result<(), &str>,
) {
    let client = Client {
        serves: strings(serves),
        ..gateway(&[TASKS])
    };
    let token = AccessTokenClaims {
        client_id: client_id.to_owned(),
        ..subject("tasks:read", aud)
    };
    assert_eq!(
        code_of(check_subject_token(&client, &token, &ProvenKeys::default())),
        expected
    );
}

#[test]
fn public_client_cannot_exchange() {
    let client = Client {
        kind: ClientKind::Public,
        ..gateway(&[TASKS])
    };
    let refused = check_subject_token(
        &client,
        &subject("tasks:read", &[TASKS]),
        &ProvenKeys::default(),
    );
    assert_eq!(code_of(refused), Err("unauthorized_client"));
}

#[rstest]
#[case::its_key(json!({ "jkt": "key" }), Some("key"), Ok(()))]
#[case::no_proof(json!({ "jkt": "key" }), None, Err("invalid_request"))]
#[case::another_key(json!({ "jkt": "key" }), Some("other"), Err("invalid_request"))]
#[case::no_key_at_all(json!({}), None, Err("invalid_request"))]
#[case::another_method(json!({ "x5t#S256": "key" }), Some("key"), Err("invalid_request"))]
#[case::its_certificate(json!({ "x5t#S256": "own" }), None, Ok(()))]
#[case::another_certificate(json!({ "x5t#S256": "c" }), Some("key"), Err("invalid_request"))]
#[case::one_of_two(json!({ "jkt": "key", "x5t#S256": "c" }), Some("key"), Err("invalid_request"))]
#[case::both_of_two(json!({ "jkt": "key", "x5t#S256": "own" }), Some("key"), Ok(()))]
fn rfc_9449_7_bound_token_requires_proof_of_key(
    #[case] cnf: Value,
    #[case] jkt: Option<&str>,
    #[case] expected: Result<(), &str>,
) {
    let token = AccessTokenClaims {
        cnf: serde_json::from_value(cnf).unwrap(),
        ..subject("tasks:read", &[TASKS])
    };
    let proved = ProvenKeys {
        jkt: jkt.map(str::to_owned),
        certificate: Some("own".to_owned()),
        proof: None,
    };
    let answer = check_subject_token(&gateway(&[TASKS]), &token, &proved);
    assert_eq!(code_of(answer), expected);
}

// --- actor -----------------------------------------------------------------------------------

fn chain(names: &[&str]) -> Option<Actor> {
    names.iter().rev().fold(None, |act, name| {
        Some(Actor {
            sub: (*name).to_owned(),
            act: act.map(Box::new),
        })
    })
}

#[rstest]
#[case::delegation(&[], None, false, &["gateway"])]
#[case::other_actor(&[], Some("bob"), false, &["bob"])]
#[case::nested(&["web"], None, false, &["gateway", "web"])]
#[case::impersonation(&[], None, true, &[])]
#[case::impersonation_keeps_other_actors(&["web"], None, true, &["web"])]
#[case::a_named_actor_is_named(&[], Some("bob"), true, &["bob"])]
fn section_4_1_actor_chain_is_nested(
    #[case] before: &[&str],
    #[case] with: Option<&str>,
    #[case] impersonation: bool,
    #[case] expected: &[&str],
) {
    let mut client = gateway(&[TASKS]);
    client.exchange.impersonation = impersonation;
    let subject = AccessTokenClaims {
        act: chain(before),
        ..subject("tasks:read", &[TASKS])
    };
    let with = with.map(|sub| AccessTokenClaims {
        sub: sub.to_owned(),
        ..subject.clone()
    });
    let found = actor(&client, &subject, with.as_ref()).unwrap();
    assert_eq!(found, chain(expected));
}

#[test]
fn chain_ends_somewhere() {
    let mut subject = subject("tasks:read", &[TASKS]);
    for _ in 0..MAX_ACTORS {
        subject.act = actor(&gateway(&[TASKS]), &subject, None).unwrap();
    }
    let refused = actor(&gateway(&[TASKS]), &subject, None);
    assert_eq!(code_of(refused), Err("invalid_request"));
}

#[rstest]
#[case::itself(json!({ "sub": "gateway" }), None, true)]
#[case::of_this_issuer(json!({ "sub": "gateway", "iss": ISSUER }), None, true)]
#[case::through_this_client(json!({ "sub": "bob", "client_id": "gateway" }), Some("bob"), true)]
#[case::other_subject(json!({ "sub": "other" }), None, false)]
#[case::another_actor(json!({ "sub": "gateway" }), Some("bob"), false)]
#[case::another_issuer(json!({ "sub": "gateway", "iss": "https://other.example" }), None, false)]
#[case::issuer_only(json!({ "iss": ISSUER }), None, false)]
#[case::empty_actor(json!({}), None, false)]
#[case::something_unknown(json!({ "sub": "gateway", "email": "a@b.example" }), None, false)]
#[case::no_text(json!({ "sub": ["gateway"] }), None, false)]
fn section_4_4_only_named_actor_may_act(
    #[case] may_act: Value,
    #[case] with: Option<&str>,
    #[case] expected: bool,
) {
    for impersonation in [false, true] {
        let mut client = gateway(&[TASKS]);
        client.exchange.impersonation = impersonation;
        let subject = AccessTokenClaims {
            may_act: may_act.as_object().cloned(),
            ..subject("tasks:read", &[TASKS])
        };
        let with = with.map(|sub| AccessTokenClaims {
            sub: sub.to_owned(),
            ..subject.clone()
        });
        let found = code_of(actor(&client, &subject, with.as_ref()).map(drop));
        let error = if expected {
            Ok(())
        } else {
            Err("invalid_request")
        };
        assert_eq!(found, error, "{impersonation}");
    }
}

// --- settle ----------------------------------------------------------------------------------

fn settled(
    allowed: &[&str],
    subject: &AccessTokenClaims,
    required: (Option<&str>, &[&str], &[&str]),
) -> Result<(String, Vec<String>), &'static str> {
    let (scopes, resources) = (sample::scopes(), sample::resources());
    let registry = Registry {
        scopes: &scopes,
        resources: &resources,
        details: &[],
        former: &[],
    };
    let asked = required.0.map(scope);
    let required = ExchangeRequest {
        scope: asked.as_ref(),
        resource: &strings(required.1),
        audience: &strings(required.2),
    };
    let resolved = code_of(resolve(&gateway(allowed), subject, &required, &registry))?;
    Ok((resolved.scope.to_string(), resolved.resources))
}

const BOTH: &[&str] = &[TASKS, BILLS];
const ALL: &str = "openid offline_access tasks:read tasks:write bills:read";

#[rstest]
#[case::by_address(None, &[TASKS], &[], Ok(("tasks:read tasks:write", &[TASKS][..])))]
#[case::by_name(None, &[], &[TASKS], Ok(("tasks:read tasks:write", &[TASKS][..])))]
#[case::by_both_and_more(None, &[TASKS], &[BILLS, TASKS],
    Ok(("tasks:read tasks:write bills:read", &[BILLS, TASKS][..])))]
#[case::no_target(None, &[], &[], Ok(("tasks:read tasks:write bills:read", &[BILLS, TASKS][..])))]
#[case::narrower(Some("tasks:read"), &[TASKS], &[], Ok(("tasks:read", &[TASKS][..])))]
#[case::of_another_target(Some("tasks:read bills:read"), &[TASKS], &[], Ok(("tasks:read", &[TASKS][..])))]
#[case::of_another_target_alone(Some("bills:read"), &[TASKS], &[], Err("invalid_scope"))]
#[case::more_than_it_had(Some("tasks:read tasks:delete"), &[TASKS], &[], Err("invalid_scope"))]
#[case::more_than_the_client_may(Some("openid"), &[TASKS], &[], Err("invalid_scope"))]
#[case::unknown_scope(Some("tasks:read no_such"), &[TASKS], &[], Err("invalid_scope"))]
#[case::unknown_target(None, &["https://unknown.example"], &[], Err("invalid_target"))]
#[case::no_resource(None, &[], &["gateway"], Err("invalid_target"))]
#[case::the_issuer(None, &[ISSUER], &[], Err("invalid_target"))]
#[case::one_of_several(None, &[TASKS, "https://bare.example"], &[], Err("invalid_target"))]
#[case::one_letter_more(None, &["https://tasks.example/api/"], &[], Err("invalid_target"))]
fn exchanged_access_is_subset_of_subject_token(
    #[case] scope: Option<&str>,
    #[case] resource: &[&str],
    #[case] audience: &[&str],
    #[case] expected: Result<(&str, &[&str]), &'static str>,
) {
    let found = settled(BOTH, &subject(ALL, BOTH), (scope, resource, audience));
    let expected = expected.map(|(scope, resources)| (scope.to_owned(), strings(resources)));
    assert_eq!(found, expected);
}

/// Clients × audiences: a token for one service cannot become one for another.
#[rstest]
#[case::allowed_and_granted(&[TASKS], &[TASKS], TASKS, true)]
#[case::allowed_but_not_granted(BOTH, &[TASKS], BILLS, false)]
#[case::granted_but_not_allowed(&[TASKS], BOTH, BILLS, false)]
#[case::no_target_allowed(&[], BOTH, TASKS, false)]
#[case::for_the_issuer_alone(BOTH, &[ISSUER], TASKS, false)]
fn target_must_be_allowed_by_token_and_client(
    #[case] allowed: &[&str],
    #[case] aud: &[&str],
    #[case] target: &str,
    #[case] expected: bool,
) {
    let found = settled(allowed, &subject(ALL, aud), (None, &[target], &[]));
    assert_eq!(found.is_ok(), expected, "{found:?}");
    if !expected {
        assert_eq!(found, Err("invalid_target"));
    }
}

#[test]
fn identity_server_is_no_target() {
    let token = AccessTokenClaims {
        iss: TASKS.to_owned(),
        ..subject(ALL, &[TASKS])
    };
    let found = settled(&[TASKS], &token, (None, &[TASKS], &[]));
    assert_eq!(found, Err("invalid_target"));
}

#[test]
fn missing_target_defaults_to_client_audiences() {
    let found = settled(&[TASKS], &subject(ALL, BOTH), (None, &[], &[]));
    let expected = ("tasks:read tasks:write".to_owned(), strings(&[TASKS]));
    assert_eq!(found, Ok(expected));
    let none = settled(&[TASKS], &subject(ALL, &[BILLS]), (None, &[], &[]));
    assert_eq!(none, Err("invalid_target"));
    let empty = settled(&[TASKS], &subject("openid", &[TASKS]), (None, &[], &[]));
    assert_eq!(empty, Err("invalid_scope"));
}
