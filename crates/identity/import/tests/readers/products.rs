//! Exports of other products, as their documentation shows them.

use std::sync::Arc;

use doorward_domain::credentials::foreign_hash::FirebaseConfig;
use doorward_import::hash;
use doorward_import::item::Kind;
use doorward_import::read::user_file::product::{self, Product};
use doorward_import::read::user_file::{Layout, UserFile, find_column};
use rstest::rstest;

use super::{Records, file};

const BCRYPT: &str = "$2b$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S";
const UUID: &str = "05aaba12-3e33-4b80-8ec3-852381f5137f";

fn layout(product: &'static Product) -> Layout {
    Layout {
        product: Some(product),
        ..Layout::default()
    }
}

fn open(layout: Layout, text: &str) -> Result<UserFile, String> {
    let (_directory, path) = file("users", text);
    UserFile::open(&path, layout).map_err(|error| error.to_string())
}

#[track_caller]
fn read(layout: Layout, text: &str) -> Records {
    let (_directory, path) = file("users", text);
    let file = UserFile::open(&path, layout).unwrap();
    Records::of(|sink| file.read(sink))
}

/// Returns the names and codes of what is not carried.
fn left_out(records: &Records) -> Vec<(&str, &str)> {
    let items = records.skipped.iter();
    let items = items.filter(|item| item.kind == Kind::Source);
    items
        .map(|item| (item.name.as_str(), item.notes[0].code))
        .collect()
}

/// An example of each export: the text, then id, name, address, given name, and telephone of its only
/// user, then what is not carried.
type Example = (
    &'static str,
    String,
    [&'static str; 5],
    &'static [&'static str],
);

const AUTH0_PROFILE: &str = r#"{"user_id":"auth0|5dea","email":"anna@x.example","email_verified":true,"name":"Anna",
        "created_at":"2024-03-01T12:00:00.000Z","last_login":"2024-03-01T12:00:00.000Z","blocked":false,
        "identities":[{"provider":"auth0","user_id":"5dea","connection":"db","isSocial":false},
        {"provider":"google-oauth2","user_id":"1081","isSocial":true}],"phone_number":"+4930123"}"#;

const OKTA: &str = r#"[{"id":"00u118","status":"ACTIVE","created":"2024-03-01T12:00:00.000Z","activated":null,
        "lastLogin":"2022-05-04T19:50:52.000Z","type":{"id":"oty"},
        "profile":{"firstName":"Anna","lastName":"Berg","mobilePhone":"+4930123","secondEmail":"a@y.example",
        "login":"anna@x.example","email":"anna@x.example"},
        "credentials":{"password":{},"provider":{"type":"OKTA","name":"OKTA"}},"_links":{"self":{"href":"x"}}}]"#;

const ENTRA: &str = "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department,\
        accountEnabled,usageLocation,streetAddress,state,country,physicalDeliveryOfficeName,city,postalCode,\
        telephoneNumber,mobile,authenticationAlternativePhoneNumber,authenticationEmail,alternateEmailAddress,\
        ageGroup,consentProvidedForMinor,legalAgeGroupClassification\n\
        anna.berg@shop.onmicrosoft.com,Anna Berg,Berg,anna@x.example,Anna,4f0c,Member,,Sales,True,,,,,,,,,\
        +4930123,,,,,,\n";

const COGNITO: &str = "profile,address,birthdate,gender,preferred_username,updated_at,website,picture,phone_number,\
        phone_number_verified,zoneinfo,locale,email,email_verified,given_name,family_name,middle_name,name,\
        nickname,cognito:mfa_enabled,cognito:username\n\
        ,,,,,,,,+4930123,true,,,anna@x.example,true,Anna,,,,,false,anna\n";

fn examples() -> Vec<Example> {
    let auth0 = format!(
        r#"{{"_id":{{"$oid":"5dea9f9c82dd7c0e76e4ec93"}},"email_verified":true,"email":"anna@x.example",
            "passwordHash":"{BCRYPT}","password_set_date":{{"$date":"2019-12-06T18:36:12.412Z"}},
            "tenant":"shop","connection":"Username-Password-Authentication","_tmp_is_unique":true,
            "given_name":"Anna","phone_number":"+4930123","app_metadata":{{"plan":"gold"}}}}"#
    );
    let list_users = format!(
        r#"{{"Users":[{{"Username":"{UUID}","Attributes":[{{"Name":"email","Value":"anna@x.example"}},
            {{"Name":"email_verified","Value":"true"}},{{"Name":"sub","Value":"{UUID}"}},
            {{"Name":"given_name","Value":"Anna"}},{{"Name":"phone_number","Value":"+4930123"}},
            {{"Name":"custom:plan","Value":"gold"}}],"UserCreateDate":"2024-03-01T13:00:00.500000+01:00",
            "UserLastModifiedDate":1709294400.5,"Enabled":true,"UserStatus":"CONFIRMED"}}]}}"#
    );
    let clerk = format!(
        "id,first_name,last_name,username,primary_email_address,primary_phone_number,verified_email_addresses,\
         unverified_email_addresses,verified_phone_numbers,unverified_phone_numbers,totp_secret,\
         password_digest,password_hasher\n\
         user_2a,Anna,Berg,anna,anna@x.example,+4930123,b@x.example|anna@x.example,,+4930123,,,{BCRYPT},bcrypt\n"
    );
    let person = |id, name| [id, name, "anna@x.example", "Anna", "+4930123"];
    vec![
        (
            "auth0",
            auth0,
            person("auth0|5dea9f9c82dd7c0e76e4ec93", "anna@x.example"),
            &["app_metadata"],
        ),
        (
            "auth0",
            AUTH0_PROFILE.to_owned(),
            person("auth0|5dea", "anna@x.example"),
            &[],
        ),
        (
            "okta",
            OKTA.to_owned(),
            person("00u118", "anna@x.example"),
            &["profile.secondEmail", "passwords"],
        ),
        (
            "entra",
            ENTRA.to_owned(),
            person("4f0c", "anna.berg@shop.onmicrosoft.com"),
            &["userType", "department", "passwords"],
        ),
        (
            "cognito",
            COGNITO.to_owned(),
            person("anna", "anna"),
            &["phone_number_verified", "cognito:mfa_enabled", "passwords"],
        ),
        (
            "cognito",
            list_users,
            person(UUID, "anna@x.example"),
            &["custom:plan", "passwords"],
        ),
        (
            "firebase",
            FIREBASE_JSON.to_owned(),
            person("kYi4", "anna@x.example"),
            &["customAttributes"],
        ),
        (
            "firebase",
            FIREBASE_CSV.to_owned(),
            person("kYi4", "anna@x.example"),
            &[],
        ),
        (
            "clerk",
            clerk,
            person("user_2a", "anna"),
            &["verified_phone_numbers"],
        ),
    ]
}

const FIREBASE_JSON: &str = r#"{"users": [
{"localId": "kYi4", "email": "anna@x.example", "emailVerified": true,
 "passwordHash": "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
 "salt": "42xEC+ixf3L2lw==", "displayName": "Anna", "lastSignedInAt": "1709294400000",
 "createdAt": "1709294400000", "phoneNumber": "+4930123", "disabled": false, "customAttributes": "{\"a\":1}",
 "providerUserInfo": [{"providerId": "google.com", "rawId": "1081", "email": "anna@x.example"}]}
]}"#;
const FIREBASE_CSV: &str = "kYi4,anna@x.example,true,lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==,42xEC+ixf3L2lw==,Anna,,1081,anna@x.example,,,,,,,,,,,,,,,1709294400000,1709294400000,+4930123,false,,\n";
const HASH_CONFIG: &str = "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,\n  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n";

#[test]
fn each_export_is_read() {
    let examples = examples();
    for product in product::ALL {
        let own: Vec<_> = examples
            .iter()
            .filter(|one| one.0 == product.name)
            .collect();
        assert!(!own.is_empty(), "no example of {}", product.name);
        for (name, text, [id, username, email, given_name, phone], others) in own {
            let firebase = FirebaseConfig::parse(HASH_CONFIG).unwrap();
            let layout = Layout {
                firebase: (*name == "firebase").then(|| Arc::new(firebase)),
                ..layout(product)
            };
            let records = read(layout, text);
            let [user] = records.users.as_slice() else {
                panic!("{name}: {:?}", records.skipped);
            };
            assert_eq!(
                (user.old_id.as_str(), user.username.as_str()),
                (*id, *username),
                "{name}"
            );
            assert_eq!(user.email, *email, "{name}");
            let text = |field: &str| {
                let mut found = user.profile.iter();
                let found = found.find(|(one, _)| one.name() == field);
                found.map(|(_, text)| text.as_str())
            };
            assert_eq!(text("given_name"), Some(*given_name), "{name}");
            assert_eq!(text("phone_number"), Some(*phone), "{name}");
            assert!(
                !user.disabled && user.notes.is_empty(),
                "{name}: {:?}",
                user.notes
            );
            let names: Vec<_> = left_out(&records)
                .into_iter()
                .map(|(name, _)| name)
                .collect();
            assert_eq!(names, *others, "{name}");
            assert_eq!(
                user.password.is_some(),
                product.has_passwords && user.links.is_empty() || *name == "firebase",
                "{name}"
            );
            if let Some(password) = &user.password {
                assert!(hash::prepare(Some(password)).is_ok(), "{name}");
            }
            for link in &user.links {
                assert_eq!(
                    (link.provider.as_str(), link.subject.as_str()),
                    ("google", "1081")
                );
            }
        }
    }
}

#[test]
fn columns_of_products_exist() {
    let internal = [
        "auth0_id",
        "identifiers",
        "identities",
        "status",
        "password_salt",
        "verified_emails",
    ];
    for product in product::ALL {
        for (name, target) in product.columns {
            let is_known = find_column(target) == Some(*target)
                || internal.contains(target)
                || target.starts_with("link:");
            assert!(is_known, "{}: {name} is {target}", product.name);
            assert!(!product.ignored.contains(name), "{}: {name}", product.name);
        }
    }
}

#[rstest]
#[case("ACTIVE", Some(false))]
#[case("Password Expired", Some(false))]
#[case("STAGED", Some(false))]
#[case("SUSPENDED", Some(true))]
#[case("Deprovisioned", Some(true))]
#[case("perhaps", None)]
fn status_of_okta_decides(#[case] status: &str, #[case] expected: Option<bool>) {
    let records = read(
        layout(&product::OKTA),
        &format!("login,status\nanna@x.example,{status}\n"),
    );
    let found = records.users.first().map(|user| user.disabled);
    assert_eq!(found, expected, "{:?}", records.skipped);
}

#[rstest]
#[case(&product::ENTRA, "mail,accountEnabled,id\nanna@x.example,False,1\n")]
#[case(&product::AUTH0, "email,blocked,user_id\nanna@x.example,true,1\n")]
#[case(&product::COGNITO, r#"{"Users":[{"Username":"anna@x.example","Enabled":false}]}"#)]
#[case(&product::FIREBASE, r#"{"users":[{"localId":"a","email":"anna@x.example","disabled":true}]}"#)]
#[case(&product::CLERK, "id,primary_email_address,banned\n1,anna@x.example,true\n")]
fn blocked_user_stays_disabled(#[case] product: &'static Product, #[case] text: &str) {
    assert!(read(layout(product), text).users[0].disabled);
}

#[rstest]
#[case::other_address("b@x.example", Some(false))]
#[case::none("", Some(false))]
#[case::own("b@x.example;anna@x.example", Some(true))]
fn clerk_names_verified_addresses(#[case] verified: &str, #[case] expected: Option<bool>) {
    let text =
        format!("id,primary_email_address,verified_email_addresses\n1,anna@x.example,{verified}\n");
    assert_eq!(
        read(layout(&product::CLERK), &text).users[0].email_verified,
        expected
    );
}

#[test]
fn auth0_address_may_be_an_identifier() {
    let text = r#"{"_id":{"$oid":"5d"},"alt_id":"euclid","identifiers":[{"type":"phone","value":"+1"},
        {"type":"email","value":"anna@x.example","verified":true}],"passwordHash":""}"#;
    let records = read(layout(&product::AUTH0), text);
    let user = &records.users[0];
    assert_eq!(
        (user.old_id.as_str(), user.email.as_str()),
        ("auth0|euclid", "anna@x.example")
    );
    assert_eq!(user.email_verified, Some(true));
}

#[test]
fn firebase_hashes_need_parameters() {
    let error = open(layout(&product::FIREBASE), FIREBASE_JSON).unwrap_err();
    assert!(
        error.contains("1 users have password hashes") && error.contains("--hash-config"),
        "{error}"
    );
    let without = Layout {
        ignored: vec!["passwordHash".to_owned(), "salt".to_owned()],
        ..layout(&product::FIREBASE)
    };
    let records = read(without, FIREBASE_JSON);
    assert!(records.users[0].password.is_none());
}

#[test]
fn member_inside_object_is_carried_by_name() {
    let text = r#"{"user_id":"1","email":"anna@x.example","user_metadata":{"lang":"de","age":7}}"#;
    let layout = Layout {
        maps: [("user_metadata.lang".to_owned(), "locale".to_owned())].into(),
        ignored: vec!["user_metadata.age".to_owned()],
        ..layout(&product::AUTH0)
    };
    let records = read(layout, text);
    assert_eq!(records.users[0].profile[0].1, "de");
    assert_eq!(left_out(&records), []);
}

#[rstest]
#[case::no_object("[7]", "user 1 is not an object")]
#[case::no_json("{\"email\":", "ends too early")]
#[case::no_address("{\"user_id\":\"1\"}", "no column email")]
fn wrong_file_is_refused(#[case] text: &str, #[case] expected: &str) {
    let error = open(layout(&product::AUTH0), text).unwrap_err();
    assert!(error.contains(expected), "{error}");
}
