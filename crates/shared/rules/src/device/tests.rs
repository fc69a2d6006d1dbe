use doorward_protocol::authorization_details::AuthorizationDetails;
use rstest::rstest;

use super::*;
use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::sample::{NOW, client_id, scope, uuid};
use doorward_domain::model::{DeviceRequestId, SessionId};
use doorward_domain::secret::TokenHash;

const GRANT: GrantId = GrantId::from_uuid(uuid(7));
const MINE: SessionId = SessionId::from_uuid(uuid(8));

fn request() -> DeviceRequest {
    DeviceRequest {
        id: DeviceRequestId::parse("AAAAAAAAAAAAAAAAAAAAAA").unwrap(),
        device_hash: TokenHash::digest("device"),
        user_code: UserCode::parse("WDJB-MJHT").unwrap(),
        client_id: client_id("tv"),
        scope: scope("openid"),
        resources: Vec::new(),
        authorization_details: AuthorizationDetails::default(),
        org: None,
        ip: "192.0.2.7".to_owned(),
        created_at: NOW - 60,
        expires_at: NOW + 540,
        poll_interval: INTERVAL,
        polled_at: None,
        session_id: None,
        decided_at: None,
        grant_id: None,
        used_at: None,
        backchannel: None,
    }
}

type Change = fn(&mut DeviceRequest);

#[rstest]
#[case::undecided(|_: &mut DeviceRequest| {}, PollOutcome::Wait)]
#[case::bound_to_session(|r: &mut DeviceRequest| r.session_id = Some(MINE), PollOutcome::Wait)]
#[case::allowed(|r: &mut DeviceRequest| { r.decided_at = Some(NOW); r.grant_id = Some(GRANT); }, PollOutcome::Redeem(GRANT))]
#[case::denied(|r: &mut DeviceRequest| r.decided_at = Some(NOW), PollOutcome::Refuse(PollError::Denied))]
#[case::last_second(|r: &mut DeviceRequest| r.expires_at = NOW + 1, PollOutcome::Wait)]
#[case::expired(|r: &mut DeviceRequest| r.expires_at = NOW, PollOutcome::Refuse(PollError::Expired))]
#[case::allowed_and_expired(|r: &mut DeviceRequest| { r.decided_at = Some(NOW - 9); r.grant_id = Some(GRANT); r.expires_at = NOW; },
    PollOutcome::Refuse(PollError::Expired))]
#[case::denied_and_expired(|r: &mut DeviceRequest| { r.decided_at = Some(NOW - 9); r.expires_at = NOW; },
    PollOutcome::Refuse(PollError::Expired))]
#[case::fetched(|r: &mut DeviceRequest| { r.decided_at = Some(NOW - 9); r.grant_id = Some(GRANT); r.used_at = Some(NOW - 5); },
    PollOutcome::Refuse(PollError::Used))]
#[case::of_other_client(|r: &mut DeviceRequest| { r.decided_at = Some(NOW); r.grant_id = Some(GRANT); r.client_id = client_id("other"); },
    PollOutcome::Refuse(PollError::Unknown))]
fn poll_outcome_follows_request_state(#[case] change: Change, #[case] expected: PollOutcome) {
    let mut request = request();
    change(&mut request);
    assert_eq!(poll(&request, &client_id("tv"), NOW), expected);
}

#[rstest]
#[case(PollError::Unknown, "invalid_grant")]
#[case(PollError::Used, "invalid_grant")]
#[case(PollError::Expired, "expired_token")]
#[case(PollError::Denied, "access_denied")]
fn poll_errors_have_oauth_codes(#[case] problem: PollError, #[case] code: &str) {
    assert_eq!(problem.to_error().code.as_str(), code);
}
