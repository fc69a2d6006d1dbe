//! Tests that redirect URIs are compared byte by byte (RFC 9700 §2.1; except loopback ports, RFC
//! 8252 §7.3): every variant leads to an error page.

use doorward_testkit::{Authorization, Outcome, Stack, UserAgent, flows};

use crate::support::assert_error_page;

flows!(
    rfc_6749_3_1_2_3_lookalike_uris_end_on_error_page,
    lookalike_loopback_uris_end_on_error_page,
    rfc_8252_7_3_loopback_port_may_vary,
    existing_query_is_kept,
);

/// Variants of `https://client.example/callback`.
const LOOKALIKES: &[&str] = &[
    "https://client.example/callback/",
    "https://client.example/callback//",
    "https://client.example//callback",
    "https://client.example/callback?",
    "https://client.example/callback?x=1",
    "https://client.example/callback#",
    "https://client.example/callback#fragment",
    "https://client.example/callback;jsessionid=1",
    "https://client.example/callback/../evil",
    "https://client.example/callback/..",
    "https://client.example/x/../callback",
    "https://client.example/./callback",
    "https://client.example/callback/.",
    "https://client.example/%2e%2e/callback",
    "https://client.example/callback%2f..%2fevil",
    "https://client.example/callbac%6b",
    "https://client.example/callback%00",
    "https://client.example/callback%20",
    "https://client.example/callback%09",
    "https://client.example/callback%0a",
    "https://client.example/callback%23",
    "https://client.example/callback%3f",
    "https://client.example/Callback",
    "https://client.example/CALLBACK",
    "https://client.example/callbackevil",
    "https://client.example/callback.evil",
    "https://client.example/callback@evil.example",
    "https://client.example/",
    "https://client.example",
    "HTTPS://client.example/callback",
    "https://CLIENT.example/callback",
    "https://client.EXAMPLE/callback",
    "http://client.example/callback",
    "https://client.example:443/callback",
    "https://client.example:8443/callback",
    "https://client.example:/callback",
    "https://client.example:0/callback",
    "https://client.example./callback",
    "https://client.example.evil.example/callback",
    "https://evil.client.example/callback",
    "https://evilclient.example/callback",
    "https://evil.example/client.example/callback",
    "https://evil.example?https://client.example/callback",
    "https://evil.example#https://client.example/callback",
    "https://evil.example\\@client.example/callback",
    "https://client.example\\@evil.example/callback",
    "https://client.example@evil.example/callback",
    "https://user@client.example/callback",
    "https://user:password@client.example/callback",
    "https://@client.example/callback",
    "https:\\\\client.example\\callback",
    "https:/client.example/callback",
    "https:client.example/callback",
    "https:///client.example/callback",
    "//client.example/callback",
    "/callback",
    "callback",
    " https://client.example/callback",
    "https://client.example/callback ",
    "\thttps://client.example/callback",
    "https://client.example/callback\n",
    "https://client.example/\tcallback",
    "https://cl\nient.example/callback",
    "https://client%2eexample/callback",
    "https://client.example%2f@evil.example/callback",
    "https://client.example%00.evil.example/callback",
    "https://client。example/callback",
    "https://сlient.example/callback",
    "https://xn--lient-cye.example/callback",
    "https://client.example/cаllback",
    "https://client.example/callback\u{200b}",
    "https://client.example/callback\u{202e}",
    "https://*.example/callback",
    "https://client.example/*",
    "javascript:alert(1)",
    "javascript://client.example/callback%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://client.example/callback",
    "urn:ietf:wg:oauth:2.0:oob",
    "client.example:/callback",
    "https://client.example/callback,https://evil.example/",
    "https://client.example/callback https://evil.example/",
];

/// Variants of `http://127.0.0.1/callback`.
const LOOPBACK_TRICKS: &[&str] = &[
    "https://127.0.0.1/callback",
    "http://localhost/callback",
    "http://localhost:8080/callback",
    "http://[::1]/callback",
    "http://127.0.0.2/callback",
    "http://127.1/callback",
    "http://2130706433/callback",
    "http://0x7f000001/callback",
    "http://0177.0.0.1/callback",
    "http://127.0.0.1.evil.example/callback",
    "http://127.0.0.1@evil.example/callback",
    "http://127.0.0.1:80@evil.example/callback",
    "http://127.0.0.1:/callback",
    "http://127.0.0.1:0/callback",
    "http://127.0.0.1:080/callback",
    "http://127.0.0.1:65536/callback",
    "http://127.0.0.1:+80/callback",
    "http://127.0.0.1: 80/callback",
    "http://127.0.0.1:80/callback/",
    "http://127.0.0.1:80/callback?x=1",
    "http://127.0.0.1:80/other",
    "http://127.0.0.1:80#/callback",
    "http://127.0.0.1:80\\@evil.example/callback",
    "http://0.0.0.0/callback",
    "http://[::ffff:127.0.0.1]/callback",
];

async fn assert_refused(request: Authorization, trick: &str) {
    let request = request.with("redirect_uri", trick);
    // Redirects are not followed here: only a page of the server is expected.
    let page = UserAgent::new().get(request.url()).await;
    assert!(
        page.header("location").is_none(),
        "{trick:?}: {}",
        page.dump()
    );
    assert_error_page(&page);
    assert!(
        !page.has(&format!("a[href^=\"{}\"]", "https://evil")),
        "{trick:?}"
    );
    assert!(page.find_form("form[action*=evil]").is_none(), "{trick:?}");
}

async fn rfc_6749_3_1_2_3_lookalike_uris_end_on_error_page(stack: &Stack) {
    assert!(LOOKALIKES.len() >= 60);
    for trick in LOOKALIKES {
        let request = Authorization::new(stack.issuer(), &stack.seed.web);
        assert_refused(request, trick).await;
    }
}

async fn lookalike_loopback_uris_end_on_error_page(stack: &Stack) {
    for trick in LOOPBACK_TRICKS {
        let request = Authorization::new(stack.issuer(), &stack.seed.native);
        assert_refused(request, trick).await;
    }
}

async fn rfc_8252_7_3_loopback_port_may_vary(stack: &Stack) {
    for port in ["1", "49152", "65535"] {
        let mut client = stack.seed.native.clone();
        client.redirect_uri = format!("http://127.0.0.1:{port}/callback");
        let request = Authorization::new(stack.issuer(), &client);
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        // The port in the token request must be the port of the authorization request.
        let page = stack.exchange(&stack.seed.native, &code).await;
        crate::support::assert_oauth_error(&page, 400, "invalid_grant");
        let request = Authorization::new(stack.issuer(), &client);
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        crate::support::tokens(&stack.exchange(&client, &code).await);
    }
}

async fn existing_query_is_kept(stack: &Stack) {
    let request = Authorization::new(stack.issuer(), &stack.seed.post);
    let outcome = request.complete(&UserAgent::new(), "alice").await;
    let Outcome::Client(answer) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(answer["fixed"], "1", "RFC 6749 §3.1.2: {answer:?}");
    assert!(answer.contains_key("code"));
}
