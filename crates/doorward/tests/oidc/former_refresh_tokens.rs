//! Tests of refresh tokens in the former format, with one row each: an upgrade signs no user out.

use std::fmt::Write as _;

use doorward_domain::credentials::refresh_token::RefreshTokenText;
use doorward_domain::secret::{TokenHash, seal_successor};
use doorward_testkit::{Stack, both_backends, rows};

use crate::support::{EVERYTHING, assert_oauth_error, is_active, sign_in, text, tokens};

both_backends!(
    former_token_works_once_and_gives_current_format,
    repeat_within_grace_gets_same_successor,
    reuse_after_use_of_successor_revokes_grant,
    predecessor_of_unused_former_token_repeats,
    former_token_is_introspected_and_revoked,
);

/// Texts in the former format: 256 bits as 43 characters.
const FIRST: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const SECOND: &str = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA";

/// Returns bytes as a literal of the stack's database.
fn literal(stack: &Stack, bytes: &[u8]) -> String {
    let digits = bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    if stack.storage().identity.starts_with("postgres") {
        format!("'\\x{digits}'")
    } else {
        format!("X'{digits}'")
    }
}

fn hash(stack: &Stack, text: &str) -> String {
    literal(stack, TokenHash::digest(text).as_bytes())
}

/// Signs in, and stores the refresh token as the former release did, with these texts: each but the
/// last was consumed just now and replaced by the next.
async fn upgraded(stack: &Stack, family: &[&str]) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let current = hash(stack, &text(&json, "refresh_token"));
    let url = &stack.storage().identity;
    for (at, token) in family.iter().enumerate() {
        let next = family.get(at + 1);
        let (used, successor, sealed) = match next {
            None => ("NULL".to_owned(), "NULL".to_owned(), "NULL".to_owned()),
            Some(next) => (
                "refresh_issued_at".to_owned(),
                hash(stack, next),
                literal(stack, &seal_successor(token, next, &mut rand::rng())),
            ),
        };
        let insert = format!(
            "INSERT INTO refresh_tokens (hash, grant_id, client_id, scope, created_at, expires_at, used_at, \
             successor_hash, successor_sealed) SELECT {}, id, client_id, scope, refresh_issued_at, \
             refresh_expires_at, {used}, {successor}, {sealed} FROM grants WHERE refresh_hash = {current}",
            hash(stack, token),
        );
        rows::execute(url, &insert).await;
    }
    let forget = format!(
        "UPDATE grants SET refresh_generation = NULL, refresh_hash = NULL, refresh_issued_at = NULL, \
         refresh_expires_at = NULL WHERE refresh_hash = {current}"
    );
    rows::execute(url, &forget).await;
}

/// Refreshes, and returns the new refresh token.
async fn refreshed(stack: &Stack, token: &str) -> String {
    let page = stack.refresh(&stack.seed.trusted, token).await;
    text(&tokens(&page), "refresh_token")
}

async fn is_rejected(stack: &Stack, token: &str) {
    let page = stack.refresh(&stack.seed.trusted, token).await;
    assert_oauth_error(&page, 400, "invalid_grant");
}

async fn former_token_works_once_and_gives_current_format(stack: &Stack) {
    upgraded(stack, &[FIRST]).await;
    let second = refreshed(stack, FIRST).await;
    let parsed = RefreshTokenText::parse(&second).expect("the current format");
    assert_eq!(parsed.generation(), 1);
    let third = refreshed(stack, &second).await;
    assert_eq!(RefreshTokenText::parse(&third).unwrap().generation(), 2);
    is_rejected(stack, FIRST).await;
}

async fn repeat_within_grace_gets_same_successor(stack: &Stack) {
    upgraded(stack, &[FIRST]).await;
    let second = refreshed(stack, FIRST).await;
    stack.clock.advance(9);
    assert_eq!(refreshed(stack, FIRST).await, second);
    refreshed(stack, &second).await;
}

async fn reuse_after_use_of_successor_revokes_grant(stack: &Stack) {
    upgraded(stack, &[FIRST]).await;
    let second = refreshed(stack, FIRST).await;
    let third = refreshed(stack, &second).await;
    is_rejected(stack, FIRST).await;
    is_rejected(stack, &third).await;
}

/// The upgrade happened between a lost response and its repetition.
async fn predecessor_of_unused_former_token_repeats(stack: &Stack) {
    upgraded(stack, &[FIRST, SECOND]).await;
    assert_eq!(refreshed(stack, FIRST).await, SECOND);
    let third = refreshed(stack, SECOND).await;
    is_rejected(stack, FIRST).await;
    is_rejected(stack, &third).await;
}

async fn former_token_is_introspected_and_revoked(stack: &Stack) {
    let client = &stack.seed.trusted;
    upgraded(stack, &[FIRST]).await;
    assert!(is_active(stack, client, FIRST).await);
    let fields = [("token", FIRST)];
    let page = stack.as_client("/oauth2/revoke", client, &fields).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(!is_active(stack, client, FIRST).await);
    is_rejected(stack, FIRST).await;
}
