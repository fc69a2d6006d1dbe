use openssl::symm::Cipher;

use super::*;
use crate::context;
use crate::testing::{certificate, key, pem};

#[test]
fn pair_is_read_with_names_and_dates() {
    let key = key();
    let chain = certificate(&["id.example.org"], &key, None)
        .to_pem()
        .unwrap();
    let pair = KeyPair::from_pem(&chain, &pem(&key)).unwrap();
    let facts = pair.facts().unwrap();
    assert_eq!(facts.names, ["id.example.org", "127.0.0.1"]);
    assert_eq!(facts.not_after - facts.not_before, 24 * 60 * 60);
    assert!(facts.not_before > 1_700_000_000);
    assert_eq!(facts.out_of_order, None);
    context::server(&pair).unwrap();
}

#[test]
fn each_broken_file_is_named() {
    let (own, other) = (key(), key());
    let chain = certificate(&["id.example.org"], &own, None)
        .to_pem()
        .unwrap();
    let encrypted = own
        .private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"secret")
        .unwrap();
    let good = pem(&own);
    let error = |chain: &[u8], key: &[u8]| KeyPair::from_pem(chain, key).unwrap_err();
    assert_eq!(error(b"", &good), PairError::NoCertificate);
    let cut = &chain[..chain.len() / 2];
    assert!(!error(cut, &good).is_about_key());
    // A key with a passphrase does not make OpenSSL ask for it.
    for broken in [b"".as_slice(), &encrypted, &chain] {
        assert_eq!(error(&chain, broken), PairError::Key);
    }
    assert_eq!(error(&chain, &pem(&other)), PairError::Mismatch);
    for error in [PairError::Key, PairError::Mismatch] {
        assert!(error.is_about_key() && !error.remediation().is_empty());
    }
}

#[test]
fn order_of_chain_is_checked() {
    let (own_key, root_key) = (key(), key());
    let root = certificate(&["root"], &root_key, None);
    let own = certificate(&["id.example.org"], &own_key, Some(("root", &root_key)));
    let unrelated = certificate(&["other"], &root_key, None);
    let place = |chain: &[&X509]| {
        let chain: Vec<u8> = chain.iter().flat_map(|it| it.to_pem().unwrap()).collect();
        let pair = KeyPair::from_pem(&chain, &pem(&own_key)).unwrap();
        pair.facts().unwrap().out_of_order
    };
    assert_eq!(place(&[&own, &root]), None);
    assert_eq!(place(&[&own, &unrelated]), Some(1));
}
