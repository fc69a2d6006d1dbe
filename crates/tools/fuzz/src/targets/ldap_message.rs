//! Messages of LDAP clients: an accepted one has the length of its frame, and its filter is within the bounds.

use doorward_ldap_protocol::dn::Dn;
use doorward_ldap_protocol::entry::Entry;
use doorward_ldap_protocol::filter::{Candidates, Filter, MAX_LOOKUPS, candidates};
use doorward_ldap_protocol::message::{Frame, Operation, frame, read};
use doorward_ldap_protocol::schema;
use doorward_ldap_protocol::wanted::Wanted;
use ldap3_proto::proto::LdapOp;

use crate::target::Target;

pub const TARGET: Target = Target {
    name: "ldap_message",
    run,
    words: &[
        "0\u{c}\u{2}\u{1}\u{1}",
        "objectClass",
        "uid",
        "memberOf",
        "1.2.840.113556.1.4.319",
        "1.2.840.113556.1.4.803",
        "1.3.6.1.4.1.4203.1.11.3",
        "ou=users,dc=doorward",
    ],
};

const MAXIMUM: usize = 65_536;
const INDEX: [&str; 3] = ["uid", "mail", "memberOf"];

fn run(input: &[u8]) {
    let Some(request) = read(input) else {
        return;
    };
    assert!(request.id >= 0);
    // A frame of one message, in the definite form.
    match frame(input, MAXIMUM) {
        Frame::Length(length) => assert_eq!(length, input.len()),
        Frame::TooLong => assert!(input.len() > MAXIMUM),
        Frame::Incomplete => panic!("a whole message"),
        Frame::Invalid => {}
    }
    let Operation::Other(LdapOp::SearchRequest(search)) = request.operation else {
        return;
    };
    let _ = Dn::parse(&search.base);
    let Ok(filter) = Filter::read(&search.filter) else {
        return;
    };
    let entry = Entry::new(Dn::parse("uid=alice,ou=users,dc=doorward").expect("a name"))
        .with("objectClass", ["top", "user"])
        .with("uid", ["alice"])
        .with("mail", ["alice@example.org"]);
    let is_candidate = match candidates(&filter, &INDEX, &["top", "user"]) {
        Candidates::None => false,
        Candidates::All => true,
        Candidates::With(values) => {
            assert!(values.len() <= MAX_LOOKUPS);
            values.iter().any(|(name, value)| {
                let syntax = schema::find(name).expect("an attribute").syntax;
                entry
                    .values(name)
                    .any(|own| syntax.key(own).as_ref() == Some(value))
            })
        }
    };
    assert!(is_candidate || !filter.matches(&entry), "{filter:?}");
    let shown = Wanted::read(&search.attrs, search.typesonly).show(&entry);
    assert!(shown.attributes.len() <= 3);
}
