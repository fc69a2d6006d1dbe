//! Runs all features of the `openidconnect` crate. `relying_party.rs` tests that it rejects invalid
//! ID tokens.

#[expect(
    dead_code,
    reason = "the tests configure the client without an environment"
)]
mod sign_in;

use std::collections::BTreeMap;
use std::pin::Pin;

use doorward_testkit::UserAgent;
use doorward_testkit::relying_party::transport;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientRegistrationRequest,
    CoreDeviceAuthorizationResponse, CoreRevocableToken, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::registration::EmptyAdditionalClientMetadata;
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClientId, ClientName, ClientSecret, CsrfToken,
    DeviceAuthorizationUrl, HttpRequest, HttpResponse, IntrospectionUrl, IssuerUrl, LogoutRequest,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RegistrationUrl, RevocationUrl, Scope,
    TokenIntrospectionResponse, TokenResponse,
};
use url::Url;

use self::sign_in::{Discovered, sign_in};
use super::conversation::{Seen, approve, walk};
use super::setup::Setup;

/// The HTTP transport of the crate.
pub type Transport = Box<
    dyn Fn(
            HttpRequest,
        ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send>>
        + Send
        + Sync,
>;

/// A run of the crate, with browser, transport and results.
struct Run<'a> {
    setup: &'a Setup,
    agent: UserAgent,
    http: Transport,
    metadata: ProviderMetadataWithLogout,
    seen: Seen,
}

/// Runs all features; returns the results.
pub async fn run(setup: &Setup) -> Seen {
    let http: Transport = Box::new(transport);
    let issuer = IssuerUrl::new(setup.text("/issuer").to_owned()).unwrap();
    let metadata = ProviderMetadataWithLogout::discover_async(issuer, &http).await;
    let mut run = Run {
        setup,
        agent: UserAgent::new(),
        http,
        metadata: metadata.unwrap(),
        seen: Seen::new(),
    };
    let issuer = run.metadata.issuer().as_str().to_owned();
    run.saw("discovery", issuer);
    let (first, tokens) = run.tokens().await;
    run.each_way_to_authenticate().await;
    run.another_nonce().await;
    run.form_post().await;
    run.device().await;
    run.client_credentials().await;
    run.registration().await;
    run.introspect_and_revoke(&tokens).await;
    run.logout(&first).await;
    run.seen
}

impl Run<'_> {
    fn saw(&mut self, feature: &str, what: impl Into<String>) {
        self.seen.push((feature.to_owned(), what.into()));
    }

    fn of(&self, client: &str, member: &str) -> String {
        let pointer = format!("/clients/{client}/{member}");
        self.setup.text(&pointer).to_owned()
    }

    fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.setup.text("/issuer"))
    }

    fn client(&self, name: &str) -> Discovered {
        let pointer = format!("/clients/{name}/secret");
        let secret = self.setup.told.pointer(&pointer).and_then(|it| it.as_str());
        let redirect_uri = RedirectUrl::new(self.of(name, "redirect_uri")).unwrap();
        CoreClient::from_provider_metadata(
            self.metadata.clone(),
            ClientId::new(self.of(name, "id")),
            secret.map(|secret| ClientSecret::new(secret.to_owned())),
        )
        .set_redirect_uri(redirect_uri)
    }

    /// Returns the parameters of the response, from the address or a form.
    async fn answer(&self, url: Url, back: &str) -> BTreeMap<String, String> {
        let answer = walk(&self.agent, url.as_str(), back).await;
        if let Some(fields) = answer["fields"].as_object() {
            let texts = fields.iter().map(|(name, value)| (name, value.as_str()));
            return texts
                .map(|(name, value)| (name.clone(), value.unwrap().to_owned()))
                .collect();
        }
        let url = Url::parse(answer["url"].as_str().unwrap()).unwrap();
        url.query_pairs().into_owned().collect()
    }

    async fn email(&self, client: &Discovered) -> String {
        let back = client.redirect_uri().unwrap().as_str();
        let browser = async |url| self.answer(url, back).await;
        let issuer = self.setup.text("/issuer");
        let (_, person) = sign_in(client, &self.http, issuer, browser).await.unwrap();
        person.email().unwrap().to_string()
    }

    /// Returns the tokens of a sign-in, and the refreshed ones.
    async fn tokens(&mut self) -> (CoreTokenResponse, CoreTokenResponse) {
        let client = self.client("basic");
        let back = self.of("basic", "redirect_uri");
        let issuer = self.setup.text("/issuer");
        let browser = async |url| self.answer(url, &back).await;
        let (first, person) = sign_in(&client, &self.http, issuer, browser).await.unwrap();
        self.saw("code", person.subject().as_str());
        self.saw("userinfo", person.email().unwrap().as_str());

        let token = first.refresh_token().unwrap();
        let request = client.exchange_refresh_token(token).unwrap();
        let second = request.request_async(&self.http).await.unwrap();
        let mut changed = Vec::new();
        if second.access_token().secret() != first.access_token().secret() {
            changed.push("access_token");
        }
        if second.refresh_token().unwrap().secret() != token.secret() {
            changed.push("refresh_token");
        }
        // The crate compares the subjects (OIDC Core §5.3.2).
        let again = client.user_info(
            second.access_token().clone(),
            Some(person.subject().clone()),
        );
        let again: CoreUserInfoClaims = again.unwrap().request_async(&self.http).await.unwrap();
        let same = again.subject() == person.subject();
        let changed = changed.join(",");
        self.saw("refresh", format!("{changed} changed, same person: {same}"));
        (first, second)
    }

    async fn each_way_to_authenticate(&mut self) {
        let basic = self.client("basic").set_auth_type(AuthType::BasicAuth);
        let post = self.client("post").set_auth_type(AuthType::RequestBody);
        let strange = self.client("strange").set_auth_type(AuthType::BasicAuth);
        for (feature, client) in [
            ("client_secret_basic", basic),
            ("client_secret_post", post),
            ("strange_secret", strange),
            ("public", self.client("open")),
        ] {
            let email = self.email(&client).await;
            self.saw(feature, email);
        }
    }

    async fn another_nonce(&mut self) {
        let client = self.client("basic");
        let (tokens, _) = self.by_form_post(&client).await;
        let another = Nonce::new("another".to_owned());
        let id_token = tokens.id_token().unwrap();
        let received = id_token.claims(&client.id_token_verifier(), &another);
        self.saw("nonce", received.unwrap_err().to_string());
    }

    async fn form_post(&mut self) {
        let client = self.client("basic");
        let (tokens, nonce) = self.by_form_post(&client).await;
        let id_token = tokens.id_token().unwrap();
        id_token
            .claims(&client.id_token_verifier(), &nonce)
            .unwrap();
        let email = self.email_of(&client, tokens.access_token()).await;
        self.saw("form_post", email);
    }

    async fn email_of(&self, client: &Discovered, token: &AccessToken) -> String {
        let request = client.user_info(token.clone(), None).unwrap();
        let person: CoreUserInfoClaims = request.request_async(&self.http).await.unwrap();
        person.email().unwrap().to_string()
    }

    /// Signs in with `form_post` (OAuth 2.0 Form Post Response Mode).
    async fn by_form_post(&self, client: &Discovered) -> (CoreTokenResponse, Nonce) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .add_extra_param("response_mode", "form_post")
            .set_pkce_challenge(challenge)
            .url();
        let back = client.redirect_uri().unwrap().as_str();
        let answer = self.answer(url, back).await;
        assert_eq!(answer["state"], *state.secret());
        let code = AuthorizationCode::new(answer["code"].clone());
        let exchange = client.exchange_code(code).unwrap();
        let exchange = exchange.set_pkce_verifier(verifier);
        (exchange.request_async(&self.http).await.unwrap(), nonce)
    }

    /// Runs the device grant (RFC 8628).
    async fn device(&mut self) {
        let url = self.endpoint("/oauth2/device_authorization");
        let client = CoreClient::from_provider_metadata(
            self.metadata.clone(),
            ClientId::new(self.of("device", "id")),
            None,
        )
        .set_device_authorization_url(DeviceAuthorizationUrl::new(url).unwrap());
        let begin = client.exchange_device_code();
        let begin = begin.add_scope(Scope::new("email".to_owned()));
        let codes: CoreDeviceAuthorizationResponse = begin.request_async(&self.http).await.unwrap();
        let complete = codes.verification_uri_complete().unwrap();
        approve(&self.agent, complete.secret()).await;
        let poll = client.exchange_device_access_token(&codes).unwrap();
        // Approved already, so there is no need to wait.
        let sleep = async |_| panic!("the device has to wait");
        let tokens = poll.request_async(&self.http, sleep, None).await.unwrap();
        let anybody = self.client("open");
        let email = self.email_of(&anybody, tokens.access_token()).await;
        self.saw("device", email);
    }

    async fn client_credentials(&mut self) {
        let client = self.client("service");
        let request = client.exchange_client_credentials().unwrap();
        let request = request.add_scope(Scope::new("tasks:read".to_owned()));
        let tokens = request.request_async(&self.http).await.unwrap();
        let scopes = tokens.scopes().unwrap().iter().map(|scope| scope.as_str());
        self.saw("client_credentials", scopes.collect::<Vec<_>>().join(" "));
    }

    /// Registers a client (RFC 7591, OIDC Registration).
    async fn registration(&mut self) {
        let back = RedirectUrl::new("https://registered.example/callback".to_owned()).unwrap();
        let none = EmptyAdditionalClientMetadata {};
        let token = AccessToken::new(self.setup.text("/registration_token").to_owned());
        let name = ClientName::new("Registered by itself".to_owned());
        let request = CoreClientRegistrationRequest::new(vec![back.clone()], none)
            .set_initial_access_token(Some(token))
            .set_client_name(Some([(None, name)].into_iter().collect()));
        let endpoint = RegistrationUrl::new(self.endpoint("/oauth2/register")).unwrap();
        let received = request.register_async(&endpoint, &self.http).await.unwrap();
        let client = CoreClient::from_provider_metadata(
            self.metadata.clone(),
            received.client_id().clone(),
            received.client_secret().cloned(),
        )
        .set_redirect_uri(back);
        let email = self.email(&client).await;
        self.saw("registration", email);
    }

    /// Introspects (RFC 7662) and revokes (RFC 7009) the tokens.
    async fn introspect_and_revoke(&mut self, tokens: &CoreTokenResponse) {
        let introspect = IntrospectionUrl::new(self.endpoint("/oauth2/introspect")).unwrap();
        // The crate revokes only over HTTPS (RFC 7009 §2), which the tested issuer does not have.
        let by_tls = self.endpoint("/oauth2/revoke").replace("http:", "https:");
        let client = self
            .client("basic")
            .set_introspection_url(introspect)
            .set_revocation_url(RevocationUrl::new(by_tls).unwrap());
        let state = client.introspect(tokens.access_token());
        let state = state.request_async(&self.http).await.unwrap();
        let sub = state.sub().unwrap_or_default();
        self.saw("introspection", format!("{} {sub}", state.active()));

        let token = CoreRevocableToken::from(tokens.refresh_token().unwrap().clone());
        let without_tls: Transport = Box::new(|mut request| {
            let plain = request.uri().to_string().replace("https:", "http:");
            *request.uri_mut() = plain.parse().unwrap();
            transport(request)
        });
        let revocation = client.revoke_token(token).unwrap();
        revocation.request_async(&without_tls).await.unwrap();
        let state = client.introspect(tokens.access_token());
        let state = state.request_async(&self.http).await.unwrap();
        self.saw("revocation", state.active().to_string());
    }

    async fn logout(&mut self, tokens: &CoreTokenResponse) {
        let back = self.of("basic", "post_logout_redirect_uri");
        let state = CsrfToken::new_random();
        let metadata = self.metadata.additional_metadata();
        let url = LogoutRequest::from(metadata.end_session_endpoint.clone().unwrap())
            .set_id_token_hint(tokens.id_token().unwrap())
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(back.clone()).unwrap())
            .set_state(state.clone())
            .http_get_url();
        let answer = self.answer(url, &back).await;
        let ours = answer["state"] == *state.secret();
        self.saw("logout", ours.to_string());
    }
}
