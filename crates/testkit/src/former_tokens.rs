//! Refresh tokens as the releases before migration `m0021` stored them: one row each, with a text of
//! 256 random bits.

use std::fmt::Write as _;

use doorward_domain::secret::{TokenHash, seal_successor};

use crate::rows;

/// Replaces a current refresh token by a family in the former format: each token but the last was
/// consumed just now and replaced by the next.
pub async fn store_family(url: &str, current: &str, family: &[&str]) {
    let current = hash(url, current);
    for (at, token) in family.iter().enumerate() {
        let (used, successor, sealed) = match family.get(at + 1) {
            None => ("NULL".to_owned(), "NULL".to_owned(), "NULL".to_owned()),
            Some(next) => (
                "refresh_issued_at".to_owned(),
                hash(url, next),
                literal(url, &seal_successor(token, next, &mut rand::rng())),
            ),
        };
        let insert = format!(
            "INSERT INTO refresh_tokens (hash, grant_id, client_id, scope, created_at, expires_at, used_at, \
             successor_hash, successor_sealed) SELECT {}, id, client_id, scope, refresh_issued_at, \
             refresh_expires_at, {used}, {successor}, {sealed} FROM grants WHERE refresh_hash = {current}",
            hash(url, token),
        );
        rows::execute(url, &insert).await;
    }
    let forget = format!(
        "UPDATE grants SET refresh_generation = NULL, refresh_hash = NULL, refresh_issued_at = NULL, \
         refresh_expires_at = NULL WHERE refresh_hash = {current}"
    );
    rows::execute(url, &forget).await;
}

fn hash(url: &str, text: &str) -> String {
    literal(url, TokenHash::digest(text).as_bytes())
}

/// Returns bytes as a literal of the database.
fn literal(url: &str, bytes: &[u8]) -> String {
    let digits = bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    if url.starts_with("postgres") {
        format!("'\\x{digits}'")
    } else {
        format!("X'{digits}'")
    }
}
