mod matrix;
mod scene;
mod strength;

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::prompt::PromptSet;
use rstest::rstest;

use super::*;
use crate::assurance::{AAL1, AAL2};
use crate::second_factor::SecondFactorStatus;
use doorward_domain::model::sample::{
    self, NOW, alice, bob, claims, native_client, scope, session,
};
use doorward_domain::model::{Client, Consent, Interaction, Session, SessionId};
use scene::Scene;
use strength::factor;

/// prompt × progress in the interaction (Alice is signed in and has consented before).
#[rstest]
#[case("", "issue", "issue", "issue", "issue")]
#[case("none", "issue", "issue", "issue", "issue")]
#[case("login", "login:Forced", "issue", "login:Forced", "login:Forced")]
#[case("consent", "consent:", "consent:", "consent:", "issue")]
#[case("select_account", "select", "issue", "issue", "select")]
#[case(
    "login consent",
    "login:Forced",
    "consent:",
    "login:Forced",
    "login:Forced"
)]
#[case(
    "login select_account",
    "login:Forced",
    "issue",
    "login:Forced",
    "login:Forced"
)]
#[case("consent select_account", "select", "consent:", "consent:", "select")]
#[case(
    "login consent select_account",
    "login:Forced",
    "consent:",
    "login:Forced",
    "login:Forced"
)]
fn prompt_by_progress(
    #[case] prompt: &str,
    #[case] nothing: &str,
    #[case] signed_in: &str,
    #[case] chosen: &str,
    #[case] allowed: &str,
) {
    let scene = Scene::with(|s| _ = s.prompt(prompt));
    assert_eq!(scene.say(), nothing, "nothing done");
    assert_eq!(
        scene.clone().sign_in(alice(), AAL1).say(),
        signed_in,
        "signed in"
    );
    assert_eq!(scene.clone().choose().say(), chosen, "account chosen");
    assert_eq!(scene.clone().allow().say(), allowed, "allowed");
    assert_eq!(
        scene.clone().sign_in(alice(), AAL1).allow().say(),
        "issue",
        "all done"
    );
}

/// prompt × session (none, expired, live).
#[rstest]
#[case("", "login:NotSignedIn", "issue")]
#[case("none", "error:login_required", "issue")]
#[case("login", "login:NotSignedIn", "login:Forced")]
#[case("consent", "login:NotSignedIn", "consent:")]
#[case("select_account", "login:NotSignedIn", "select")]
fn prompt_by_session(#[case] prompt: &str, #[case] without: &str, #[case] with: &str) {
    let mut scene = Scene::settled();
    scene.prompt(prompt);
    assert_eq!(scene.say(), with);
    let ends: [fn(&mut Session); 3] = [
        |s| s.ended_at = Some(NOW - 1),
        |s| s.idle_expires_at = NOW,
        |s| s.expires_at = NOW,
    ];
    for end in ends {
        let mut over = scene.clone();
        over.session.iter_mut().for_each(end);
        assert_eq!(over.say(), without, "a session that is over counts as none");
    }
    scene.session = None;
    assert_eq!(scene.say(), without);
}

/// OIDC Core §3.1.2.1: re-authenticate when the elapsed time is *greater* than `max_age`; the
/// authentication of the session is 60 seconds old.
#[rstest]
#[case(None, "issue", "issue")]
#[case(Some(0), "login:TooOld", "error:login_required")]
#[case(Some(1), "login:TooOld", "error:login_required")]
#[case(Some(59), "login:TooOld", "error:login_required")]
#[case(Some(60), "issue", "issue")]
#[case(Some(61), "issue", "issue")]
#[case(Some(u64::MAX), "issue", "issue")]
fn authentication_may_be_as_old_as_max_age(
    #[case] max_age: Option<u64>,
    #[case] expected: &str,
    #[case] silently: &str,
) {
    let mut scene = Scene::settled();
    scene.interaction.request.max_age = max_age;
    assert_eq!(scene.say(), expected);
    assert_eq!(scene.clone().prompt("none").say(), silently);
    assert_eq!(
        scene.clone().sign_in(alice(), AAL1).say(),
        "issue",
        "a fresh proof answers it"
    );
}

#[test]
fn proof_from_future_is_not_old() {
    let mut scene = Scene::settled();
    scene.interaction.request.max_age = Some(10);
    scene
        .session
        .iter_mut()
        .for_each(|s| s.authentication.auth_time = NOW + 5);
    assert_eq!(
        scene.say(),
        "issue",
        "clocks of two replicas may differ by seconds"
    );
}

#[test]
fn max_age_zero_requires_reauthentication() {
    let mut scene = Scene::settled();
    scene.interaction.request.max_age = Some(0);
    scene
        .session
        .iter_mut()
        .for_each(|s| s.authentication.auth_time = NOW);
    assert_eq!(scene.say(), "login:TooOld");
}

/// `id_token_hint` or `sub` in `claims`.
#[rstest]
#[case::sufficient("", alice(), "issue")]
#[case::sufficient_silently("none", alice(), "issue")]
#[case::other("", bob(), "login:OtherSubject")]
#[case::other_silently("none", bob(), "error:login_required")]
#[case::other_forced("login", bob(), "login:OtherSubject")]
#[case::other_select("select_account", bob(), "login:OtherSubject")]
fn core_5_5_1_expected_subject(#[case] prompt: &str, #[case] user: UserId, #[case] expected: &str) {
    let mut scene = Scene::with(|s| s.expected = Some(user));
    scene.prompt(prompt);
    assert_eq!(scene.say(), expected);
    scene.session = None;
    let nobody = if prompt == "none" {
        "error:login_required"
    } else {
        "login:NotSignedIn"
    };
    assert_eq!(scene.say(), nobody);
}

#[rstest]
#[case("")]
#[case("login")]
#[case("select_account")]
fn sign_in_as_unexpected_user_ends_request(#[case] prompt: &str) {
    let mut scene = Scene::with(|s| s.expected = Some(alice()));
    scene.prompt(prompt).sign_in(bob(), AAL1);
    assert_eq!(
        scene.say(),
        "error:login_required",
        "no loop, and never another person's code"
    );
}

/// OIDC Core §5.5.1.1.
#[rstest]
#[case::not_requested("{}", AAL1, "issue", "issue")]
#[case::voluntary(r#"{"id_token":{"acr":{"value":"aal2"}}}"#, AAL1, "issue", "issue")]
#[case::any(r#"{"id_token":{"acr":{"essential":true}}}"#, AAL1, "issue", "issue")]
#[case::met(
    r#"{"id_token":{"acr":{"essential":true,"values":["aal2","aal1"]}}}"#,
    AAL1,
    "issue",
    "issue"
)]
#[case::exceeded(
    r#"{"id_token":{"acr":{"essential":true,"value":"aal1"}}}"#,
    AAL2,
    "issue",
    "issue"
)]
#[case::too_weak(
    r#"{"id_token":{"acr":{"essential":true,"value":"aal2"}}}"#,
    AAL1,
    "login:TooWeak",
    "error:unmet_authentication_requirements"
)]
#[case::unknown(
    r#"{"id_token":{"acr":{"essential":true,"values":["urn:x"]}}}"#,
    AAL2,
    "login:TooWeak",
    "error:unmet_authentication_requirements"
)]
#[case::not_even_text(
    r#"{"id_token":{"acr":{"essential":true,"value":1}}}"#,
    AAL2,
    "login:TooWeak",
    "error:unmet_authentication_requirements"
)]
fn essential_acr(
    #[case] json: &str,
    #[case] have: &str,
    #[case] expected: &str,
    #[case] after_sign_in: &str,
) {
    let mut scene = Scene::settled();
    scene.interaction.request.claims = claims(json);
    have.clone_into(&mut scene.session.as_mut().unwrap().authentication.acr);
    assert_eq!(scene.say(), expected);
    let silently = if expected == "issue" {
        "issue"
    } else {
        "error:login_required"
    };
    assert_eq!(scene.clone().prompt("none").say(), silently);
    assert_eq!(scene.clone().sign_in(alice(), have).say(), after_sign_in);
}

/// Earlier consents (the request is for `openid tasks:read` at the tasks resource).
#[rstest]
#[case::all(|_: &mut Consent| {}, "issue")]
#[case::more(|c: &mut Consent| c.scope = scope("openid tasks:read email"), "issue")]
#[case::less(|c: &mut Consent| c.scope = scope("openid"), "consent:tasks:read")]
#[case::other(|c: &mut Consent| c.scope = scope("email"), "consent:openid tasks:read")]
#[case::other_resource(|c: &mut Consent| c.resources = vec!["x:y".into()], "consent:openid tasks:read")]
#[case::withdrawn(|c: &mut Consent| c.revoked_at = Some(NOW), "consent:openid tasks:read")]
#[case::expired(|c: &mut Consent| c.expires_at = Some(NOW), "consent:openid tasks:read")]
#[case::one_second_left(|c: &mut Consent| c.expires_at = Some(NOW + 1), "issue")]
#[case::of_other_user(|c: &mut Consent| c.user_id = bob(), "consent:openid tasks:read")]
#[case::for_another_client(
    |c: &mut Consent| c.client_id = sample::client_id("native"), "consent:openid tasks:read")]
fn core_3_1_2_4_remembered_consent(#[case] change: fn(&mut Consent), #[case] expected: &str) {
    let mut scene = Scene::settled();
    scene.consent.iter_mut().for_each(change);
    assert_eq!(scene.say(), expected);
    let silently = if expected == "issue" {
        "issue"
    } else {
        "error:consent_required"
    };
    assert_eq!(scene.clone().prompt("none").say(), silently);
    assert_eq!(scene.clone().allow().say(), "issue");
    scene.client.first_party = true;
    assert_eq!(scene.say(), "issue", "no consent for the operator's own");
    scene.prompt("consent");
    assert!(
        scene.say().starts_with("consent:"),
        "unless it is asked for"
    );
    assert_eq!(scene.allow().say(), "issue");
}

/// At most the consented access is granted, now or before.
#[rstest]
#[case::all_before("openid tasks:read", "", "openid tasks:read", &[sample::TASKS])]
#[case::declined_before("openid", "tasks:read", "openid", &[])]
#[case::more_before("openid tasks:read email", "", "openid tasks:read", &[sample::TASKS])]
fn issued_access_is_consented_access(
    #[case] before: &str,
    #[case] declined: &str,
    #[case] expected: &str,
    #[case] resources: &[&str],
) {
    let mut scene = Scene::with(|s| s.optional = scope("tasks:read"));
    if let Some(consent) = &mut scene.consent {
        consent.scope = scope(before);
        consent.declined = scope(declined);
        consent.expires_at = Some(NOW + 9);
    }
    let allowed = ConsentedAccess {
        scope: scope(expected),
        resources: sample::strings(resources),
        details: AuthorizationDetails::default(),
        until: Some(NOW + 9),
    };
    assert_eq!(scene.step(), NextStep::Issue(allowed.clone()));
    // Likewise by an answer within the interaction.
    scene.prompt("consent");
    assert!(scene.say().starts_with("consent:"));
    scene.interaction.session_id = Some(session().id);
    scene.interaction.consented = Some(scope(expected));
    assert_eq!(scene.step(), NextStep::Issue(allowed));
}

#[test]
fn first_party_client_gets_requested_access() {
    let scene = Scene::with(|s| {
        s.client.first_party = true;
        s.optional = scope("tasks:read");
        s.consent = None;
    });
    let NextStep::Issue(allowed) = scene.step() else {
        panic!("{}", scene.say())
    };
    assert_eq!(allowed.scope, scope("openid tasks:read"));
    assert_eq!(allowed.until, None);
}

#[test]
fn first_consent_lists_all_scopes() {
    let scene = Scene::with(|s| s.consent = None);
    assert_eq!(scene.say(), "consent:openid tasks:read");
}

#[test]
fn claim_by_name_requires_consent_for_scope() {
    let mut scene = Scene::settled();
    scene.interaction.request.claims = claims(r#"{"userinfo":{"email":null,"sub":null}}"#);
    assert_eq!(scene.say(), "consent:email");
    assert_eq!(scene.allow().say(), "issue");
}

#[test]
fn consent_for_less_is_insufficient() {
    let mut scene = Scene::with(|s| s.consent = None);
    scene.interaction.session_id = Some(session().id);
    scene.interaction.consented = Some(scope("openid"));
    assert_eq!(scene.say(), "consent:openid tasks:read");
}

/// RFC 8252 §8.6: a client that could be impersonated always shows a page.
#[rstest]
#[case::loopback("http://127.0.0.1:4242/callback", "consent:")]
#[case::private_scheme("com.example.app:/callback", "consent:")]
#[case::claimed_https("https://app.example/callback", "issue")]
fn public_clients(#[case] redirect_uri: &str, #[case] expected: &str) {
    let mut scene = Scene::settled();
    scene.client = native_client();
    scene
        .consent
        .iter_mut()
        .for_each(|c| c.client_id = sample::client_id("native"));
    redirect_uri.clone_into(&mut scene.interaction.request.redirect_uri);
    assert_eq!(scene.say(), expected);
    let silently = if expected == "issue" {
        "issue"
    } else {
        "error:consent_required"
    };
    assert_eq!(scene.clone().prompt("none").say(), silently);
    assert_eq!(scene.allow().say(), "issue");
}

/// Progress of one session in the interaction does not count for another.
#[rstest]
#[case::forced("login", "login:Forced")]
#[case::choice("select_account", "select")]
#[case::consent("consent", "consent:")]
#[case::nothing("", "issue")]
fn second_tab_inherits_no_progress(#[case] prompt: &str, #[case] expected: &str) {
    let mut scene = Scene::settled();
    scene.prompt(prompt).sign_in(alice(), AAL1).choose().allow();
    assert_eq!(scene.say(), "issue");
    scene.session = Some(session());
    assert_eq!(scene.say(), expected, "another session of the same person");
    let other = Session {
        user_id: bob(),
        ..session()
    };
    scene.session = Some(other);
    let never = scene.say();
    assert_ne!(never, "issue", "Alice's consent is not Bob's");
}

#[test]
fn second_user_in_second_tab_needs_own_consent() {
    let mut scene = Scene::with(|s| s.consent = None);
    scene.sign_in(alice(), AAL1).allow();
    scene.session = Some(Session {
        user_id: bob(),
        ..session()
    });
    assert_eq!(scene.say(), "consent:openid tasks:read");
    scene.expected = Some(alice());
    assert_eq!(
        scene.say(),
        "login:OtherSubject",
        "no sign-in of his own happened here yet"
    );
}

// --- the address -----------------------------------------------------------------------------

#[rstest]
#[case::all_resolved(|_: &mut Scene| {}, "verify-email")]
#[case::not_signed_in(|s: &mut Scene| s.session = None, "login:NotSignedIn")]
#[case::consent_required(|s: &mut Scene| s.consent = None, "verify-email")]
#[case::account_choice(|s: &mut Scene| { s.prompt("select_account"); }, "verify-email")]
#[case::silently(|s: &mut Scene| { s.prompt("none"); }, "error:interaction_required")]
#[case::first_party(|s: &mut Scene| s.client.first_party = true, "verify-email")]
fn unverified_address_precedes_all_steps_but_sign_in(
    #[case] change: fn(&mut Scene),
    #[case] expected: &str,
) {
    let mut scene = Scene::with(|scene| scene.email_due = true);
    change(&mut scene);
    assert_eq!(scene.say(), expected);
}

#[test]
fn non_member_is_redirected_with_error() {
    let mut scene = Scene::with(|scene| scene.is_member = false);
    assert_eq!(scene.say(), "error:access_denied");
    assert_eq!(scene.prompt("none").say(), "error:access_denied");
    // The user may be a member with another account.
    assert_eq!(scene.prompt("select_account").say(), "select");
    assert_eq!(scene.choose().say(), "error:access_denied");
    scene.session = None;
    assert_eq!(scene.prompt("").say(), "login:NotSignedIn");
}

// --- the account is to be deleted ------------------------------------------------------------

#[rstest]
#[case::all_resolved(|_: &mut Scene| {}, "keep")]
#[case::not_signed_in(|s: &mut Scene| s.session = None, "login:NotSignedIn")]
#[case::other_user(|s: &mut Scene| s.expected = Some(bob()), "login:OtherSubject")]
#[case::second_factor(|s: &mut Scene| s.factor = SecondFactorStatus { enrolled: true, required: true, passkey_due: false }, "second")]
#[case::unverified_address(|s: &mut Scene| s.email_due = true, "keep")]
#[case::consent_required(|s: &mut Scene| s.consent = None, "keep")]
#[case::account_choice(|s: &mut Scene| { s.prompt("select_account"); }, "keep")]
#[case::silently(|s: &mut Scene| { s.prompt("none"); }, "error:interaction_required")]
#[case::first_party(|s: &mut Scene| s.client.first_party = true, "keep")]
fn pending_deletion_allows_only_cancellation(
    #[case] change: fn(&mut Scene),
    #[case] expected: &str,
) {
    let mut scene = Scene::with(|scene| scene.leaving = true);
    change(&mut scene);
    assert_eq!(scene.say(), expected);
}

fn payment() -> AuthorizationDetails {
    AuthorizationDetails::parse(r#"[{"type":"payment"}]"#).unwrap()
}

#[test]
fn rfc_9396_first_party_client_prompts_for_one_time_types() {
    let mut scene = Scene::with(|s| {
        s.client.first_party = true;
        s.client.authorization_details_types = sample::strings(&["payment", "folders"]);
        let read = r#"[{"type":"folders","actions":["read"]}]"#;
        s.interaction.request.authorization_details = AuthorizationDetails::parse(read).unwrap();
    });
    assert_eq!(scene.say(), "issue");
    scene.interaction.request.authorization_details = payment();
    assert!(scene.say().starts_with("consent:"));
    let NextStep::Issue(allowed) = scene.allow().step() else {
        panic!("{}", scene.say());
    };
    assert_eq!(allowed.details, payment());
}

#[test]
fn rfc_9396_5_rejects_withdrawn_type() {
    let mut scene = Scene::with(|s| {
        s.interaction.request.authorization_details = payment();
    });
    scene.allow();
    assert_eq!(scene.say(), "error:invalid_authorization_details");
    scene.client.authorization_details_types = sample::strings(&["payment"]);
    assert_eq!(scene.say(), "issue");
}
