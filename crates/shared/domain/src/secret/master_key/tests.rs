use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

fn key(seed: u64) -> MasterKey {
    MasterKey::generate(&mut StdRng::seed_from_u64(seed))
}

fn kept(of: &MasterKey, purpose: KeyPurpose, kept_at: i64) -> KeptKey {
    KeptKey {
        purpose,
        secret_key: of.id(),
        kept_at,
        expires_at: None,
        last_link: (purpose == KeyPurpose::Audit).then_some(kept_at),
        key: Secret::new(of.derive(purpose)),
    }
}

fn chain(master: &MasterKey) -> Vec<(KeyId, Option<i64>)> {
    let parts = master.derive_chain().into_iter();
    parts.map(|(id, last, _)| (id, last)).collect()
}

#[test]
fn newest_key_seals_and_all_keys_open() {
    let (first, second, third) = (key(1), key(2), key(3));
    let purpose = KeyPurpose::Job;
    let sealed = |key: &MasterKey| {
        let mut rng = StdRng::seed_from_u64(9);
        seal(&key.derive(purpose), b"value", b"row", &mut rng)
    };
    let all = second
        .clone()
        .with_next(third.clone())
        .with_former([first.clone()]);
    assert_eq!(all.derive(purpose), second.derive(purpose));
    for of in [&first, &second, &third] {
        let plain = all.open(purpose, &sealed(of), b"row").unwrap();
        assert_eq!(plain.as_slice(), b"value");
    }
    assert!(all.open(purpose, &sealed(&key(4)), b"row").is_err());
    assert!(all.open(purpose, &sealed(&first), b"other row").is_err());
    assert!(second.open(purpose, &sealed(&first), b"row").is_err());
    assert_eq!(all.derive_others(purpose).len(), 2);
}

#[test]
fn key_is_derived_once() {
    let (first, second) = (key(1), key(2));
    let purpose = KeyPurpose::ApiKey;
    let all = second
        .clone()
        .with_former([first.clone(), second.clone()])
        .with_kept(vec![kept(&first, purpose, 7)]);
    assert_eq!(all.derive_others(purpose), [first.derive(purpose)]);
    // A kept key serves one purpose.
    let later = second.with_kept(vec![kept(&first, purpose, 7)]);
    assert_eq!(later.derive_others(purpose), [first.derive(purpose)]);
    assert!(later.derive_others(KeyPurpose::Csrf).is_empty());
}

#[test]
fn first_key_continues() {
    let purpose = KeyPurpose::PairwiseSubject;
    let (first, second, third) = (key(1), key(2), key(3));
    let expected = first.derive(purpose);
    let before = first.clone().with_next(second.clone());
    let during = second.clone().with_former([first.clone()]);
    let after = second.clone().with_kept(vec![kept(&first, purpose, 7)]);
    let later = third
        .with_former([second])
        .with_kept(vec![kept(&first, purpose, 7)]);
    for master in [first, before, during, after, later] {
        assert_eq!(master.derive_first(purpose), expected);
    }
}

#[test]
fn chain_keys_follow_one_another() {
    let (first, second, third) = (key(1), key(2), key(3));
    let ids = [first.id(), second.id(), third.id()];
    let [one, two, three] = ids;
    let before = first.clone().with_next(second.clone());
    assert_eq!(chain(&before), [(one.clone(), None), (two.clone(), None)]);
    let during = second.clone().with_former([first.clone()]);
    assert_eq!(chain(&during), [(one.clone(), None), (two.clone(), None)]);
    let parts = vec![
        kept(&second, KeyPurpose::Audit, 9),
        kept(&first, KeyPurpose::Audit, 5),
    ];
    let later = third.with_former([second, first]).with_kept(parts);
    let expected = [(one, Some(5)), (two, Some(9)), (three, None)];
    assert_eq!(chain(&later), expected);
}

#[test]
fn kept_key_opens_with_any_key_and_only_as_stored() {
    let (first, second) = (key(1), key(2));
    let stored = KeptKey {
        expires_at: Some(99),
        ..kept(&first, KeyPurpose::Audit, 7)
    };
    let record = second.seal_kept(&stored, &mut StdRng::seed_from_u64(5));
    let third = key(3).with_former([second.clone()]);
    for master in [&second, &third] {
        let opened = master.open_kept(&record).unwrap();
        assert_eq!(opened.key.expose(), stored.key.expose());
        assert_eq!(opened.secret_key, first.id());
        assert_eq!((opened.kept_at, opened.expires_at), (7, Some(99)));
        assert_eq!(opened.last_link, Some(7));
    }
    assert!(first.open_kept(&record).is_err());
    // Columns that someone extended do not count.
    let extended = KeptKeyRecord {
        expires_at: None,
        last_link: Some(1_000),
        ..record.clone()
    };
    let opened = second.open_kept(&extended).unwrap();
    assert_eq!((opened.expires_at, opened.last_link), (Some(99), Some(7)));
    let moved = KeptKeyRecord {
        id: record.id.replace("audit", "api-key"),
        ..record
    };
    assert!(second.open_kept(&moved).is_err());
}

#[test]
fn id_reveals_nothing_and_differs() {
    let (first, second) = (key(1), key(2));
    assert_ne!(first.id(), second.id());
    assert_eq!(first.id(), key(1).id());
    assert_eq!(KeyId::parse(first.id().as_str()), Some(first.id()));
    for text in [
        "",
        "0123456789abcde",
        "0123456789ABCDEF",
        "0123456789abcdefg",
    ] {
        assert_eq!(KeyId::parse(text), None, "{text}");
    }
    assert!(!first.is_changing());
    assert!(first.clone().with_next(second.clone()).is_changing());
    assert!(first.with_former([second]).is_changing());
}
