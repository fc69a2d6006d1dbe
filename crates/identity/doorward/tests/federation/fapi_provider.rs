//! Tests of this server as a client with the FAPI 2.0 Security Profile (§5.3.3): its provider is a second
//! Doorward, which accepts nothing else from the client.

use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::{ProviderClientAuth, SecurityProfile};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::client_profile;
use doorward_testkit::authorization::next_form;
use doorward_testkit::{Backend, Page, Stack, UserAgent};
use serde_json::json;

use crate::on_both;
use crate::world::{LINKS, World, jane, location};

on_both!(
    fapi_5_3_3_signs_in_at_provider_with_profile,
    fapi_5_3_3_1_provider_rejects_less,
    fapi_5_4_1_id_token_with_rs256_is_refused,
    pushed_request_without_endpoint_is_not_sent,
    rfc_9449_5_unbound_access_token_is_refused,
);

/// The provider demands a nonce in each proof, too.
const BANK: &[(&str, &str)] = &[
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ("DOORWARD__TOKENS__REQUIRE_DPOP_NONCE", "true"),
];

/// Starts the provider, and stores it as `bank`.
async fn bank(world: &World<'_>) -> Stack {
    let bank = Stack::start_with(Backend::SqliteMemory, BANK).await;
    let callback = world.stack.at("/login/callback/bank");
    let keys = world.stack.at("/oauth2/jwks");
    bank.change_client(&bank.seed.web.id, |client| {
        client.profile = SecurityProfile::Fapi2;
        client.redirect_uris = vec![callback];
        client.jwks_uri = Some(keys);
        client_profile::pin(client, &[]);
        client_profile::check(client).unwrap();
    })
    .await;
    put(world, &bank, |_| {}).await;
    bank
}

async fn put(world: &World<'_>, bank: &Stack, change: impl FnOnce(&mut ProviderSpec)) {
    let mut spec = ProviderSpec {
        name: Some("The bank".to_owned()),
        issuer: Some(bank.issuer().to_owned()),
        client_id: bank.seed.web.id.clone(),
        client_auth: Some(ProviderClientAuth::PrivateKeyJwt),
        pushed_requests: Some(true),
        dpop: Some(true),
        ..ProviderSpec::default()
    };
    change(&mut spec);
    world.stack.put_provider("bank", &spec).await;
}

/// Signs `alice` in at the bank after this page, and returns the response to the callback.
async fn through(world: &World<'_>, here: &UserAgent, going: &Page) -> Page {
    assert_eq!(going.status, 200, "{}", going.dump());
    let link = going
        .link_of("main a.btn.primary")
        .expect("a link to the bank");
    let names: Vec<_> = link
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(names, ["client_id", "request_uri"], "{link}");
    let (there, callback) = (UserAgent::new(), world.stack.at("/login/callback/bank"));
    let mut page = there.get(link).await;
    for _ in 0..4 {
        page = there.follow(page, &callback).await;
        if page.is_redirect() {
            break;
        }
        let form = next_form(&page, "alice");
        page = there
            .submit(&form.unwrap_or_else(|| panic!("{}", page.dump())))
            .await;
    }
    here.get(page.location().expect("the callback")).await
}

async fn fapi_5_3_3_signs_in_at_provider_with_profile(world: &World<'_>) {
    let bank = bank(world).await;
    let here = UserAgent::new();
    world.with_password(&here, "alice").await;
    let page = here.get(world.stack.at(LINKS)).await;
    let going = here.submit(&page.press("#add [value=bank]")).await;
    let page = through(world, &here, &going).await;
    assert_eq!(
        location(&page),
        "/account/providers?done=linked",
        "{}",
        page.dump()
    );
    // The address is a claim of UserInfo, which was read with a bound token.
    let links = world.links("alice").await;
    assert_eq!(links[0].issuer, bank.issuer());
    assert!(links[0].label.contains('@'), "{}", links[0].label);
    let here = UserAgent::new();
    let page = here.get(world.stack.at("/login")).await;
    let going = here
        .submit(&page.press("[formaction='/login/with/bank']"))
        .await;
    through(world, &here, &going).await;
    assert!(world.is_signed_in(&here).await);
}

type Change = fn(&mut ProviderSpec);

async fn fapi_5_3_3_1_provider_rejects_less(world: &World<'_>) {
    let bank = bank(world).await;
    let start = async || {
        let here = UserAgent::new();
        let page = here.get(world.stack.at("/login")).await;
        let going = here
            .submit(&page.press("[formaction='/login/with/bank']"))
            .await;
        (here, going)
    };
    // Without an assertion, the provider accepts no pushed request: no user is sent there.
    let by_secret: Change = |spec| {
        spec.client_auth = None;
        spec.client_secret = Some("not-a-secret-of-this-client".to_owned());
    };
    let as_other: Change = |spec| "unknown".clone_into(&mut spec.client_id);
    for change in [by_secret, as_other] {
        put(world, &bank, change).await;
        let (_, going) = start().await;
        assert_eq!(going.status, 401, "{}", going.dump());
        assert!(!going.has("main a.btn.primary"), "{}", going.dump());
    }
    // Without a proof, it gives no token for the code.
    put(world, &bank, |spec| spec.dpop = None).await;
    let (here, going) = start().await;
    let page = through(world, &here, &going).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert!(!world.is_signed_in(&here).await);
    // The own issuer as client ID would make an assertion look like a token of this server.
    let issuer = world.stack.issuer().to_owned();
    put(world, &bank, |spec| spec.client_id = issuer).await;
    let (_, going) = start().await;
    assert_eq!(going.status, 401, "{}", going.dump());
}

/// `fapi2-security-profile-final-client-test-invalid-alternate-alg`.
async fn fapi_5_4_1_id_token_with_rs256_is_refused(world: &World<'_>) {
    let bank = bank(world).await;
    bank.change_client(&bank.seed.web.id, |client| {
        client.profile = SecurityProfile::None;
        client.id_token_signed_response_alg = SigningAlg::Rs256;
    })
    .await;
    let sign_in = async || {
        let here = UserAgent::new();
        let page = here.get(world.stack.at("/login")).await;
        let button = page.press("[formaction='/login/with/bank']");
        let going = here.submit(&button).await;
        through(world, &here, &going).await
    };
    assert_eq!(sign_in().await.status, 401);
    bank.change_client(&bank.seed.web.id, |client| {
        client.id_token_signed_response_alg = SigningAlg::Es256;
    })
    .await;
    let page = sign_in().await;
    assert_ne!(page.status, 401, "{}", page.dump());
}

async fn pushed_request_without_endpoint_is_not_sent(world: &World<'_>) {
    world
        .provider(|spec| spec.pushed_requests = Some(true))
        .await;
    let agent = UserAgent::new();
    let page = agent.get(world.stack.at("/login")).await;
    let page = world.press(&agent, &page).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert_eq!(world.upstream.request_count("/authorize"), 0);
}

async fn rfc_9449_5_unbound_access_token_is_refused(world: &World<'_>) {
    world.upstream.set_claims(jane());
    world.link(&UserAgent::new(), "alice").await;
    world.provider(|spec| spec.dpop = Some(true)).await;
    let agent = UserAgent::new();
    let page = world.sign_in(&agent).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert!(!world.is_signed_in(&agent).await);
    // A provider that binds the token.
    let shape = doorward_testkit::upstream::Shape {
        token: json!({ "token_type": "DPoP" }),
        ..doorward_testkit::upstream::Shape::default()
    };
    world.upstream.set_shape(shape);
    world.sign_in(&agent).await;
    assert!(world.is_signed_in(&agent).await);
}
