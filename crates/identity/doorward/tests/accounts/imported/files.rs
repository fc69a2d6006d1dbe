//! Tests of sign-ins after the import of files: hashes, factors and flags of each form.

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::foreign_hash::FirebaseConfig;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_import::options::ImportOptions;
use doorward_import::read::on_thread;
use doorward_import::read::user_file::product::FIREBASE;
use doorward_import::read::user_file::{Layout, UserFile};
use doorward_testkit::{Stack, UserAgent, flows};

use super::import;
use crate::support::{is_signed_in, location, sign_in};
use crate::two_factor::enter;

flows!(
    each_form_of_file_signs_in_as_it_says,
    users_of_firebase_keep_passwords,
);

const PASSWORD: &str = "Correct-Horse-7";
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/// Name, hash, `must_change_password`, `totp_secret`, `enabled`, and `disabled` of a user. All forms of
/// hashes are in the tests of `doorward_domain`.
const USERS: [[&str; 6]; 14] = [
    [
        "django2020",
        "argon2$argon2i$v=19$m=512,t=2,p=2$YzI5dFpYTmhiSFEx$tcDB+P3wpEXyD1+6PuNCYA",
        "",
        "",
        "",
        "",
    ],
    [
        "argon24",
        "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$/0QhULYEwacZnEUEUZGH1alg5Us2VALc",
        "",
        "",
        "",
        "",
    ],
    [
        "bcrypt",
        "$2y$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "",
        "",
        "",
        "",
    ],
    [
        "spring",
        "{bcrypt}$2a$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "",
        "",
        "",
        "",
    ],
    [
        "dovecot",
        "{PBKDF2}$1$0102030405060708$1000$edcfeb1f02cf0be200fdeaa0bd70309fd80eee3c",
        "",
        "",
        "",
        "",
    ],
    [
        "nextcloud",
        "3|$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$L4W1gWtif3c+bstcMcqlJONnzDqO8CegIT3W+uKoHB0",
        "",
        "",
        "",
        "",
    ],
    [
        "passlib",
        "$pbkdf2-sha256$1000$.//.AAECAwQFBgcICQoLDA0ODw$1CA1yTEIP2kTSKlnQZxCnDhngbDM04hbjKf58xDtPks",
        "",
        "",
        "",
        "",
    ],
    [
        "passlib2",
        "$bcrypt-sha256$v=2,t=2b,r=4$A0M453.jkAeJtsOOIXH.d.$l4PAQVfZ0QACOpGiTzcjg/KMenKkGny",
        "",
        "",
        "",
        "",
    ],
    [
        "phc",
        "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$zuBDa+fSMTsX8JFgpfbUB8wMwYhixmuKz6ugonIwfXA",
        "",
        "",
        "",
        "",
    ],
    [
        "weak",
        "sha1$salt$0b4bde3e6a57832854bd61d49c209a57d6cb694c",
        "",
        "",
        "",
        "",
    ],
    [
        "temporary",
        "$2b$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "yes",
        "",
        "",
        "",
    ],
    [
        "factor",
        "$2b$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "",
        SECRET,
        "",
        "",
    ],
    [
        "blocked",
        "$2b$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "",
        "",
        "",
        "WAHR",
    ],
    [
        "inactive",
        "$2b$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "",
        "",
        "no",
        "",
    ],
];

async fn import_file(stack: &Stack, layout: Layout, text: &str) {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("users");
    std::fs::write(&path, text).unwrap();
    let file = UserFile::open(&path, layout).unwrap();
    let options = ImportOptions {
        source: "file".to_owned(),
        ..ImportOptions::default()
    };
    let records = on_thread(move |sink| file.read(sink));
    let done = Box::pin(import(stack, &options, records, false));
    let (items, _) = done.await;
    for item in &items.0 {
        assert!(item.new_id.is_some(), "{item:?}");
    }
    stack.clear_caches();
}

async fn each_form_of_file_signs_in_as_it_says(stack: &Stack) {
    let rows = USERS.map(|[name, hash, temporary, totp, enabled, disabled]| {
        format!("{name},{name}@x.example,true,\"{hash}\",{temporary},{totp},{enabled},{disabled}\n")
    });
    let header = "username,email,email_verified,password_hash,must_change_password,totp_secret,enabled,disabled\n";
    import_file(
        stack,
        Layout::default(),
        &format!("{header}{}", rows.concat()),
    )
    .await;
    for [name, ..] in USERS {
        let wrong = sign_in(stack, &UserAgent::new(), name, "Correct-Horse-8").await;
        assert_eq!(wrong.status, 401, "{name}: {}", wrong.dump());
        let agent = UserAgent::new();
        let page = sign_in(stack, &agent, name, PASSWORD).await;
        let is_in = is_signed_in(stack, &agent).await;
        match name {
            "temporary" => assert_eq!(location(&page), "/reset-password"),
            "factor" => {
                assert!(!is_in);
                let page = agent.follow(page, "").await;
                let secret = TotpSecret::from_base32(SECRET).unwrap();
                let page = enter(&agent, &page, &secret.code_at(stack.clock.now())).await;
                agent.follow(page, "").await;
                assert!(is_signed_in(stack, &agent).await, "{name}");
            }
            "blocked" | "inactive" => assert!(!is_in, "{name}"),
            _ => assert!(is_in, "{name}: {}", page.dump()),
        }
    }
}

/// The example of <https://github.com/firebase/scrypt>.
async fn users_of_firebase_keep_passwords(stack: &Stack) {
    let config = "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,\n  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n";
    let text = r#"{"users": [{"localId": "kYi4EvWQlQTKSfnJ3dRSP6IH3ed2", "email": "user1@test.example",
        "emailVerified": true, "salt": "42xEC+ixf3L2lw==", "createdAt": "1508893925000",
        "passwordHash": "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="}]}"#;
    let layout = Layout {
        product: Some(&FIREBASE),
        firebase: Some(FirebaseConfig::parse(config).unwrap().into()),
        ..Layout::default()
    };
    import_file(stack, layout, text).await;
    let wrong = sign_in(stack, &UserAgent::new(), "user1@test.example", PASSWORD).await;
    assert_eq!(wrong.status, 401, "{}", wrong.dump());
    // The second time, the hash is Doorward's.
    for _ in 0..2 {
        let agent = UserAgent::new();
        let page = sign_in(stack, &agent, "user1@test.example", "user1password").await;
        assert!(is_signed_in(stack, &agent).await, "{}", page.dump());
    }
}
