use super::{FILTER, Kind, UNUSED};

#[test]
fn list_of_each_kind_has_its_word() {
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        let list = kind.list();
        let query = format!("{FILTER}={}", kind.as_str());
        assert_eq!(list.home(), format!("{UNUSED}?{query}"));
        assert_eq!(list.path, format!("{UNUSED}/{}/bulk", kind.as_str()));
    }
    assert_eq!(Kind::parse("roles"), None);
}
