use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{NOW, client, grant, scope, session, strings, user};

/// The records that a grant's validity depends on, owned.
#[derive(Clone)]
struct Facts {
    client: Client,
    grant: Grant,
    user: Option<User>,
    session: Option<Session>,
    is_member: bool,
    demand: FactorRequirement,
}

impl Facts {
    fn good() -> Self {
        Self {
            client: client(),
            grant: grant(),
            user: Some(user()),
            session: Some(session()),
            is_member: true,
            demand: FactorRequirement::OneFactor,
        }
    }

    fn verdict(&self) -> Result<(), GrantCheckError> {
        let state = GrantState {
            client: &self.client,
            grantee: &self.client,
            grant: &self.grant,
            user: self.user.as_ref(),
            session: self.session.as_ref(),
            is_member: self.is_member,
            demand: self.demand,
        };
        check_grant(&state, NOW).map(|found| assert_eq!(Some(found), self.user.as_ref()))
    }

    fn offline(mut self) -> Self {
        self.grant.scope = scope("openid offline_access");
        self
    }
}

type Change = fn(&mut Facts);

/// Each condition × whether the grant outlives the session (OIDC Core §11).
#[rstest]
#[case::all_valid(|_: &mut Facts| {}, Ok(()), Ok(()))]
#[case::client_disabled(|f: &mut Facts| f.client.disabled_at = Some(NOW),
    Err(GrantCheckError::ClientDisabled), Err(GrantCheckError::ClientDisabled))]
#[case::grant_revoked(|f: &mut Facts| f.grant.revoked_at = Some(NOW),
    Err(GrantCheckError::GrantEnded), Err(GrantCheckError::GrantEnded))]
#[case::grant_last_second(|f: &mut Facts| f.grant.expires_at = NOW + 1, Ok(()), Ok(()))]
#[case::grant_expired(|f: &mut Facts| f.grant.expires_at = NOW,
    Err(GrantCheckError::GrantEnded), Err(GrantCheckError::GrantEnded))]
#[case::user_deleted(|f: &mut Facts| f.user = None,
    Err(GrantCheckError::UserGone), Err(GrantCheckError::UserGone))]
#[case::user_disabled(|f: &mut Facts| f.user.iter_mut().for_each(|u| u.disabled_at = Some(NOW)),
    Err(GrantCheckError::UserDisabled), Err(GrantCheckError::UserDisabled))]
#[case::user_deletion_pending(|f: &mut Facts| f.user.iter_mut().for_each(|u| u.deletion_due_at = Some(NOW + 9)),
    Err(GrantCheckError::UserLeaving), Err(GrantCheckError::UserLeaving))]
#[case::session_deleted(|f: &mut Facts| f.session = None,
    Err(GrantCheckError::SessionEnded), Ok(()))]
#[case::session_ended(|f: &mut Facts| f.session.iter_mut().for_each(|s| s.ended_at = Some(NOW)),
    Err(GrantCheckError::SessionEnded), Ok(()))]
#[case::session_idle(|f: &mut Facts| f.session.iter_mut().for_each(|s| s.idle_expires_at = NOW),
    Ok(()), Ok(()))]
#[case::session_expired(|f: &mut Facts| f.session.iter_mut().for_each(|s| s.expires_at = NOW),
    Err(GrantCheckError::SessionEnded), Ok(()))]
#[case::membership_lost(|f: &mut Facts| f.is_member = false,
    Err(GrantCheckError::MembershipLost), Err(GrantCheckError::MembershipLost))]
#[case::client_requires_two_factors(|f: &mut Facts| f.client.require_mfa = true,
    Err(GrantCheckError::SecondFactorMissing), Err(GrantCheckError::SecondFactorMissing))]
#[case::role_requires_two_factors(|f: &mut Facts| f.demand = FactorRequirement::TwoFactors,
    Err(GrantCheckError::SecondFactorMissing), Err(GrantCheckError::SecondFactorMissing))]
#[case::two_required_and_used(|f: &mut Facts| {
    f.client.require_mfa = true;
    f.demand = FactorRequirement::TwoFactors;
    f.grant.authentication.acr = "aal2".to_owned();
}, Ok(()), Ok(()))]
#[case::unknown_strength(|f: &mut Facts| {
    f.demand = FactorRequirement::TwoFactors;
    f.grant.authentication.acr = "gold".to_owned();
}, Err(GrantCheckError::SecondFactorMissing), Err(GrantCheckError::SecondFactorMissing))]
#[case::passkey_required_but_app_used(|f: &mut Facts| {
    f.demand = FactorRequirement::Passkey;
    f.grant.authentication.acr = "aal2".to_owned();
    f.grant.authentication.amr = strings(&["pwd", "otp", "mfa"]);
}, Err(GrantCheckError::PasskeyMissing), Err(GrantCheckError::PasskeyMissing))]
#[case::passkey_required_and_used(|f: &mut Facts| {
    f.demand = FactorRequirement::Passkey;
    f.grant.authentication.acr = "aal2".to_owned();
    f.grant.authentication.amr = strings(&["swk", "user", "mfa"]);
}, Ok(()), Ok(()))]
fn grant_check_covers_client_user_session_and_grant(
    #[case] change: Change,
    #[case] online: Result<(), GrantCheckError>,
    #[case] offline: Result<(), GrantCheckError>,
) {
    let mut facts = Facts::good();
    change(&mut facts);
    assert_eq!(facts.verdict(), online);
    assert_eq!(facts.offline().verdict(), offline);
}

/// OIDC Core §11: what the client may request now decides, not what it was once granted. Each row: a
/// change of the registration, and whether grants with and without `offline_access` survive a sign-out.
#[rstest]
#[case::unchanged(|_: &mut Client| {}, true)]
#[case::offline_access_taken(|c: &mut Client| { c.scopes.remove("offline_access"); }, false)]
#[case::every_scope_taken(|c: &mut Client| c.scopes = Scope::default(), false)]
#[case::refresh_tokens_taken(|c: &mut Client| c.grant_types.retain(|t| *t != GrantType::RefreshToken), false)]
#[case::other_scope_taken(|c: &mut Client| { c.scopes.remove("openid"); }, true)]
#[case::code_grant_taken(|c: &mut Client| c.grant_types = vec![GrantType::RefreshToken], true)]
#[case::redirect_uris_taken(|c: &mut Client| c.redirect_uris.clear(), true)]
#[case::no_longer_first_party(|c: &mut Client| c.first_party = false, true)]
fn offline_access_is_what_client_may_request_now(
    #[case] change: fn(&mut Client),
    #[case] survives: bool,
) {
    let mut facts = Facts::good();
    facts.client.scopes = scope("openid profile offline_access");
    change(&mut facts.client);
    facts.session = None;
    let offline = facts.clone().offline();
    assert_eq!(offline.verdict().is_ok(), survives);
    assert_eq!(outlives_session(&offline.grant, &offline.client), survives);
    assert_eq!(facts.verdict(), Err(GrantCheckError::SessionEnded));
    // A grant by an assertion never had a session, so that no scope of the client ends it.
    facts.grant.origin = GrantOrigin::Assertion;
    assert_eq!(facts.verdict(), Ok(()));
}

/// The client of the grant decides about offline access, not the one that exchanged its token.
#[test]
fn offline_access_is_that_of_first_client() {
    let grantee = Client {
        scopes: scope("openid offline_access"),
        ..client()
    };
    let service = Client {
        id: ClientId::parse("service").unwrap(),
        scopes: scope("openid"),
        ..client()
    };
    let mut facts = Facts::good().offline();
    facts.session = None;
    let verdict = |client: &Client, grantee: &Client| {
        let state = GrantState {
            client,
            grantee,
            grant: &facts.grant,
            user: facts.user.as_ref(),
            session: None,
            is_member: true,
            demand: FactorRequirement::OneFactor,
        };
        check_grant(&state, NOW).map(drop)
    };
    assert_eq!(verdict(&service, &grantee), Ok(()));
    let taken = Client {
        scopes: scope("openid"),
        ..grantee.clone()
    };
    let ended = Err(GrantCheckError::SessionEnded);
    assert_eq!(verdict(&service, &taken), ended);
    // The scope of another client is none of the grant's.
    let other = Client {
        scopes: grantee.scopes.clone(),
        ..service.clone()
    };
    assert_eq!(verdict(&other, &other), ended);
}

/// A single failed condition suffices, whatever the others are.
#[test]
fn any_two_failures_refuse() {
    let breaks: [Change; 5] = [
        |f| f.client.disabled_at = Some(0),
        |f| f.grant.revoked_at = Some(0),
        |f| f.user = None,
        |f| f.session = None,
        |f| f.is_member = false,
    ];
    for item in breaks {
        for other in breaks {
            let mut facts = Facts::good();
            item(&mut facts);
            other(&mut facts);
            assert!(facts.verdict().is_err());
        }
    }
}

#[rstest]
#[case(GrantType::AuthorizationCode, Ok(()))]
#[case(GrantType::RefreshToken, Ok(()))]
#[case(GrantType::ClientCredentials, Ok(()))]
#[case(GrantType::DeviceCode, Err(GrantCheckError::GrantNotAllowed))]
#[case(GrantType::TokenExchange, Err(GrantCheckError::GrantNotAllowed))]
#[case(GrantType::JwtBearer, Err(GrantCheckError::GrantNotAllowed))]
#[case(GrantType::Other("password".to_owned()), Err(GrantCheckError::GrantNotAllowed))]
fn client_may_use_registered_grant_types(
    #[case] grant: GrantType,
    #[case] expected: Result<(), GrantCheckError>,
) {
    assert_eq!(check_grant_type(&client(), &grant), expected);
    let off = Client {
        disabled_at: Some(NOW),
        ..client()
    };
    assert_eq!(
        check_grant_type(&off, &grant),
        Err(GrantCheckError::ClientDisabled)
    );
    let nothing = Client {
        grant_types: Vec::new(),
        ..client()
    };
    assert_eq!(
        check_grant_type(&nothing, &grant),
        Err(GrantCheckError::GrantNotAllowed)
    );
}

/// RFC 6749 §5.2: the client does not learn which record of the user ended the grant.
#[rstest]
#[case(GrantCheckError::ClientDisabled, ErrorCode::InvalidClient)]
#[case(GrantCheckError::GrantNotAllowed, ErrorCode::UnauthorizedClient)]
#[case(GrantCheckError::GrantEnded, ErrorCode::InvalidGrant)]
#[case(GrantCheckError::UserGone, ErrorCode::InvalidGrant)]
#[case(GrantCheckError::UserDisabled, ErrorCode::InvalidGrant)]
#[case(GrantCheckError::UserLeaving, ErrorCode::InvalidGrant)]
#[case(GrantCheckError::SessionEnded, ErrorCode::InvalidGrant)]
#[case(GrantCheckError::MembershipLost, ErrorCode::InvalidGrant)]
fn errors_hide_which_record_ended_grant(
    #[case] rejection: GrantCheckError,
    #[case] code: ErrorCode,
) {
    let error = rejection.to_error();
    assert_eq!(error.code, code);
    if code == ErrorCode::InvalidGrant {
        let ended = GrantCheckError::GrantEnded.to_error();
        assert_eq!(error.description, ended.description);
    }
}
