//! The features of the libraries, and the expected result of each with Doorward.

use super::conversation::Seen;
use super::setup::Setup;

/// A third-party library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Library {
    /// The `openidconnect` crate.
    Openidconnect,
    /// `openid-client` with `oauth4webapi` below it.
    OpenidClient,
    /// Authlib in a Flask application.
    Authlib,
}

/// The support of a feature by a library.
#[derive(Clone, Copy, Debug)]
pub enum Support {
    /// Works, with this result.
    Tested(&'static str),
    /// Not supported by the library.
    NotOffered,
    /// Implemented incorrectly, with this result; the guide names the violated section.
    Mistaken(&'static str),
}

use Support::{Mistaken, NotOffered, Tested};

/// A row of the table.
pub struct Feature {
    /// The name in the scripts.
    pub name: &'static str,
    /// The name in the guide.
    pub words: &'static str,
    /// The support in the order of [`Library`].
    pub stands: [Support; 3],
}

impl Feature {
    /// Returns the support by one library.
    pub const fn of(&self, library: Library) -> Support {
        self.stands[library as usize]
    }
}

const fn feature(name: &'static str, words: &'static str, stands: [Support; 3]) -> Feature {
    Feature {
        name,
        words,
        stands,
    }
}

const ALICE: Support = Tested("alice@example.org");
const ROTATED: Support = Tested("access_token,refresh_token changed, same person: true");
const NARROWED: Support = Tested("tasks:read urn:ietf:params:oauth:token-type:access_token");

/// The table. `ISSUER` and `SUBJECT` are placeholders for those of the run.
pub const FEATURES: [Feature; 26] = [
    feature("discovery", "Discovery", [Tested("ISSUER"); 3]),
    feature(
        "code",
        "Code with PKCE, ID token checked (RFC 7636, OIDC Core §3.1.3.7)",
        [Tested("SUBJECT"); 3],
    ),
    feature(
        "nonce",
        "Notices the ID token of another sign-in (`nonce`)",
        [
            Tested("Invalid nonce: nonce mismatch"),
            Tested("OAUTH_JWT_CLAIM_COMPARISON_FAILED"),
            Tested("invalid_claim"),
        ],
    ),
    feature(
        "state",
        "Notices an answer to another request (`state`)",
        [
            NotOffered,
            Tested("OAUTH_INVALID_RESPONSE"),
            Tested("mismatching_state"),
        ],
    ),
    feature(
        "iss",
        "Notices an answer of another issuer (`iss`, RFC 9207)",
        [
            NotOffered,
            Tested("OAUTH_INVALID_RESPONSE,OAUTH_INVALID_RESPONSE"),
            NotOffered,
        ],
    ),
    feature("userinfo", "UserInfo", [ALICE; 3]),
    feature("refresh", "Refresh, with rotation", [ROTATED; 3]),
    feature(
        "api",
        "Calls an API with the token",
        [NotOffered, Tested("200"), Tested("200")],
    ),
    feature("client_secret_basic", "`client_secret_basic`", [ALICE; 3]),
    feature(
        "client_secret_post",
        "`client_secret_post`, with a secret of any characters",
        [ALICE; 3],
    ),
    feature(
        "strange_secret",
        "A secret of any characters in `client_secret_basic` (RFC 6749 §2.3.1)",
        [ALICE, ALICE, Mistaken("invalid_client")],
    ),
    feature(
        "private_key_jwt",
        "`private_key_jwt` (RFC 7523)",
        [
            NotOffered,
            ALICE,
            Tested("alice@example.org, alice@example.org, alice@example.org"),
        ],
    ),
    feature("public", "Public client", [ALICE; 3]),
    feature(
        "par",
        "Pushed requests (RFC 9126)",
        [
            NotOffered,
            Tested("client_id,request_uri: alice@example.org"),
            NotOffered,
        ],
    ),
    feature(
        "jar",
        "Signed requests, by the browser and pushed (RFC 9101)",
        [
            NotOffered,
            Tested(
                "client_id,request: alice@example.org; client_id,request_uri: alice@example.org",
            ),
            NotOffered,
        ],
    ),
    feature(
        "jarm",
        "Signed answers (JARM)",
        [
            NotOffered,
            Tested("response: alice@example.org"),
            NotOffered,
        ],
    ),
    feature(
        "form_post",
        "`response_mode=form_post`",
        [ALICE, Tested("POST: alice@example.org"), ALICE],
    ),
    feature(
        "dpop",
        "DPoP with the server's nonce (RFC 9449)",
        [
            NotOffered,
            Tested("dpop: alice@example.org, nonces demanded: 1"),
            NotOffered,
        ],
    ),
    feature(
        "device",
        "Device grant (RFC 8628)",
        [
            ALICE,
            ALICE,
            Tested("authorization_pending, alice@example.org"),
        ],
    ),
    feature(
        "client_credentials",
        "Client credentials",
        [Tested("tasks:read"); 3],
    ),
    feature(
        "token_exchange",
        "Token exchange (RFC 8693)",
        [NotOffered, NARROWED, NARROWED],
    ),
    feature(
        "registration",
        "Registers itself (RFC 7591)",
        [ALICE, ALICE, NotOffered],
    ),
    feature(
        "management",
        "Looks after its registration (RFC 7592)",
        [
            NotOffered,
            Tested("Registered by itself, Renamed, 204, OAUTH_WWW_AUTHENTICATE_CHALLENGE"),
            NotOffered,
        ],
    ),
    feature(
        "introspection",
        "Introspection (RFC 7662)",
        [Tested("true SUBJECT"); 3],
    ),
    feature(
        "revocation",
        "Revocation (RFC 7009): introspection then says inactive",
        [Tested("false"); 3],
    ),
    feature(
        "logout",
        "RP-initiated logout, with `state` back",
        [Tested("true"); 3],
    ),
];

/// Checks that a library has reported exactly its supported features.
pub fn assert_shown(library: Library, setup: &Setup, seen: &Seen) {
    let expected: Seen = FEATURES
        .iter()
        .filter_map(|feature| match feature.of(library) {
            Tested(saw) | Mistaken(saw) => Some((feature.name.to_owned(), filled(saw, setup))),
            NotOffered => None,
        })
        .collect();
    let missing: Vec<_> = expected
        .iter()
        .filter(|expected| !seen.contains(expected))
        .collect();
    let surplus: Vec<_> = seen
        .iter()
        .filter(|seen| !expected.contains(seen))
        .collect();
    assert!(
        missing.is_empty() && surplus.is_empty() && seen.len() == expected.len(),
        "{library:?}: missing results {missing:?}, unexpected results {surplus:?}"
    );
}

fn filled(saw: &str, setup: &Setup) -> String {
    saw.replace("ISSUER", setup.text("/issuer"))
        .replace("SUBJECT", &setup.subject)
}
