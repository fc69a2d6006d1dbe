//! Values in the formats of tokens and sealed columns, made by another program: browsers, clients and
//! databases hold such values, so that every later version must accept them.

use crate::credentials::refresh_token::RefreshTokenText;
use crate::derived_keys::RefreshTokenKey;
use crate::prelude::*;
use crate::secret::{
    KeyPurpose, MasterKey, OpaqueToken, ReferenceToken, TokenHash, open_successor,
};

const GOLDEN: &str = include_str!("../tests/golden/secrets.txt");

/// Returns the fields of the lines of a kind.
fn lines(kind: &str) -> Vec<Vec<&'static str>> {
    let lines = GOLDEN.lines().filter(|line| !line.starts_with('#'));
    let fields = lines.map(|line| line.split(' ').collect::<Vec<_>>());
    let found: Vec<_> = fields.filter(|fields| fields[0] == kind).collect();
    assert!(!found.is_empty(), "no line of {kind}");
    found
}

fn master() -> MasterKey {
    MasterKey::from_base64(lines("secret_key")[0][1]).unwrap()
}

fn hexadecimal(hash: &TokenHash) -> String {
    let bytes = hash.as_bytes().iter();
    let digits: Vec<_> = bytes.map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

#[test]
fn golden_secret_key_keeps_its_name() {
    assert_eq!(master().id().as_str(), lines("secret_key")[0][2]);
}

#[test]
fn golden_tokens_keep_their_hashes() {
    for line in lines("opaque_token") {
        let token = OpaqueToken::parse(line[1]).unwrap();
        assert_eq!(hexadecimal(&token.hash()), line[2]);
    }
    for line in lines("reference_token") {
        let token = ReferenceToken::parse(line[1]).unwrap();
        assert_eq!(token.to_text(), line[1]);
        assert_eq!(hexadecimal(&token.hash()), line[2]);
    }
}

#[test]
fn golden_refresh_token_is_genuine() {
    let key = RefreshTokenKey::derive(&master());
    for line in lines("refresh_token") {
        let token = RefreshTokenText::parse(line[1]).unwrap();
        assert!(token.is_genuine(&key), "{line:?}");
        assert_eq!(token.grant().as_uuid().to_string(), line[2]);
        assert_eq!(token.generation().to_string(), line[3]);
    }
}

#[test]
fn golden_successor_is_opened_by_consumed_token() {
    let consumed = lines("refresh_token")[0][1];
    for line in lines("successor") {
        let sealed = STANDARD.decode(line[1]).unwrap();
        let successor = open_successor(consumed, &sealed).unwrap();
        assert_eq!(successor.expose(), line[2]);
    }
}

#[test]
fn golden_sealed_values_are_opened() {
    let master = master();
    let golden = lines("sealed");
    for purpose in KeyPurpose::ALL {
        let label = purpose.as_str();
        let line = golden.iter().find(|line| line[1] == label);
        let line = line.unwrap_or_else(|| panic!("add a sealed value of {label} to secrets.txt"));
        let sealed = STANDARD.decode(line[2]).unwrap();
        let opened = master.open(purpose, &sealed, b"row").unwrap();
        assert_eq!(opened.as_slice(), b"value", "{label}");
    }
    // A label that is no purpose any more would lose its values.
    assert_eq!(golden.len(), KeyPurpose::ALL.len());
}
