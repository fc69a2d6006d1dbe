//! The recipients of a deployment that sends mail only to some addresses, such as a copy for tests.

/// Returns true if an address is one of these addresses, or its domain is one of these domains. Upper case
/// does not differ; a domain does not include its subdomains.
pub fn is_listed(list: &[String], address: &str) -> bool {
    let domain = address.rsplit_once('@').map(|(_, domain)| domain);
    list.iter().any(|listed| {
        let listed = listed.trim();
        let is_domain = !listed.contains('@');
        let named = if is_domain { domain } else { Some(address) };
        named.is_some_and(|named| named.eq_ignore_ascii_case(listed))
    })
}

#[cfg(test)]
mod tests {
    use super::is_listed;

    #[test]
    fn addresses_and_domains_are_listed() {
        let list = ["qa@example.org", " Test.Example "].map(str::to_owned);
        for (address, expected) in [
            ("qa@example.org", true),
            ("QA@Example.org", true),
            ("dev@example.org", false),
            ("anyone@test.example", true),
            ("anyone@TEST.example", true),
            ("anyone@sub.test.example", false),
            ("test.example@example.org", false),
            ("test.example", false),
            ("\"qa@example.org\"@evil.example", false),
            ("", false),
        ] {
            assert_eq!(is_listed(&list, address), expected, "{address}");
        }
        assert!(!is_listed(&[], "qa@example.org"));
        assert!(!is_listed(&[String::new()], "qa"));
    }
}
