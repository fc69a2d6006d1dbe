//! CSV files.

use doorward_import::read::user_file::{Layout, UserFile};

use rstest::rstest;

use super::{Records, about, codes, file};

fn read(text: impl AsRef<[u8]>) -> Result<Records, String> {
    let (_directory, path) = file("users.csv", &text);
    let csv = UserFile::open(&path, Layout::default()).map_err(|error| error.to_string())?;
    Ok(Records::of(|sink| csv.read(sink)))
}

#[test]
fn file_is_read() {
    let records = read(
        "\u{feff}ID,Email,username,email_verified,roles,groups,given_name,disabled,created_at,totp_secret,sub\n\
         7,anna@x.example,anna,yes,clerk; boss,/sales/emea;it,Anna,,2024-03-01T12:00:00Z,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,05aaba12-3e33-4b80-8ec3-852381f5137f\n\
         ,bert@x.example,,,,,,no,,short,no\n",
    )
    .unwrap();
    let groups: Vec<_> = records.groups.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(groups, ["/it", "/sales", "/sales/emea"]);
    assert_eq!(records.roles.len(), 2);
    let anna = records.user("anna");
    let verified = anna.email_verified;
    assert_eq!((anna.old_id.as_str(), verified), ("7", Some(true)));
    assert_eq!(
        anna.groups,
        ["/sales/emea", "/it"].map(str::to_owned).into()
    );
    assert!(anna.totp.is_some() && anna.sub.is_some() && !anna.disabled);
    assert_eq!(anna.created_at, Some(1_709_294_400));
    let bert = records.user("bert@x.example");
    assert_eq!(bert.old_id, "bert@x.example");
    assert!(!bert.disabled && bert.email_verified.is_none());
    assert_eq!(codes(&bert.notes), ["sub_changed", "totp_form"]);
}

const FILE: &str = "id,email,email_verified,must_change_password,disabled,is_staff,is_superuser,\
                    created_at,last_login,roles,groups,picture,sub,totp_secret\n";

#[rstest]
#[case::email_verified(2, "perhaps", true)]
#[case::must_change_password(3, "WAHRR", true)]
#[case::disabled(4, "unbekannt", true)]
#[case::is_staff(5, "x", false)]
#[case::is_superuser(6, "2", false)]
#[case::created_at(7, "01/03/2024", true)]
#[case::created_at(7, "yesterday", true)]
#[case::last_login(8, "gestern", false)]
#[case::roles(9, "\"clerk, boss\"", true)]
#[case::roles(9, "[clerk]", true)]
#[case::groups(10, "/sales|/it", true)]
#[case::picture(11, "C:\\anna.png", false)]
#[case::sub(12, "7", false)]
fn unreadable_cell_is_named(#[case] column: usize, #[case] cell: &str, #[case] is_rejected: bool) {
    let name = FILE.trim_end().split(',').nth(column).unwrap();
    let mut cells = vec![""; 14];
    (cells[0], cells[1], cells[column]) = ("7", "anna@x.example", cell);
    let records = read(format!("{FILE}{}\n", cells.join(","))).unwrap();
    let value = cell.trim_matches('"');
    let expected = vec![(name, Some(value))];
    if is_rejected {
        assert!(records.users.is_empty());
        assert_eq!(records.unreadable("7"), expected);
    } else {
        let user = &records.users[0];
        assert_eq!(about(&user.notes), expected);
        assert!(!user.is_staff && !user.is_superuser && user.last_login.is_none());
    }
}

#[test]
fn every_unreadable_cell_of_row_is_named() {
    let row = "7,a@x.example,perhaps,perhaps,perhaps,perhaps,perhaps,x,x,\"a,b\",\"a,b\",x,x,x\n";
    let records = read(format!("{FILE}{row}8,b@x.example,,,,,,,,,,,,\n")).unwrap();
    let columns: Vec<_> = records.unreadable("7").iter().map(|one| one.0).collect();
    assert_eq!(columns.len(), 12, "{columns:?}");
    // A secret is never shown.
    assert!(records.unreadable("7").contains(&("totp_secret", None)));
    // Absent cells are no finding.
    let other = &records.users[0];
    assert!(other.notes.is_empty() && !other.disabled && other.email_verified.is_none());
    assert!(other.created_at.is_none());
}

#[rstest]
#[case::trailing_columns("username,email,,\r\np4,p4@x.example,,\r\n,,,\r\n", &["p4"])]
#[case::fewer_trailing_cells("username,email,,\np4,p4@x.example\n", &["p4"])]
#[case::more_empty_cells("username,email\np4,p4@x.example,,,\n", &["p4"])]
#[case::column_between("username,,email\np4,,p4@x.example\n", &["p4"])]
#[case::empty_rows("username,email\n\n,\n , \np4,p4@x.example\n\n,\np5,p5@x.example\n", &["p4", "p5"])]
#[case::separator("sep=;\nusername;email\np4;p4@x.example\n", &["p4"])]
#[case::separator_saved_again("sep=;;\nusername;email\np4;p4@x.example\n", &["p4"])]
#[case::separator_saved_again("\"sep=;\",\nusername,email\np4,p4@x.example\n", &["p4"])]
#[case::separator_in_quotes("\"sep=;\"\nusername;email\np4;p4@x.example\n", &["p4"])]
#[case::blank_first_line("\n\nusername;email;disabled\np4;p4@x.example;no\n", &["p4"])]
#[case::marks_of_direction("username,email,disabled\np4,p4@x.example,\u{202a}FALSE\u{202c}\n", &["p4"])]
#[case::header_in_words(" User Name ,E-Mail,Must Change Password\np4,p4@x.example,\n", &["p4"])]
#[case::header_in_capitals("USERNAME,EMAIL,GIVENNAME\np4,p4@x.example,Ann\n", &["p4"])]
#[case::lines("email,bio,username\np4@x.example,\"one, two\nmail: p4@x.example\",p4\n", &["p4"])]
#[case::tabs("username\temail\np4\tp4@x.example\n", &["p4"])]
#[case::semicolons("username;email;roles\np4;p4@x.example;\"clerk; boss\"\n", &["p4"])]
#[case::quoted_header("\"username\",\"email\"\n\"p4\",\"p4@x.example\"\n", &["p4"])]
#[case::no_last_newline("username,email\np4,p4@x.example", &["p4"])]
fn file_of_spreadsheet_is_read(#[case] text: &str, #[case] expected: &[&str]) {
    let records = read(text).unwrap();
    let names: Vec<_> = records
        .users
        .iter()
        .map(|one| one.username.as_str())
        .collect();
    assert_eq!(names, expected);
}

#[test]
fn rows_without_any_id_are_told_apart() {
    let records = read("username,email,given_name\n,,Anna\n\n,,Bert\n").unwrap();
    let ids: Vec<_> = records
        .users
        .iter()
        .map(|one| one.old_id.as_str())
        .collect();
    assert_eq!(ids, ["line 2", "line 4"]);
}

#[test]
fn columns_and_all_ids_are_known_before_rows() {
    let text =
        "ID,email,disabled,,given_name\n7,a@x.example,perhaps,,\n,b@x.example,,,\n,,,,Carl\n";
    let (_directory, path) = file("users.csv", text);
    let mut csv = UserFile::open(&path, Layout::default()).unwrap();
    let contents = csv.take_contents();
    let columns: Vec<_> = contents.columns.iter().map(String::as_str).collect();
    assert_eq!(columns, ["disabled", "email", "given_name", "id"]);
    // The first row is rejected, and its user has not left.
    let expected = ["7", "b@x.example", "line 4"].map(str::to_owned);
    assert_eq!(contents.old_ids, expected.into());
    assert_eq!(Records::of(|sink| csv.read(sink)).users.len(), 2);
}

#[rstest]
#[case::short(
    "username,email\nanna,a@x.example\nbert\n",
    "line 3: a row with fewer cells"
)]
#[case::long(
    "username,email\nanna,a@x.example,x\n",
    "line 2: a cell without a column"
)]
#[case::unnamed(
    "username,email,,\nanna,a@x.example,,x\n",
    "line 2: a cell without a column"
)]
#[case::after_empty_rows("username,email\n\n\nanna,a@x.example\n\nbert\n", "line 6")]
#[case::after_long_cell("email,bio\na@x.example,\"one\ntwo\nthree\"\nb@x.example\n", "line 5")]
#[case::separator("sep=;\nusername;email\nanna\n", "line 3")]
#[case::quote("username,email\n\"anna,a@x.example\nbert,b@x.example\n", "line 2")]
#[case::quote(
    "email,username\na@x.example,\"anna\nb@x.example,bert\n",
    "is not closed"
)]
#[case::quote_in_profile(
    "username,email,given_name\nanna,a@x.example,\"Anna\nbert,b@x.example,Bert\n",
    "is not closed"
)]
#[case::quote_in_profile(
    "username,email,bio\nanna,a@x.example,\"one\nbert,b@x.example,\"two\"\n",
    "is not closed"
)]
#[case::empty("", "the file is empty")]
#[case::double("email,username,email\n", "email occurs twice")]
#[case::western(
    "username,email\nzo\u{eb},z@x.example\n",
    "line 2: the text is not UTF-8"
)]
fn malformed_file_is_refused_with_its_line(#[case] text: &str, #[case] expected: &str) {
    for end in ["\n", "\r\n", "\r"] {
        let lines = text.replace('\n', end);
        let bytes: Vec<u8> = lines.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let refused = read(bytes).unwrap_err();
        assert!(refused.contains(expected), "{end:?}: {refused}");
    }
}

/// Columns that Doorward has no place for stop nothing; those that probably mean another one do.
#[rstest]
#[case::other("email,Department,shoe_size\na@x.example,Sales,\nb@x.example,IT,\n", &[("Department", "2 values")])]
#[case::empty("email,Department\na@x.example,\n", &[])]
#[case::lines("email,Notes\na@x.example,\"one\ntwo\"\n", &[("Notes", "1 value is")])]
fn column_without_place_is_counted(#[case] text: &str, #[case] expected: &[(&str, &str)]) {
    let records = read(text).unwrap();
    assert!(!records.users.is_empty());
    let items = records.skipped.iter();
    let found: Vec<_> = items
        .map(|item| (item.name.as_str(), item.notes[0].text.as_str()))
        .collect();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((name, text), (column, count)) in found.iter().zip(expected) {
        assert_eq!(name, column);
        assert!(text.starts_with(count), "{text}");
        assert!(text.contains(&format!("--map {name}=NAME")), "{text}");
    }
}

#[rstest]
#[case::misspelled("email,disbled,Department\n", &["\"disbled\" (disabled?)", "\"Department\""])]
#[case::several("email,pasword_hash,E-Mail Verifed\n", &["(password_hash?)", "(email_verified?)"])]
#[case::synonym("email,First Name,Active\n", &["\"First Name\" (given_name?)", "\"Active\" (enabled?)"])]
#[case::no_address("username\nanna\n", &["no column email", "--map NAME=email"])]
#[case::both("email,E-Mail Address,mail\n", &["(email?)", "--ignore NAME"])]
fn columns_that_mean_others_are_named_at_once(#[case] text: &str, #[case] expected: &[&str]) {
    let error = read(text).unwrap_err();
    for one in expected {
        assert!(error.contains(one), "{one}: {error}");
    }
}

fn open(text: &str, maps: &[(&str, &str)], ignored: &[&str]) -> Result<Records, String> {
    let (_directory, path) = file("users.csv", text);
    let pairs = maps.iter();
    let layout = Layout {
        maps: pairs
            .map(|(name, ours)| ((*name).to_owned(), (*ours).to_owned()))
            .collect(),
        ignored: ignored.iter().map(|name| (*name).to_owned()).collect(),
        ..Layout::default()
    };
    let csv = UserFile::open(&path, layout).map_err(|error| error.to_string())?;
    Ok(Records::of(|sink| csv.read(sink)))
}

#[test]
fn mapped_and_ignored_columns_are_taken_as_said() {
    let text = "Personnel No.,Work Mail,Telephone,Department,Active,Full Name\n\
                7,anna@x.example,+4930123,Sales,no,Anna Berg\n";
    let maps = [
        ("Personnel No.", "id"),
        ("work mail", "email"),
        ("Telephone", "phone_number"),
        ("Active", "enabled"),
        ("Full Name", "name"),
    ];
    let records = open(text, &maps, &["department"]).unwrap();
    assert!(records.skipped.is_empty(), "{:?}", records.skipped);
    let anna = records.user("anna@x.example");
    assert_eq!((anna.old_id.as_str(), anna.disabled), ("7", true));
    let fields = anna.profile.iter();
    let fields: Vec<_> = fields
        .map(|(field, text)| (field.name(), text.as_str()))
        .collect();
    assert_eq!(
        fields,
        [("phone_number", "+4930123"), ("given_name", "Anna Berg")]
    );
}

#[rstest]
#[case::missing(&[("Telephone", "phone_number")], "--map Telephone: the file has no such column; its columns are email")]
#[case::twice(&[("mail", "email")], "the columns mail and email are both email")]
fn map_that_does_not_fit_is_refused(#[case] maps: &[(&str, &str)], #[case] expected: &str) {
    let error = open("email,mail\na@x.example,b@x.example\n", maps, &[]).unwrap_err();
    assert!(error.contains(expected), "{error}");
}

#[rstest]
#[case("enabled,disabled", "true,", false)]
#[case("enabled,disabled", "yes,yes", true)]
#[case("enabled,disabled", "0,", true)]
#[case("enabled,disabled", ",", false)]
fn either_flag_disables(#[case] columns: &str, #[case] cells: &str, #[case] expected: bool) {
    let records = read(format!("email,{columns}\na@x.example,{cells}\n")).unwrap();
    assert_eq!(records.users[0].disabled, expected);
}

#[rstest]
#[case("1709294400", Some(1_709_294_400))]
#[case("1709294400.5", Some(1_709_294_400))]
#[case("1709294400000", Some(1_709_294_400))]
#[case("2024-03-01T12:00:00Z", Some(1_709_294_400))]
#[case("20240301", Some(1_709_251_200))]
#[case("17092944000", None)]
fn seconds_and_milliseconds_are_read(#[case] text: &str, #[case] expected: Option<i64>) {
    let records = read(format!("email,created_at\na@x.example,{text}\n")).unwrap();
    let found = records.users.first().and_then(|user| user.created_at);
    assert_eq!(found, expected);
}
