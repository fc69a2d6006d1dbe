use rstest::rstest;

use super::*;
use crate::model::sample::{NOW, client, grant, scope, session, strings, user};

/// Everything that a grant's life depends on, owned.
#[derive(Clone)]
struct Facts {
    client: Client,
    grant: Grant,
    user: Option<User>,
    session: Option<Session>,
    is_member: bool,
    demand: Demand,
}

impl Facts {
    fn good() -> Self {
        Self {
            client: client(),
            grant: grant(),
            user: Some(user()),
            session: Some(session()),
            is_member: true,
            demand: Demand::OneFactor,
        }
    }

    fn verdict(&self) -> Result<(), GateRefusal> {
        let standing = Standing {
            client: &self.client,
            grant: &self.grant,
            user: self.user.as_ref(),
            session: self.session.as_ref(),
            is_member: self.is_member,
            demand: self.demand,
        };
        still_valid(&standing, NOW).map(|found| assert_eq!(Some(found), self.user.as_ref()))
    }

    fn offline(mut self) -> Self {
        self.grant.scope = scope("openid offline_access");
        self
    }
}

type Change = fn(&mut Facts);

/// Each condition × whether the grant outlives the session (OIDC Core §11).
#[rstest]
#[case::all_good(|_: &mut Facts| {}, Ok(()), Ok(()))]
#[case::client_off(|f: &mut Facts| f.client.disabled_at = Some(NOW),
    Err(GateRefusal::ClientDisabled), Err(GateRefusal::ClientDisabled))]
#[case::grant_revoked(|f: &mut Facts| f.grant.revoked_at = Some(NOW),
    Err(GateRefusal::GrantEnded), Err(GateRefusal::GrantEnded))]
#[case::grant_last_second(|f: &mut Facts| f.grant.expires_at = NOW + 1, Ok(()), Ok(()))]
#[case::grant_over(|f: &mut Facts| f.grant.expires_at = NOW,
    Err(GateRefusal::GrantEnded), Err(GateRefusal::GrantEnded))]
#[case::user_gone(|f: &mut Facts| f.user = None,
    Err(GateRefusal::UserGone), Err(GateRefusal::UserGone))]
#[case::user_off(|f: &mut Facts| f.user.iter_mut().for_each(|u| u.disabled_at = Some(NOW)),
    Err(GateRefusal::UserDisabled), Err(GateRefusal::UserDisabled))]
#[case::user_leaving(|f: &mut Facts| f.user.iter_mut().for_each(|u| u.deletion_due_at = Some(NOW + 9)),
    Err(GateRefusal::UserLeaving), Err(GateRefusal::UserLeaving))]
#[case::session_gone(|f: &mut Facts| f.session = None,
    Err(GateRefusal::SessionEnded), Ok(()))]
#[case::session_ended(|f: &mut Facts| f.session.iter_mut().for_each(|s| s.ended_at = Some(NOW)),
    Err(GateRefusal::SessionEnded), Ok(()))]
#[case::session_idle(|f: &mut Facts| f.session.iter_mut().for_each(|s| s.idle_expires_at = NOW),
    Ok(()), Ok(()))]
#[case::session_over(|f: &mut Facts| f.session.iter_mut().for_each(|s| s.expires_at = NOW),
    Err(GateRefusal::SessionEnded), Ok(()))]
#[case::membership_lost(|f: &mut Facts| f.is_member = false,
    Err(GateRefusal::MembershipLost), Err(GateRefusal::MembershipLost))]
#[case::client_wants_two(|f: &mut Facts| f.client.require_mfa = true,
    Err(GateRefusal::SecondFactorMissing), Err(GateRefusal::SecondFactorMissing))]
#[case::role_wants_two(|f: &mut Facts| f.demand = Demand::TwoFactors,
    Err(GateRefusal::SecondFactorMissing), Err(GateRefusal::SecondFactorMissing))]
#[case::both_want_two_and_there_were_two(|f: &mut Facts| {
    f.client.require_mfa = true;
    f.demand = Demand::TwoFactors;
    f.grant.authentication.acr = "aal2".to_owned();
}, Ok(()), Ok(()))]
#[case::an_unknown_strength_is_none(|f: &mut Facts| {
    f.demand = Demand::TwoFactors;
    f.grant.authentication.acr = "gold".to_owned();
}, Err(GateRefusal::SecondFactorMissing), Err(GateRefusal::SecondFactorMissing))]
#[case::role_wants_a_passkey_and_there_was_an_app(|f: &mut Facts| {
    f.demand = Demand::Passkey;
    f.grant.authentication.acr = "aal2".to_owned();
    f.grant.authentication.amr = strings(&["pwd", "otp", "mfa"]);
}, Err(GateRefusal::PasskeyMissing), Err(GateRefusal::PasskeyMissing))]
#[case::role_wants_a_passkey_and_there_was_one(|f: &mut Facts| {
    f.demand = Demand::Passkey;
    f.grant.authentication.acr = "aal2".to_owned();
    f.grant.authentication.amr = strings(&["swk", "user", "mfa"]);
}, Ok(()), Ok(()))]
fn a_grant_stands(
    #[case] change: Change,
    #[case] online: Result<(), GateRefusal>,
    #[case] offline: Result<(), GateRefusal>,
) {
    let mut facts = Facts::good();
    change(&mut facts);
    assert_eq!(facts.verdict(), online);
    assert_eq!(facts.offline().verdict(), offline);
}

/// One bad fact is enough, however good the others are.
#[test]
fn any_two_failures_refuse() {
    let breaks: [Change; 5] = [
        |f| f.client.disabled_at = Some(0),
        |f| f.grant.revoked_at = Some(0),
        |f| f.user = None,
        |f| f.session = None,
        |f| f.is_member = false,
    ];
    for one in breaks {
        for other in breaks {
            let mut facts = Facts::good();
            one(&mut facts);
            other(&mut facts);
            assert!(facts.verdict().is_err());
        }
    }
}

#[rstest]
#[case(GrantType::AuthorizationCode, Ok(()))]
#[case(GrantType::RefreshToken, Ok(()))]
#[case(GrantType::ClientCredentials, Ok(()))]
#[case(GrantType::DeviceCode, Err(GateRefusal::GrantNotAllowed))]
#[case(GrantType::TokenExchange, Err(GateRefusal::GrantNotAllowed))]
#[case(GrantType::JwtBearer, Err(GateRefusal::GrantNotAllowed))]
#[case(GrantType::Other("password".to_owned()), Err(GateRefusal::GrantNotAllowed))]
fn a_client_may_use(#[case] grant: GrantType, #[case] expected: Result<(), GateRefusal>) {
    assert_eq!(may_use(&client(), &grant), expected);
    let off = Client {
        disabled_at: Some(NOW),
        ..client()
    };
    assert_eq!(may_use(&off, &grant), Err(GateRefusal::ClientDisabled));
    let nothing = Client {
        grant_types: Vec::new(),
        ..client()
    };
    assert_eq!(may_use(&nothing, &grant), Err(GateRefusal::GrantNotAllowed));
}

/// RFC 6749 §5.2; the caller does not learn which of the person's affairs ended.
#[rstest]
#[case(GateRefusal::ClientDisabled, ErrorCode::InvalidClient)]
#[case(GateRefusal::GrantNotAllowed, ErrorCode::UnauthorizedClient)]
#[case(GateRefusal::GrantEnded, ErrorCode::InvalidGrant)]
#[case(GateRefusal::UserGone, ErrorCode::InvalidGrant)]
#[case(GateRefusal::UserDisabled, ErrorCode::InvalidGrant)]
#[case(GateRefusal::UserLeaving, ErrorCode::InvalidGrant)]
#[case(GateRefusal::SessionEnded, ErrorCode::InvalidGrant)]
#[case(GateRefusal::MembershipLost, ErrorCode::InvalidGrant)]
fn refusals_on_the_wire(#[case] refusal: GateRefusal, #[case] code: ErrorCode) {
    let error = refusal.to_error();
    assert_eq!(error.code, code);
    if code == ErrorCode::InvalidGrant {
        let ended = GateRefusal::GrantEnded.to_error();
        assert_eq!(error.description, ended.description);
    }
}
