//! Distinguished names (RFC 4514).

/// Returns a name in a form for comparison: without case, and without spaces around separators. Names
/// from one server agree in their other spellings.
pub fn normalized(dn: &str) -> String {
    let mut text = String::with_capacity(dn.len());
    let mut is_escaped = false;
    let mut skips = true;
    for c in dn.trim().chars() {
        let is_separator = matches!(c, ',' | '=' | '+') && !is_escaped;
        if is_separator {
            text.truncate(text.trim_end().len());
            skips = true;
        } else if c == ' ' && skips {
            continue;
        } else {
            skips = false;
        }
        is_escaped = c == '\\' && !is_escaped;
        text.extend(c.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "CN=Admins, OU=Groups,DC=example,DC=org",
        "cn=admins,ou=groups,dc=example,dc=org"
    )]
    #[case("cn = Müller + uid=x , o=A B", "cn=müller+uid=x,o=a b")]
    #[case(r"cn=Smith\, John,o=x", r"cn=smith\, john,o=x")]
    fn names_are_normalized(#[case] dn: &str, #[case] expected: &str) {
        assert_eq!(normalized(dn), expected);
    }
}
