use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{
    ISSUER, NOW, TASKS, alice, bob, client, scope, scope_entry, session, strings, user,
};
use doorward_protocol::authorize::ClaimSpec;

/// The facts of a start, owned: Bob acts as Alice.
struct Facts {
    user: User,
    administers: bool,
    client: Client,
    session: Session,
    acts: bool,
}

impl Facts {
    fn good() -> Self {
        let mut session = session();
        session.user_id = bob();
        session.authentication.acr = "aal2".to_owned();
        session.authentication.auth_time = NOW - 60;
        Self {
            user: User {
                id: alice(),
                ..user()
            },
            administers: false,
            client: client(),
            session,
            acts: false,
        }
    }

    fn obstacle(&self) -> Option<Obstacle> {
        let start = Start {
            administrator: bob(),
            user: &self.user,
            administers: self.administers,
            client: &self.client,
            session: &self.session,
            acts: self.acts,
        };
        obstacle(&start, NOW)
    }
}

type Change = fn(&mut Facts);

#[rstest]
#[case::all_good(|_: &mut Facts| {}, None)]
#[case::session_of_other(|f: &mut Facts| f.session.user_id = alice(), Some(Obstacle::OtherSession))]
#[case::session_ended(|f: &mut Facts| f.session.ended_at = Some(NOW), Some(Obstacle::OtherSession))]
#[case::session_idle(|f: &mut Facts| f.session.idle_expires_at = NOW, Some(Obstacle::OtherSession))]
#[case::password_only(|f: &mut Facts| f.session.authentication.acr = "aal1".to_owned(), Some(Obstacle::OneFactor))]
#[case::sign_in_of_15_minutes(|f: &mut Facts| f.session.authentication.auth_time = NOW - 900, None)]
#[case::older_sign_in(|f: &mut Facts| f.session.authentication.auth_time = NOW - 901, Some(Obstacle::OldSignIn))]
#[case::acts_already(|f: &mut Facts| f.acts = true, Some(Obstacle::Nested))]
#[case::oneself(|f: &mut Facts| f.user.id = bob(), Some(Obstacle::Oneself))]
#[case::administrator(|f: &mut Facts| f.administers = true, Some(Obstacle::Administrator))]
#[case::disabled_user(|f: &mut Facts| f.user.disabled_at = Some(NOW), Some(Obstacle::Inactive))]
#[case::leaving_user(|f: &mut Facts| f.user.deletion_due_at = Some(NOW + 9), Some(Obstacle::Inactive))]
#[case::disabled_client(|f: &mut Facts| f.client.disabled_at = Some(NOW), Some(Obstacle::Client))]
#[case::saml_client(|f: &mut Facts| f.client.kind = ClientKind::Saml, Some(Obstacle::Client))]
#[case::client_without_codes(|f: &mut Facts| f.client.grant_types.clear(), Some(Obstacle::Client))]
#[case::client_without_redirect(|f: &mut Facts| f.client.redirect_uris.clear(), Some(Obstacle::Client))]
#[case::site(
    |f: &mut Facts| f.client.id = ClientId::parse("site-0190c3a5-0000-7000-8000-000000000001").unwrap(),
    Some(Obstacle::Client),
)]
#[case::name_like_site(|f: &mut Facts| f.client.id = ClientId::parse("site-builder").unwrap(), None)]
fn first_obstacle_rejects_start(#[case] change: Change, #[case] expected: Option<Obstacle>) {
    let mut facts = Facts::good();
    change(&mut facts);
    assert_eq!(facts.obstacle(), expected);
}

#[rstest]
#[case("openid profile", "openid profile")]
#[case("openid offline_access", "openid")]
#[case("openid users:read audit:read tasks:read", "openid tasks:read")]
#[case("users:impersonate", "")]
#[case("openid admin tasks:read", "openid tasks:read")]
fn scope_has_no_offline_access_and_no_administration(#[case] asked: &str, #[case] expected: &str) {
    let known = [
        scope_entry("openid", None),
        scope_entry("admin", Some(ISSUER)),
        scope_entry("tasks:read", Some(TASKS)),
    ];
    let limited = limit_scope(&scope(asked), &known, ISSUER);
    assert_eq!(limited.to_string(), expected);
}

#[rstest]
#[case::nothing(|_: &mut AuthorizationRequest| {}, true)]
#[case::age(|r: &mut AuthorizationRequest| r.max_age = Some(9_999), false)]
#[case::new_sign_in(|r: &mut AuthorizationRequest| r.max_age = Some(0), false)]
#[case::voluntary_level(|r: &mut AuthorizationRequest| r.acr_values = strings(&["aal2"]), true)]
#[case::essential_level(
    |r: &mut AuthorizationRequest| {
        let spec = ClaimSpec { essential: true, values: vec!["aal1".into()], ..ClaimSpec::default() };
        r.claims.id_token.insert("acr".to_owned(), spec);
    },
    false,
)]
#[case::transaction(
    |r: &mut AuthorizationRequest| {
        let details = r#"[{"type":"payment"}]"#;
        r.authorization_details = AuthorizationDetails::parse(details).unwrap();
    },
    false,
)]
fn request_about_user_is_rejected(
    #[case] change: fn(&mut AuthorizationRequest),
    #[case] is_accepted: bool,
) {
    let mut request = AuthorizationRequest::default();
    change(&mut request);
    assert_eq!(check_request(&request).is_ok(), is_accepted);
}
