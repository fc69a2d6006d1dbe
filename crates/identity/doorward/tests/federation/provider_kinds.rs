//! Tests of identity providers without OpenID Connect, and of `form_post` responses.

use std::time::{Duration, UNIX_EPOCH};

use doorward_access::clock::Clock as _;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::providers::{self, ProviderSpec};
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::{ClaimNames, OauthEndpoints, SecretSigner};
use doorward_domain::secret::MasterKey;

use doorward_testkit::UserAgent;
use doorward_testkit::upstream::Upstream;
use josekit::jwk::alg::ec::{EcCurve, EcKeyPair};
use josekit::jws::ES256;
use josekit::jwt;
use serde_json::json;

use crate::on_both;
use crate::world::{World, location};

on_both!(
    plain_oauth_with_numbers_for_subjects_and_list_of_addresses,
    form_post_without_cookies_is_continued_by_get,
    missing_claims_are_fetched_from_userinfo,
    secret_is_signed_for_each_use,
    secret_is_sent_only_to_own_endpoints,
);

async fn plain_oauth_with_numbers_for_subjects_and_list_of_addresses(world: &World<'_>) {
    let upstream = &world.upstream;
    let endpoints = OauthEndpoints {
        authorization: upstream.at("/authorize"),
        token: upstream.at("/token"),
        userinfo: upstream.at("/userinfo"),
        emails: Some(upstream.at("/emails")),
    };
    world
        .provider(|spec| {
            spec.kind = Some("oauth2".to_owned());
            spec.scopes = Some(vec!["read:user".to_owned()]);
            spec.endpoints = Some(endpoints);
            spec.claims = Some(ClaimNames {
                subject: "id".to_owned(),
                username: "login".to_owned(),
                ..ClaimNames::default()
            });
            spec.trusts_email = Some(true);
        })
        .await;
    upstream.userinfo(json!({ "id": 583_231, "login": "octocat", "email": null }));
    upstream.emails(json!([
        { "email": "old@upstream.example", "primary": false, "verified": true },
        { "email": "octocat@upstream.example", "primary": true, "verified": true },
    ]));
    let agent = UserAgent::new();
    assert_eq!(location(&world.sign_in(&agent).await), "/login/new");
    let sent = upstream.last("/authorize").unwrap();
    assert!(
        sent.contains(&("scope".to_owned(), "read:user".to_owned())),
        "{sent:?}"
    );
    let page = agent.get(world.stack.at("/login/new")).await;
    assert_eq!(page.form("#welcome").value("username"), Some("octocat"));
    assert_eq!(
        location(&agent.submit(&page.form("#welcome")).await),
        "/account"
    );
    let created = world.user("octocat").await;
    assert_eq!(created.email, "octocat@upstream.example");
    assert!(created.email_verified);
    assert_eq!(world.links("octocat").await[0].subject, "583231");
    // The numeric ID identifies the user, whatever the name.
    upstream.userinfo(json!({ "id": 583_231, "login": "renamed" }));
    assert_eq!(
        location(&world.sign_in(&UserAgent::new()).await),
        "/account"
    );
    upstream.userinfo(json!({ "id": 583_232, "login": "octocat" }));
    assert_ne!(
        location(&world.sign_in(&UserAgent::new()).await),
        "/account"
    );
    // A response without an ID is rejected.
    upstream.userinfo(json!({ "login": "octocat" }));
    assert_eq!(world.sign_in(&UserAgent::new()).await.status, 401);
}

async fn form_post_without_cookies_is_continued_by_get(world: &World<'_>) {
    world.provider(|spec| spec.form_post = Some(true)).await;
    world.upstream.set_claims(crate::world::jane());
    let agent = UserAgent::new();
    let login = agent.get(world.stack.at("/login")).await;
    let going = world.press(&agent, &login).await;
    let page = agent
        .get(going.link_of("main a.btn.primary").unwrap())
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let form = page.form("#post");
    // Browsers withhold Lax cookies from such a form.
    let anonymous_caller = UserAgent::new();
    let answer = anonymous_caller.submit(&form).await;
    assert_eq!(answer.status, 303, "{}", answer.dump());
    assert!(answer.header("set-cookie").is_none(), "{}", answer.dump());
    // The browser that started the sign-in continues.
    let page = agent.get(answer.location().unwrap()).await;
    assert_eq!(location(&page), "/login/new");
}

async fn missing_claims_are_fetched_from_userinfo(world: &World<'_>) {
    world.provider(|spec| spec.trusts_email = Some(true)).await;
    world.upstream.set_claims(json!({ "sub": "one" }));
    let mut more = crate::world::jane();
    more["sub"] = json!("one");
    world.upstream.userinfo(more);
    let agent = UserAgent::new();
    assert_eq!(location(&world.sign_in(&agent).await), "/login/new");
    let page = agent.get(world.stack.at("/login/new")).await;
    assert!(
        page.text().contains("jane@upstream.example"),
        "{}",
        page.dump()
    );
}

/// Checks a `client_secret` that is a JWT signed by the team, as Apple requires it.
async fn secret_is_signed_for_each_use(world: &World<'_>) {
    let upstream = &world.upstream;
    let key = EcKeyPair::generate(EcCurve::P256).unwrap();
    let endpoints = OauthEndpoints {
        authorization: upstream.at("/authorize"),
        token: upstream.at("/token"),
        userinfo: upstream.at("/userinfo"),
        emails: None,
    };
    let pem = String::from_utf8(key.to_pem_private_key()).unwrap();
    world
        .provider(|spec| {
            spec.kind = Some("oauth2".to_owned());
            spec.endpoints = Some(endpoints);
            spec.client_secret = Some(pem);
            spec.secret_signer = Some(SecretSigner {
                team_id: "TEAM123456".to_owned(),
                key_id: "KEY1234567".to_owned(),
            });
        })
        .await;
    world.sign_in(&UserAgent::new()).await;
    let sent = upstream.last("/token").expect("a request for a token");
    let field = |name: &str| {
        let mut found = sent.iter().filter(|(item, _)| item == name);
        let (_, value) = found.next().expect("a field");
        value.clone()
    };
    let verifier = ES256.verifier_from_pem(key.to_pem_public_key()).unwrap();
    let signed = jwt::decode_with_verifier(field("client_secret"), &verifier);
    let (claims, header) = signed.expect("a JWT of that key");
    assert_eq!(header.key_id(), Some("KEY1234567"));
    assert_eq!(claims.issuer(), Some("TEAM123456"));
    assert_eq!(claims.subject(), Some(field("client_id").as_str()));
    assert_eq!(claims.audience(), Some(vec![upstream.issuer()]));
    let now = u64::try_from(world.stack.clock.now()).unwrap();
    let ends = UNIX_EPOCH + Duration::from_secs(now + 300);
    assert_eq!(claims.expires_at(), Some(ends));
}

/// A named change of the address that the secret is sent to.
type EndpointChange = (&'static str, fn(&mut ProviderSpec, &Upstream));

/// The changes that send the secret to another address.
const ENDPOINT_CHANGES: &[EndpointChange] = &[
    ("token", |spec, evil| {
        spec.endpoints.as_mut().unwrap().token = evil.at("/token");
    }),
    ("userinfo", |spec, evil| {
        spec.endpoints.as_mut().unwrap().userinfo = evil.at("/userinfo");
    }),
    ("authorization", |spec, evil| {
        spec.endpoints.as_mut().unwrap().authorization = evil.at("/authorize");
    }),
    ("emails", |spec, evil| {
        spec.endpoints.as_mut().unwrap().emails = Some(evil.at("/emails"));
    }),
    ("kind", |spec, _| {
        spec.kind = Some("oidc".to_owned());
        spec.endpoints = None;
    }),
    ("client_id", |spec, _| {
        "another".clone_into(&mut spec.client_id);
    }),
    ("issuer", |spec, evil| {
        spec.issuer = Some(evil.issuer().to_owned());
    }),
];

async fn secret_is_sent_only_to_own_endpoints(world: &World<'_>) {
    let (upstream, evil) = (&world.upstream, Upstream::start(world.upstream_now()));
    let mut spec = ProviderSpec {
        kind: Some("oauth2".to_owned()),
        scopes: Some(vec!["read:user".to_owned()]),
        endpoints: Some(OauthEndpoints {
            authorization: upstream.at("/authorize"),
            token: upstream.at("/token"),
            userinfo: upstream.at("/userinfo"),
            emails: None,
        }),
        ..upstream.spec()
    };
    world.stack.put_provider("acme", &spec).await;
    spec.client_secret = None;
    let db = world.stack.db().await;
    let context = AdminContext::command_line(&db, &world.stack.clock);
    let key = ProviderKey::derive(&MasterKey::generate(&mut rand::rng()));
    for (name, moves) in ENDPOINT_CHANGES {
        let mut moved = spec.clone();
        moves(&mut moved, &evil);
        let done = providers::put(&context, &key, "acme", &moved).await;
        let field = match done {
            Err(AdminError::Invalid { field, .. }) => field,
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(field, "client_secret", "{name}");
    }
    // Without such a change, the secret stays, and the other server has not received it.
    spec.name = Some("Renamed".to_owned());
    let (stored, _) = providers::put(&context, &key, "acme", &spec).await.unwrap();
    assert!(stored.secret_sealed.is_some());
    upstream.userinfo(json!({ "sub": "248289761001", "preferred_username": "jane" }));
    let page = world.sign_in(&UserAgent::new()).await;
    assert_eq!(location(&page), "/login/new");
    assert_eq!(
        (
            upstream.request_count("/token"),
            evil.request_count("/token")
        ),
        (1, 0)
    );
}
