//! Signed request objects (RFC 9101): an accepted one was signed by the client, names it, and
//! contains only its parameters.

use std::sync::LazyLock;

use doorward_access::jwt::external_keys::{self, ExternalKeys};
use doorward_domain::model::SecurityProfile;
use doorward_protocol::authorize::{AuthorizationRequest, redirect_uri, response_target};
use doorward_protocol::params::Params;
use doorward_rules::request_object::{Expected, TYPES, check};

use super::signed::{ISSUER, NOW, Signed, tampered};
use crate::json::Json;
use crate::target::Target;
use crate::{base64url, json, keys};

pub const TARGET: Target = Target {
    name: "request_object",
    run,
    words: &[
        "\"iss\":\"app\"",
        "\"client_id\":\"app\"",
        "\"aud\":\"https://id.example\"",
        "\"aud\":[]",
        "\"sub\":\"app\"",
        "\"exp\":1800000000",
        "\"exp\":1800000060",
        "\"exp\":1800003661",
        "\"nbf\":1800000061",
        "\"request_uri\":\"x\"",
        "\"request\":\"x\"",
        "\"resource\":[\"a\",\"b\"]",
        "\"claims\":{\"id_token\":{}}",
        "\"max_age\":0",
        "\"scope\":[]",
        "\"state\":null",
        "\"typ\":\"oauth-authz-req+jwt\"",
        "\"typ\":\"at+jwt\"",
        "\"alg\":\"none\"",
        "\"kid\":\"k1\"",
        "\\u0000",
        ",",
        "\n",
    ],
};

const CLIENT: &str = "app";

static KEYS: LazyLock<ExternalKeys> = LazyLock::new(|| {
    ExternalKeys::from_jwks(&format!(r#"{{"keys":[{}]}}"#, keys::ec_jwk())).unwrap()
});
static GOOD: LazyLock<String> = LazyLock::new(|| {
    let payload = br#"{"iss":"app","client_id":"app","aud":"https://id.example","exp":1800000060}"#;
    keys::es256(br#"{"alg":"ES256"}"#, payload)
});

fn run(input: &[u8]) {
    let token = match Signed::read(input) {
        None => return,
        Some(Signed::Raw(token)) => token.to_owned(),
        Some(Signed::Parts(header, payload)) => keys::es256(header, payload),
        Some(Signed::Tampered(changes)) => tampered(&GOOD, changes),
    };
    let Ok(claims) = external_keys::verify(&token, &KEYS, TYPES) else {
        return;
    };
    match Signed::read(input) {
        Some(Signed::Tampered(_)) => assert_eq!(token, *GOOD),
        Some(Signed::Raw(_)) => panic!("unsigned request object accepted: {token}"),
        _ => {}
    }
    let payload = base64url::decode(token.split('.').nth(1).unwrap()).unwrap();
    let second = json::object(&payload).unwrap_or_else(|| panic!("{token}"));
    let expected = Expected {
        client_id: CLIENT,
        profile: SecurityProfile::None,
        by_reference: false,
        issuer: ISSUER,
        now: NOW,
    };
    let fapi = Expected {
        profile: SecurityProfile::Fapi2MessageSigning,
        ..expected
    };
    let checked = check(&claims, expected);
    // A profile only adds demands.
    assert!(checked.is_ok() || check(&claims, fapi).is_err(), "{token}");
    let Ok(pairs) = checked else {
        return;
    };
    let text = |name: &str| second.get(name).and_then(Json::text);
    assert_eq!(
        (text("iss"), text("client_id")),
        (Some(CLIENT), Some(CLIENT))
    );
    assert!(second.get("request").is_none() && second.get("request_uri").is_none());
    let end = second.get("exp").and_then(Json::whole);
    let is_bounded = end.is_some_and(|end| end > NOW && end <= NOW + 3660);
    assert!(is_bounded, "{token}");
    for (name, value) in &pairs {
        assert!(second.get(name).is_some(), "{name} of {token}");
        assert!(!["iss", "aud", "sub", "exp", "nbf", "iat", "jti"].contains(&name.as_str()));
        assert!(!value.contains('\0'), "{token}");
    }
    let params = Params::from_pairs(pairs);
    let _ = (redirect_uri(&params), response_target(&params));
    let _ = AuthorizationRequest::parse(&params, "https://app.example/cb".to_owned());
}
