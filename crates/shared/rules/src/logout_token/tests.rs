use rstest::rstest;

use super::*;
use doorward_domain::model::AskedClaims;
use doorward_domain::model::sample::{ISSUER, NOW, alice, client_id, uuid};

#[test]
fn section_2_4_claims_and_no_nonce() {
    let issuance = Issuance {
        issuer: ISSUER,
        now: NOW,
        ttl: TTL,
        staff_roles: &[],
        scopes: &[],
        former: &[],
        asked: AskedClaims::default(),
    };
    let session = SessionId::from_uuid(uuid(5));
    let claims = claims(
        &issuance,
        &client_id("web"),
        alice().to_string(),
        session,
        "j1".to_owned(),
    );
    assert_eq!(
        serde_json::to_value(claims).unwrap(),
        json!({
            "iss": ISSUER,
            "sub": alice().to_string(),
            "aud": "web",
            "iat": NOW,
            "exp": NOW + 120,
            "jti": "j1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
            "sid": session.to_string(),
        })
    );
}

#[rstest]
#[case(200, DeliveryStatus::Done)]
#[case(204, DeliveryStatus::Done)]
#[case(400, DeliveryStatus::Refused)]
#[case(302, DeliveryStatus::Unwell)]
#[case(404, DeliveryStatus::Unwell)]
#[case(500, DeliveryStatus::Unwell)]
#[case(503, DeliveryStatus::Unwell)]
fn section_2_8_answers(#[case] status: u16, #[case] expected: DeliveryStatus) {
    assert_eq!(delivery_status(status), expected);
}
