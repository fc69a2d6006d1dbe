//! CSV files.

use doorward_import::read::csv::CsvFile;

use super::{Records, codes, file};

fn read(text: &str) -> Result<Records, String> {
    let (_directory, path) = file("users.csv", text);
    let csv = CsvFile::open(&path).map_err(|error| error.to_string())?;
    Ok(Records::of(|sink| csv.read(sink)))
}

#[test]
fn file_is_read() {
    let records = read(
        "\u{feff}ID,Email,username,email_verified,roles,groups,given_name,disabled,created_at,totp_secret,sub\n\
         7,anna@x.example,anna,yes,clerk; boss,/sales/emea;it,Anna,,2024-03-01T12:00:00Z,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,05aaba12-3e33-4b80-8ec3-852381f5137f\n\
         ,bert@x.example,,,,,,maybe,,short,no\n",
    )
    .unwrap();
    let groups: Vec<_> = records.groups.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(groups, ["/it", "/sales", "/sales/emea"]);
    assert_eq!(records.roles.len(), 2);
    let anna = records.user("anna");
    assert_eq!((anna.old_id.as_str(), anna.email_verified), ("7", true));
    assert_eq!(
        anna.groups,
        ["/sales/emea", "/it"].map(str::to_owned).into()
    );
    assert!(anna.totp.is_some() && anna.sub.is_some() && !anna.disabled);
    assert_eq!(anna.created_at, Some(1_709_294_400));
    let bert = records.user("bert@x.example");
    assert_eq!(bert.old_id, "bert@x.example");
    // An unclear cell fails closed.
    assert!(bert.disabled && !bert.email_verified);
    assert_eq!(codes(&bert.notes), ["sub_changed", "totp_form"]);
}

#[test]
fn malformed_file_is_refused_with_its_line() {
    let unknown = read("email,shoe_size\n").unwrap_err();
    assert!(
        unknown.contains("shoe_size") && unknown.contains("password_hash"),
        "{unknown}"
    );
    assert!(
        read("username\nanna\n")
            .unwrap_err()
            .contains("no column email")
    );
    let uneven = read("email,username\na@x.example,anna\nb@x.example\n").unwrap_err();
    assert!(uneven.contains("line 3"), "{uneven}");
}
