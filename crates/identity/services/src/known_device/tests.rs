use super::*;

fn keyed(key: u8) -> KeyedHash {
    KeyedHash::new([key; 32])
}

fn person() -> Account {
    Account {
        id: UserId::generate(1_800_000_000, &mut rand::rng()),
        password_changed_at: Some(1_800_000_000),
    }
}

#[test]
fn browser_is_known_only_to_own_users() {
    let keyed = keyed(1);
    let (alice, bob) = (person(), person());
    let device = KnownDevice::new(&mut rand::rng()).after_sign_in(&keyed, alice);
    let again = KnownDevice::parse(&device.to_cookie()).unwrap();
    assert!(again.knows(&keyed, alice).is_some());
    assert_eq!(again.knows(&keyed, bob), None);
    let both = again.after_sign_in(&keyed, bob);
    assert!(both.knows(&keyed, alice).is_some());
    assert_ne!(both.knows(&keyed, alice), both.knows(&keyed, bob));
}

#[test]
fn password_change_forgets_known_device() {
    let keyed = keyed(1);
    let alice = person();
    let device = KnownDevice::new(&mut rand::rng()).after_sign_in(&keyed, alice);
    for password_changed_at in [None, Some(0), Some(1_800_000_001)] {
        let other = Account {
            password_changed_at,
            ..alice
        };
        assert_eq!(device.knows(&keyed, other), None);
        let again = device.clone().after_sign_in(&keyed, other);
        assert!(again.knows(&keyed, other).is_some());
    }
}

#[test]
fn mark_is_bound_to_key_and_browser() {
    let alice = person();
    let device = KnownDevice::new(&mut rand::rng()).after_sign_in(&keyed(1), alice);
    assert_eq!(device.knows(&keyed(2), alice), None);
    let cookie = device.to_cookie();
    let (_, marks) = cookie.split_once(SEPARATOR).unwrap();
    let stolen = format!("{}.{marks}", KnownDevice::new(&mut rand::rng()).to_cookie());
    let stolen = KnownDevice::parse(&stolen).unwrap();
    assert_eq!(stolen.knows(&keyed(1), alice), None);
}

#[test]
fn five_accounts_are_remembered_and_cookie_stays_small() {
    let keyed = keyed(1);
    let users: Vec<Account> = (0..7).map(|_| person()).collect();
    let mut device = KnownDevice::new(&mut rand::rng());
    for user in &users {
        device = device.after_sign_in(&keyed, *user);
        device = device.after_sign_in(&keyed, *user);
    }
    let known: Vec<bool> = users
        .iter()
        .map(|user| device.knows(&keyed, *user).is_some())
        .collect();
    assert_eq!(known, [false, false, true, true, true, true, true]);
    assert!(device.to_cookie().len() < 300);
}

#[test]
fn malformed_cookie_is_ignored() {
    let id = "AAAAAAAAAAAAAAAAAAAAAA";
    let mark = "A".repeat(43);
    assert!(KnownDevice::parse(&format!("{id}.{mark}")).is_some());
    let long = [mark.as_str(); 6].join(".");
    let wrong = [
        String::new(),
        ".".to_owned(),
        format!("{id}."),
        format!("{id}.{id}"),
        format!("{mark}.{mark}"),
        format!("{id}.{long}"),
        format!("{id}=.{mark}"),
        format!("{id}.{mark}\u{e9}"),
    ];
    for text in wrong {
        assert!(KnownDevice::parse(&text).is_none(), "{text}");
    }
}
